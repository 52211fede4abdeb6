"""The pages that hosts of MCP Apps show beside a tool's result.

A page is one file: its style and script are in place, and its own content policy allows those two by their digests and
nothing else. What a host's policy allows beyond does not matter.
"""

import base64
import hashlib
from functools import cache
from importlib.resources import files
from typing import Literal

Page = Literal["timeline", "explain"]
TITLES: dict[Page, str] = {"timeline": "Timeline", "explain": "Why this"}
SCRIPTS: dict[Page, tuple[str, ...]] = {
    "timeline": ("bridge.js", "draw.js", "timeline-words.js", "timeline.js"),
    "explain": ("bridge.js", "draw.js", "explain-words.js", "explain.js"),
}


@cache
def app_page(page: Page) -> str:
    """Give the whole HTML document of a page."""
    style = asset("app.css")
    script = "".join(asset(name) for name in SCRIPTS[page])
    policy = f"default-src 'none'; script-src {digest(script)}; style-src {digest(style)}; base-uri 'none'"
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{TITLES[page]}</title>\n<style>{style}</style>\n</head>\n"
        f"<body>\n<main></main>\n<script>{script}</script>\n</body>\n</html>\n"
    )


def asset(name: str) -> str:
    """Give the text of a style sheet or script of this package."""
    return files("temporec_mcp.pages").joinpath("assets", name).read_text(encoding="utf-8")


def digest(text: str) -> str:
    """Give the source expression by which a content policy allows exactly this text."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
