"""A lock on a file that the system lets go of when its holder dies."""

import os
import sys
import time

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

PRIVATE_FILE = 0o600
POLL_SECONDS = 0.02


class FileLock:
    """Held by at most one process; the file stays, because removing it would let two hold it."""

    def __init__(self, path: str) -> None:
        """Name the file; nothing is locked yet."""
        self.path = path
        self._file: int | None = None

    def acquire(self, patience_seconds: float) -> bool:
        """Take the lock, waiting at most so long; tell whether it is held now."""
        deadline = time.monotonic() + patience_seconds
        file = os.open(self.path, os.O_RDWR | os.O_CREAT, PRIVATE_FILE)
        while not _try_lock(file):
            if time.monotonic() >= deadline:
                os.close(file)
                return False
            time.sleep(POLL_SECONDS)
        os.ftruncate(file, 0)
        os.write(file, str(os.getpid()).encode())
        self._file = file
        return True

    def holder(self) -> int | None:
        """Give the process that took the lock last, None where nobody ever did."""
        with open(self.path, encoding="ascii") as file:
            text = file.read()
        return int(text) if text.isdecimal() else None

    def release(self) -> None:
        """Let go; does nothing when it is not held."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


def _try_lock(file: int) -> bool:
    try:
        if sys.platform == "win32":
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
