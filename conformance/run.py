"""Runs the inspector, the official conformance suite, the TypeScript clients and the bundles' own validator.

    python -m conformance.run

Prints a line per check and a report at the end; what a check printed lies in the folder of reports. Exits with 1 when
anything failed that is not expected to.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bundle.build import manifest

HERE = Path(__file__).parent
TOOLS = HERE / "node_modules"
REPORTS = HERE.parent / ".data" / "conformance"
REVISIONS = ("2026-07-28", "2025-11-25")
LONGEST_START_SECONDS = 120
LONGEST_CHECK_SECONDS = 300
LOOK_SECONDS = 0.1
PYTHON = sys.executable


@dataclass(frozen=True, slots=True)
class Check:
    """One command that must end well."""

    name: str
    command: list[str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a check ended."""

    check: Check
    has_passed: bool
    seconds: float
    last_line: str


def main() -> int:
    """Run everything against fresh homes."""
    REPORTS.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        homes = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="conformance")))
        product, with_fixtures = _free_port(), _free_port()
        serve = [PYTHON, "-m", "temporec_mcp", "--home", str(homes / "http"), "serve", "--http", "--port", str(product)]
        stack.enter_context(_serving(serve, product))
        fixtures = [PYTHON, "-m", "conformance.serve", str(homes / "fixtures"), str(with_fixtures)]
        stack.enter_context(_serving(fixtures, with_fixtures))
        checks = _checks(homes, f"http://127.0.0.1:{product}/mcp", f"http://127.0.0.1:{with_fixtures}/mcp")
        outcomes = [_run(check) for check in checks]
        for name in ("v1", "v2", "inspector"):
            _stop_owner(homes / name)
    failed = [outcome.check.name for outcome in outcomes if not outcome.has_passed]
    _say(f"{len(outcomes) - len(failed)} passed, {len(failed)} failed; what they printed is in {REPORTS}")
    return 1 if failed else 0


def _checks(homes: Path, product: str, with_fixtures: str) -> list[Check]:
    node = str(TOOLS / "node" / "bin" / "node")
    inspector = [node, str(TOOLS / ".bin" / "inspector"), "--cli"]
    suite = [node, str(TOOLS / ".bin" / "conformance"), "server"]
    talk = [node, str(HERE / "conversation.mjs")]

    def stdio(name: str) -> list[str]:
        return [PYTHON, "-m", "temporec_mcp", "--home", str(homes / name)]

    checks = [
        Check("inspector --strict over stdio", [*inspector, *stdio("inspector"), "--method", "tools/list", "--strict"]),
        Check("inspector --strict over HTTP", [*inspector, product, "--method", "tools/list", "--strict"]),
        Check("inspector --app-info", [*inspector, *stdio("inspector"), "--method", "tools/list", "--app-info"]),
    ]
    for url, what in ((product, "product"), (with_fixtures, "fixtures")):
        expected = ["--expected-failures", str(HERE / f"expected-failures-{what}.yml")]
        checks += [
            Check(f"suite {revision}, {what}", [*suite, "--url", url, "--requirements", revision, *expected])
            for revision in REVISIONS
        ]
    for client in ("v1", "v2"):
        checks.append(Check(f"TypeScript client {client} over HTTP", [*talk, client, product]))
        checks.append(Check(f"TypeScript client {client} over stdio", [*talk, client, *stdio(client)]))
    bundle_manifest = homes / "manifest.json"
    bundle_manifest.write_text(json.dumps(manifest()), encoding="utf-8")
    checks.append(
        Check("manifest of the bundle", [node, str(TOOLS / ".bin" / "mcpb"), "validate", str(bundle_manifest)])
    )
    return checks


def _run(check: Check) -> Outcome:
    started = time.monotonic()
    report = REPORTS / f"{check.name.replace(' ', '-').replace(',', '')}.txt"
    with report.open("w+", encoding="utf-8") as output:
        try:
            done = subprocess.run(
                check.command, stdout=output, stderr=subprocess.STDOUT, timeout=LONGEST_CHECK_SECONDS, check=False
            )
            has_passed = done.returncode == 0
        except subprocess.TimeoutExpired:
            has_passed = False
        output.seek(0)
        lines = [line.strip() for line in output if line.strip()]
    outcome = Outcome(check, has_passed, time.monotonic() - started, _telling(lines))
    _say(f"{'passed' if has_passed else 'FAILED'} {outcome.seconds:5.1f} s  {check.name}: {outcome.last_line}")
    if not has_passed:
        _say("\n".join(f"    {line}" for line in lines[-40:]))
    return outcome


def _telling(lines: list[str]) -> str:
    """Give the line of an output that says most."""
    totals = [line for line in lines if line.startswith("Total:")]
    last = (totals or lines or ["nothing was printed"])[-1]
    return last if len(last) < 200 and last not in ("}", "]") else f"{len(lines)} lines"


@contextmanager
def _serving(command: list[str], port: int) -> Iterator[None]:
    log = REPORTS / f"server-{command[2]}.txt"
    with log.open("w") as output, subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT) as process:
        try:
            _wait_for(port, process, log)
            yield
        finally:
            process.terminate()


def _wait_for(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + LONGEST_START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(LOOK_SECONDS)
        else:
            return
    raise SystemExit(f"The server on port {port} did not start; see {log}.")


def _stop_owner(home: Path) -> None:
    """End the process that clients over stdio have started for their home."""
    if home.exists():
        stop = [PYTHON, "-m", "temporec_mcp", "--home", str(home), "stop"]
        subprocess.run(stop, capture_output=True, timeout=LONGEST_CHECK_SECONDS, check=False)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    if shutil.which(str(TOOLS / "node" / "bin" / "node")) is None:
        raise SystemExit("Node is not installed in conformance/node_modules. Run make conformance.")
    os.chdir(HERE.parent)
    sys.exit(main())
