"""Holds reasons against other methods, against planted causes, and against the clock.

    python -m benchmarks.explain [PART ...] [--home FOLDER] [--users 30] [--seed 0]

PART is deletion, planted, sanity, counterfactual, statements or speed; all without one. A home with MovieLens 100K and
a trained `balanced` model is made in FOLDER (a temporary one when left out) and used again. Needs the extra `bench`
(captum). Run with OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1.
"""

import argparse
import tempfile
from pathlib import Path

from benchmarks.explaining import planted, sanity, speed, truth
from benchmarks.explaining.cases import Case, cases, opened, prepare, questions
from benchmarks.explaining.deletion import Curve, curve, mean_curve
from benchmarks.explaining.methods import BLACK_BOX, INSIDE, Method
from temporec_mcp.app.home import Home

PARTS = ("deletion", "planted", "sanity", "counterfactual", "statements", "speed")
TOPS = (1, 5)


def deletion(home: Home, users: int, seed: int) -> None:
    """Print the deletion curves of every method, for the whole blend and for the net alone."""
    asked = questions(home, users, seed)
    for name, methods, is_net_only in (
        ("the whole blend", BLACK_BOX, False),
        ("the sequence net alone", BLACK_BOX | INSIDE, True),
    ):
        for top in TOPS:
            chosen = [case for place in asked for case in cases(place, range(1, top + 1), is_net_only=is_net_only)]
            _print_deletion(
                f"{name}, top {top}",
                {key: _mean(method, chosen, top, seed) for key, method in methods.items()},
                len(chosen),
            )


def _mean(method: Method, chosen: list[Case], top: int, seed: int) -> Curve:
    return mean_curve([curve(case, method(case, seed), top) for case in chosen])


def _print_deletion(title: str, found: dict[str, Curve], count: int) -> None:
    base = found["random"]
    print(f"\ndeletion, {title}: {count} items; mean over the deletions, in brackets as a part of random's")
    print(f"{'':<22} {'still listed':>18} {'reciprocal rank':>18} {'score left':>18}")
    for name, values in found.items():
        figures = [
            f"{value:.3f} ({value / other:.2f})"
            for value, other in ((values.listed, base.listed), (values.share, base.share), (values.score, base.score))
        ]
        print(f"{name:<22} " + " ".join(f"{figure:>18}" for figure in figures), flush=True)


def main() -> None:
    """Run the parts asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="PART", choices=[*PARTS, []])
    parser.add_argument("--home", type=Path)
    parser.add_argument("--users", type=int, default=30)
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    parts = chosen.parts or PARTS
    with tempfile.TemporaryDirectory() as folder:
        place = chosen.home or Path(folder)
        prepare(place)
        with opened(place) as home:
            print(
                f"MovieLens 100K, balanced, {chosen.users} users with 10 to 50 events, seed {chosen.seed}", flush=True
            )
            for part, run in {
                "deletion": deletion,
                "counterfactual": truth.counterfactuals,
                "statements": truth.statements,
                "sanity": sanity.sanity,
            }.items():
                if part in parts:
                    run(home, chosen.users, chosen.seed)
    if "planted" in parts:
        planted.planted(chosen.seed)
    if "speed" in parts:
        speed.speed(chosen.seed)


if __name__ == "__main__":
    main()
