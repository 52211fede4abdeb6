"""What the relay costs: nothing heavy is imported on the way to the owner."""

import subprocess
import sys

HEAVY = ("mcp", "mcp_types", "pydantic", "anyio", "asyncio", "numpy", "duckdb", "torch", "tqdm", "temporec_mcp.tools")
RELAY = """
import sys
import temporec_mcp.relay.starting as starting
def reach(place, choices):
    raise OSError("no owner in this test")
starting.reach = reach
from temporec_mcp.cli import main
code = main(["--home", sys.argv[1]])
print(code, [name for name in HEAVY if name in sys.modules], file=sys.stderr)
"""


def test_a_relay_imports_nothing_heavy_and_prints_nothing_of_its_own(tmp_path) -> None:
    command = [sys.executable, "-c", f"HEAVY = {HEAVY!r}\n{RELAY}", str(tmp_path / "home")]
    hello = '{"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {}}\n'
    done = subprocess.run(command, input=hello, capture_output=True, text=True, timeout=60, check=True)
    assert done.stderr.splitlines()[-1] == "0 []"
    assert '"id":1' in done.stdout and "no owner in this test" in done.stdout
    assert len(done.stdout.splitlines()) == 1
