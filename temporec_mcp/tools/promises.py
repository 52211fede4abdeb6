"""What differential privacy promises, in fields and in words."""

from typing import Self

from temporec_mcp.domain.training import Privacy
from temporec_mcp.tools.base import Part
from temporec_mcp.tools.words import counted

UNIT = "a user with the whole history"


class PrivacyFields(Part):
    """Of a training, and of all trainings of its home together."""

    epsilon: float
    delta: float
    unit: str = UNIT
    trainings: int
    total_epsilon: float

    @classmethod
    def of(cls, privacy: Privacy) -> Self:
        """Give the published fields."""
        return cls(
            epsilon=privacy.epsilon,
            delta=privacy.delta,
            trainings=privacy.trainings,
            total_epsilon=round(privacy.total_epsilon, 3),
        )


def promise_words(privacy: Privacy) -> str:
    """Give `epsilon 3 and delta 1e-06 for a user with the whole history`."""
    return f"epsilon {privacy.epsilon:g} and delta {privacy.delta:g} for {UNIT}"


def spent_words(privacy: Privacy) -> str:
    """Say what the trainings of the home have spent together."""
    if not privacy.trainings:
        return "Nothing is spent yet."
    return f"{counted(privacy.trainings, 'training')} so far spent epsilon {privacy.total_epsilon:.3g} together."


def privacy_sentences(privacy: Privacy | None) -> str:
    """Say what a training promises and what it does not; nothing where nothing was promised."""
    if privacy is None:
        return ""
    return (
        f"It learnt under differential privacy, {promise_words(privacy)}, from sums with noise, whatever the preset. "
        f"{spent_words(privacy)} Figures of quality are for the operator: they are not covered."
    )
