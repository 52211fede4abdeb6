"""Lets a language model of the machine word an explanation anew, where somebody named one."""

import threading
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from temporec_mcp.explain import Retold, Telling, reword
from temporec_mcp.explain.words import Language

if TYPE_CHECKING:
    from temporec_mcp.explain.language_model import LanguageModel

SECONDS = 25.0
"""A clause that the model has not come to by then stays as it was; clients give up on a call after a minute."""


class Narrator:
    """The language model of a home, loaded at its first use and kept."""

    def __init__(self, name: str, seconds: Callable[[], float] = time.monotonic) -> None:
        """Remember which, an empty name is none; `seconds` tells how many have passed since some moment."""
        self._name = name
        self._seconds = seconds
        self._lock = threading.Lock()
        self._model: LanguageModel | None = None

    def retell(self, told: str, telling: Telling) -> Retold | None:
        """Give what was told with the accepted wordings of its clauses; None without a model.

        Raises:
            InvalidInputError: the model cannot be loaded.
        """
        if not self._name:
            return None
        with self._lock:
            if self._model is None:
                from temporec_mcp.explain.language_model import LanguageModel

                self._model = LanguageModel(self._name)
        model, end = self._model, self._seconds() + SECONDS

        def wording(sentence: str, language: Language) -> Sequence[str]:
            return model.reword(sentence, language) if self._seconds() < end else ()

        return reword(told, telling, wording)
