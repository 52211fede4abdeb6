"""Lets a language model of the machine word an explanation anew, where somebody named one."""

import threading
from typing import TYPE_CHECKING

from temporec_mcp.explain import Retold, Telling, reword

if TYPE_CHECKING:
    from temporec_mcp.explain.language_model import LanguageModel


class Narrator:
    """The language model of a home, loaded at its first use and kept."""

    def __init__(self, name: str) -> None:
        """Remember which; an empty name is none."""
        self._name = name
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
        return reword(told, telling, self._model.reword)
