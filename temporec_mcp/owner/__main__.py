"""Starts the owner of a home: `python -m temporec_mcp.owner --home HOME [--device D] [--threads N] [--encoder E]`.

It listens before anything heavy is imported, so that whoever started it can go on at once.
"""

import os
import sys
from collections.abc import Sequence

from temporec_mcp.relay.place import Place
from temporec_mcp.relay.starting import READY

LOCK_SECONDS = 60.0
"""How long to wait for the former owner of the home, which may have work to finish."""
STDOUT, STDERR = 1, 2
OTHERS_NOTHING = 0o077
"""Files that libraries make, as DuckDB its log, are for this account only."""


def main(arguments: Sequence[str]) -> int:
    """Own the home until nobody needs it; gives 1 when another process does."""
    words = list(arguments)
    choices = {name.removeprefix("--"): value for name, value in zip(words[::2], words[1::2], strict=True)}
    os.umask(OTHERS_NOTHING)
    _leave_the_starter()
    place = Place(choices.pop("home"))
    if not place.lock.acquire(LOCK_SECONDS):
        print(f"Another process owns {place.home} and does not leave.", file=sys.stderr)
        return 1
    listener = place.listen()
    os.write(STDOUT, READY)
    os.dup2(STDERR, STDOUT)
    from temporec_mcp.owner.serve import own

    return own(place, listener, choices)


def _leave_the_starter() -> None:
    """Become nobody's child, so that a host that ends its servers with all their children does not end the owner."""
    if hasattr(os, "fork") and os.fork():
        os._exit(0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
