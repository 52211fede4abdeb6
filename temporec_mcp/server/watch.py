"""What a running call and whoever waits for it tell each other across threads."""

import threading
from dataclasses import dataclass, field


@dataclass
class Watch:
    """How far a call is, and whether it is still wanted."""

    part: float = 0.0
    phase: str = ""
    _cancelled: threading.Event = field(default_factory=threading.Event)

    def report(self, part: float, phase: str) -> None:
        """Note how far the call is; never goes back."""
        self.part, self.phase = max(self.part, min(part, 1.0)), phase

    def cancel(self) -> None:
        """Ask the call to stop."""
        self._cancelled.set()

    def is_cancelled(self) -> bool:
        """Tell whether the caller has lost interest."""
        return self._cancelled.is_set()
