"""Builds the bundle: `python -m bundle.build [FILE.mcpb]`.

A zip with the manifest (version, description, licence and keywords from pyproject.toml, the tools from their registry),
the entry, and the package as it is; the app's `uv` makes the environment from pyproject.toml at the first start.
"""

import json
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

from temporec_mcp.tools.registry import TOOLS

ROOT = Path(__file__).resolve().parent.parent
PLAIN_FILES = ("pyproject.toml", "README.md", "LICENSE")
PACKAGES = ("temporec_mcp", "storage")
NOT_SHIPPED = ("__pycache__",)
EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The time of every entry, so that the same source gives the same bundle."""


def manifest() -> dict[str, object]:
    """Give the manifest with what other files say already."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    told: dict[str, object] = json.loads((ROOT / "bundle" / "manifest.json").read_text(encoding="utf-8"))
    tools = [{"name": tool.about.name, "description": tool.about.description} for tool in TOOLS.values()]
    return {
        **told,
        "version": project["version"],
        "description": project["description"],
        "license": project["license"],
        "keywords": project["keywords"],
        "tools": tools,
    }


def build(target: Path) -> None:
    """Write the bundle."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in _entries():
            archive.writestr(zipfile.ZipInfo(name, EARLIEST), content, zipfile.ZIP_DEFLATED)


def _entries() -> Iterator[tuple[str, bytes]]:
    yield "manifest.json", json.dumps(manifest(), indent=2, ensure_ascii=False).encode()
    yield "server.py", (ROOT / "bundle" / "server.py").read_bytes()
    for name in PLAIN_FILES:
        yield name, (ROOT / name).read_bytes()
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*")):
            if path.is_file() and not set(path.parts) & set(NOT_SHIPPED):
                yield path.relative_to(ROOT).as_posix(), path.read_bytes()


if __name__ == "__main__":
    build(Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "dist" / "temporec-mcp.mcpb"))
