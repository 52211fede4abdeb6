"""What the private trainings of a home have spent: a file beside the database, so that no safety copy takes it back."""

import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from temporec_mcp.domain.training import Privacy
from temporec_mcp.errors import StoreDamagedError
from temporec_mcp.models.gaussian import epsilon_of, mu_of, together

PRIVATE_FILE = 0o600


@dataclass(frozen=True, slots=True)
class Ledger:
    """Keeps a line for every training that was told, whatever became of its model."""

    path: Path

    def spent(self) -> tuple[int, float]:
        """Give how many trainings there were, and the epsilon that they promise together.

        Raises:
            StoreDamagedError: a line cannot be read.
        """
        told = self._told()
        return len(told), epsilon_of(together(mu_of(one.epsilon, one.delta) for one in told)) if told else 0.0

    def spend(self, promised: Privacy, now: datetime) -> Privacy:
        """Write a training down, on disk when this returns; give it with all that is spent by now.

        Raises:
            StoreDamagedError: a line cannot be read.
        """
        self._told()
        line = json.dumps({"epsilon": promised.epsilon, "delta": promised.delta, "at": now.isoformat()})
        file = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, PRIVATE_FILE)
        try:
            os.write(file, f"{line}\n".encode())
            os.fsync(file)
        finally:
            os.close(file)
        return Privacy(promised.epsilon, promised.delta, *self.spent())

    def _told(self) -> list[Privacy]:
        if not self.path.exists():
            return []
        try:
            lines = [json.loads(line) for line in self.path.read_text(encoding="utf-8").splitlines()]
            return [Privacy(float(line["epsilon"]), float(line["delta"])) for line in lines]
        except (ValueError, KeyError, TypeError) as fault:
            raise StoreDamagedError(
                f"{self.path}, the record of what private trainings have spent, cannot be read: {fault}.",
                "Mend its last line by hand: one JSON object a line, with epsilon, delta and at.",
            ) from fault
