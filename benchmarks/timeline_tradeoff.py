"""Prints what a change of taste costs: shifts found against false changes, as more proof is asked.

    python -m benchmarks.timeline_tradeoff [--histories 60] [--seed 31]

The shifts and stationary histories of `benchmarks.timeline_independent`, and two of `benchmarks.timeline` in which a
session is often like the one before. The same histories are read with each proof. Seeded; minutes on one core.
"""

import argparse
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from benchmarks.timeline import SHAPES, Random, build, plain
from benchmarks.timeline_changes import YEAR, Planted, changes_of
from benchmarks.timeline_independent import LENGTHS, MAKERS, MAKES, is_found, shifted, stationary
from temporec_mcp.timeline import changes
from temporec_mcp.timeline.inputs import TimelineInput

PROOFS = (4.5, 5.5, 6.5, 7.5)
CAUTION = changes.INTEREST_CAUTION
STICKY = ("poisson", "daily")


def plans() -> dict[str, Callable[[Random, int], Planted]]:
    """Give what plants a shift, by name."""
    return MAKERS | {
        f"in {name}": lambda random, count, make=make: shifted(random, make, count) for name, make in MAKES.items()
    }


def quiet() -> dict[str, Callable[[Random, int], TimelineInput]]:
    """Give what makes histories without any change, by name."""
    sticky = {
        f"{name} sticky": lambda random, count, make=SHAPES[name]: build(
            random, plain(random, make(random, count), True)
        )
        for name in STICKY
    }
    return sticky | {
        name: lambda random, count, make=make: stationary(random, make, count) for name, make in MAKES.items()
    }


def at_each_proof(ask: Callable[[], float]) -> np.ndarray:
    """Give what is counted with each proof asked of a change of taste."""
    counted: list[float] = []
    for proof in PROOFS:
        changes.INTEREST_CAUTION = replace(CAUTION, proof=proof)
        counted.append(ask())
    changes.INTEREST_CAUTION = CAUTION
    return np.array(counted)


def tasted(data: TimelineInput) -> float:
    """Count the changes of taste."""
    return float(sum(change.weekly is None for change in changes_of(data)))


def print_row(name: str, cells: np.ndarray, form: str) -> None:
    """Print a row of one cell for each proof."""
    print(f"{name:<28}" + "".join(f"{cell:{form}}" for cell in cells), flush=True)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--histories", type=int, default=60)
    parser.add_argument("--seed", type=int, default=31)
    options = parser.parse_args()
    random, histories = np.random.default_rng(options.seed), range(options.histories)
    print(f"seed {options.seed}, {options.histories} histories a cell\n")
    print_row("logarithm of the proof asked", np.array(PROOFS), "9.1f")
    print("\n% of the shifts found within a tenth of the length, mean of six makes")
    for length in LENGTHS:
        found = np.zeros(len(PROOFS))
        for plant in plans().values():
            for _ in histories:
                data, moment = plant(random, length)
                found += at_each_proof(lambda data=data, moment=moment: is_found(data, moment))
        print_row(f"{length} sessions", 100 * found / len(plans()) / options.histories, "9.0f")
    print("\nfalse changes of taste a year of stationary history, all lengths")
    for name, make in quiet().items():
        false, years = np.zeros(len(PROOFS)), 0.0
        for length in LENGTHS:
            for _ in histories:
                data = make(random, length)
                false += at_each_proof(lambda data=data: tasted(data))
                years += float(np.ptp(data.times_N)) / YEAR
        print_row(name, false / years, "9.2f")


if __name__ == "__main__":
    main()
