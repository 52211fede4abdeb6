"""The most memory that this process ever held; standard library only, so that any environment can import the file."""

import resource
from pathlib import Path

STATUS = Path("/proc/self/status")


def peak_mb() -> float:
    """Give the largest resident size so far, in MB.

    getrusage's figure starts with what the parent held when it forked, so Linux' own is preferred.
    """
    if STATUS.exists():
        for line in STATUS.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
