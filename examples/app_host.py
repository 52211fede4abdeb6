"""The smallest host of MCP Apps: a web page that shows a `ui://` page in a sandboxed frame and talks to it.

`page.set_content(HOST)` and then `page.evaluate("play", Show.as_json())` in a browser; `window.said` keeps what came.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

HOST = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>A host</title>
<style>html, body { margin: 0 } iframe { border: 0; display: block; width: 100%; height: 200px }</style></head>
<body><script>
"use strict";
window.said = [];
window.play = ({ html, context, given, result, answers }) => {
  const frame = document.createElement("iframe");
  frame.setAttribute("sandbox", "allow-scripts");
  const send = (message) => frame.contentWindow.postMessage({ jsonrpc: "2.0", ...message }, "*");
  window.send = send;
  window.addEventListener("message", ({ source, data }) => {
    if (source !== frame.contentWindow) return;
    window.said.push(data);
    if (data.method === "ui/initialize") {
      const hostInfo = { name: "host", version: "1" };
      const hostCapabilities = answers ? { serverTools: {} } : {};
      const protocolVersion = "2026-01-26";
      send({ id: data.id, result: { protocolVersion, hostInfo, hostCapabilities, hostContext: context } });
    } else if (data.method === "ui/notifications/initialized") {
      send({ method: "ui/notifications/tool-input", params: { arguments: given } });
      if (result) send({ method: "ui/notifications/tool-result", params: result });
    } else if (data.method === "ui/notifications/size-changed") {
      frame.style.height = `${data.params.height}px`;
    } else if (data.method === "tools/call") {
      send({ id: data.id, result: answers[data.params.name] });
    }
  });
  frame.srcdoc = html;
  document.body.append(frame);
};
</script></body></html>
"""


@dataclass(frozen=True, slots=True)
class Show:
    """What a host shows: a page with the arguments and the result of the call that it belongs to."""

    html: str
    result: Mapping[str, object] | None
    """A CallToolResult; None while the call still runs."""
    given: Mapping[str, object] = field(default_factory=dict[str, object])
    theme: str = "light"
    answers: Mapping[str, object] | None = None
    """Results by the tool that the page may call; None for a host that lets pages call none."""

    def as_json(self) -> dict[str, object]:
        """Give what `play` takes."""
        return {
            "html": self.html,
            "context": {"theme": self.theme},
            "given": dict(self.given),
            "result": self.result,
            "answers": self.answers,
        }
