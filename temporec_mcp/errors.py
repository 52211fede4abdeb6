"""Faults that the caller can mend. Every message says what happened, why, and the one next step."""

from temporec_mcp.invisible import escaped


class TemporecError(Exception):
    """A fault the caller can mend; the server turns it into a tool error, the command line into exit code 1."""

    def __init__(self, what: str, next_step: str) -> None:
        """Join `what` (what happened and why) and `next_step` (the one thing to do) into the message.

        Both may repeat what a caller gave; what would be invisible in it is escaped.
        """
        self.what = escaped(what)
        self.next_step = escaped(next_step)
        super().__init__(f"{self.what} {self.next_step}")


class InvalidInputError(TemporecError):
    """An argument, file or value that cannot be used as it is."""


class ArgumentsError(InvalidInputError):
    """Arguments that a tool does not take; on the command line, a fault of usage."""


class NotFoundError(TemporecError):
    """A user, item, job, model or recommendation that is not in the store (any more)."""


class StoreBusyError(TemporecError):
    """Another process has this home's database open, or it has too much to do at once."""


class StoreDamagedError(TemporecError):
    """The database cannot be opened, or a migration does not match what was applied."""


class TrainingError(TemporecError):
    """A training run that cannot start or did not end well."""


class CallCancelledError(TemporecError):
    """A call that nobody waits for any more."""
