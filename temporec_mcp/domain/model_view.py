"""How a model decides as a whole, told through features that a person understands."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ModelView:
    """A small tree and importances that imitate a model's scores; never the model itself, so their fidelity is told."""

    rules: tuple[str, ...]
    """The tree, one line a node, deeper ones indented; a leaf tells the score in spreads of a list's candidates."""
    tree_fidelity: float
    """Part of the scores' variance that the tree explains, on questions that it did not learn from (R squared)."""
    importances: dict[str, float]
    """By feature, largest first: what the explained variance loses when the feature is shuffled, in a finer copy."""
    copy_fidelity: float
    """Part of the variance that the finer copy explains, on questions that it did not learn from."""
    questions: int
    """Users whose next list was asked for."""
    cases: int
    """Scores that the copies learnt from or were held against."""
