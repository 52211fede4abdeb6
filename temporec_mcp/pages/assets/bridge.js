"use strict";
// The MCP Apps protocol (2026-01-26) over postMessage: JSON-RPC with the frame around this page, and with nobody else.
const PROTOCOL = "2026-01-26";

const post = (message) => window.parent.postMessage({ jsonrpc: "2.0", ...message }, "*");
const waiting = new Map();
let lastId = 0;

function request(method, params) {
  lastId += 1;
  const id = lastId;
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject });
    post({ id, method, params });
  });
}

function settle({ id, result, error }) {
  const asked = waiting.get(id);
  waiting.delete(id);
  if (asked && error) asked.reject(new Error(String(error.message)));
  else if (asked) asked.resolve(result || {});
}

function answer({ id, method }) {
  const isKnown = method === "ping" || method === "ui/resource-teardown";
  post(isKnown ? { id, result: {} } : { id, error: { code: -32601, message: "This page has no such method." } });
}

// Begins the conversation; `handlers` are called with the host's notifications, by the end of their names.
function connect(name, handlers) {
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
  if (!isAlone) start(name, handlers);
  return { request, isAlone };
}

async function start(name, handlers) {
  const appInfo = { name, version: "1" };
  const appCapabilities = { availableDisplayModes: ["inline", "fullscreen"] };
  const host = await request("ui/initialize", { protocolVersion: PROTOCOL, appInfo, appCapabilities });
  dress(host.hostContext || {});
  if (handlers.host) handlers.host(host);
  post({ method: "ui/notifications/initialized", params: {} });
  let sent = 0;
  const tellHeight = () => {
    const height = Math.ceil(document.body.getBoundingClientRect().height);
    if (height !== sent) post({ method: "ui/notifications/size-changed", params: { height } });
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
