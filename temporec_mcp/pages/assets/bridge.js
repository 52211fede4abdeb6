"use strict";
// The MCP Apps protocol (2026-01-26) over postMessage: JSON-RPC with the frame around this page, and with nobody else.
const PROTOCOL = "2026-01-26";

function connect(name, handlers) {
  const waiting = new Map();
  let last = 0;
  const post = (message) => window.parent.postMessage({ jsonrpc: "2.0", ...message }, "*");
  const notify = (method, params) => post({ method, params });
  const request = (method, params) =>
    new Promise((resolve, reject) => {
      last += 1;
      waiting.set(last, { resolve, reject });
      post({ id: last, method, params });
    });
  const settle = (message) => {
    const asked = waiting.get(message.id);
    waiting.delete(message.id);
    if (asked && message.error) asked.reject(new Error(String(message.error.message)));
    else if (asked) asked.resolve(message.result || {});
  };
  const answer = ({ id, method }) => {
    const isKnown = method === "ping" || method === "ui/resource-teardown";
    post(isKnown ? { id, result: {} } : { id, error: { code: -32601, message: "This page has no such method." } });
  };
  window.addEventListener("message", (event) => {
    const message = event.data;
    if (event.source !== window.parent || !message || message.jsonrpc !== "2.0") return;
    if (message.method === undefined) settle(message);
    else if (message.id !== undefined) answer(message);
    else {
      const handle = handlers[message.method.replace("ui/notifications/", "")];
      if (handle) handle(message.params || {});
    }
  });
  const isAlone = window.parent === window;
  if (!isAlone) start(name, request, notify, handlers);
  return { request, isAlone };
}

async function start(name, request, notify, handlers) {
  const appInfo = { name, version: "1" };
  const appCapabilities = { availableDisplayModes: ["inline", "fullscreen"] };
  const host = await request("ui/initialize", { protocolVersion: PROTOCOL, appInfo, appCapabilities });
  dress(host.hostContext || {});
  if (handlers.host) handlers.host(host);
  notify("ui/notifications/initialized", {});
  let sent = 0;
  const tellHeight = () => {
    const height = Math.ceil(document.body.getBoundingClientRect().height);
    if (height !== sent) notify("ui/notifications/size-changed", { height });
    sent = height;
  };
  new ResizeObserver(tellHeight).observe(document.body);
}

// Takes over the host's theme: light or dark, and the colours and fonts that the protocol names.
function dress(context) {
  const root = document.documentElement;
  if (context.theme === "light" || context.theme === "dark") root.dataset.theme = context.theme;
  const variables = (context.styles && context.styles.variables) || {};
  for (const [name, value] of Object.entries(variables)) {
    if (/^--(color|font)-[a-z0-9-]+$/.test(name) && typeof value === "string") root.style.setProperty(name, value);
  }
}
