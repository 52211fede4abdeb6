"""What a check of doctor finds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of one check."""

    check: str
    is_well: bool
    detail: str
    mend: str = ""
    """The one thing to do, where something is wrong."""

    def line(self) -> str:
        """Give the finding in one line."""
        mend = "" if self.is_well else f" {self.mend}"
        return f"{'ok' if self.is_well else 'WRONG':5} {self.check}: {self.detail}{mend}"
