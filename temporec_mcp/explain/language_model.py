"""A causal language model on this machine that words verified sentences anew; it is never asked for facts."""

import threading
from collections.abc import Mapping
from typing import Protocol, cast

import torch
from torch import Tensor

from temporec_mcp.errors import InvalidInputError
from temporec_mcp.explain.words import Language

SPARE_TOKENS = 12
"""Tokens that a wording may be longer than what it words."""
PROPOSALS = 3
"""Wordings of one sentence, the likeliest first."""
KNOWN = 1_000
"""Sentences whose wordings are kept."""
ORDERS: dict[Language, str] = {
    "en": "Say the sentence in other words. Keep its meaning, its order and every mark like [A]. Add nothing.",
    "zh": "请换一种说法。保持原意、顺序和每个像[A]这样的标记，不得添加任何内容。",
}
EXAMPLES: dict[Language, tuple[tuple[str, str], ...]] = {
    "en": (
        (
            "[A] is second on your list mostly because you watched [B].",
            "[A] comes second on your list, mainly because you watched [B].",
        ),
        ("Asked a week later it would be at [A].", "If asked a week later, it would then be at [A]."),
        ("Holding it back: you watched [A].", "What holds it back is that you watched [A]."),
        ("Without [A] it would leave the [B].", "If not for [A], it would drop out of the [B]."),
    ),
    "zh": (
        ("[A]排在您列表的第[B]位，主要因为您看过[C]。", "[A]排在您列表的第[B]位，主要由于您看过[C]。"),
        ("如果没有[A]，它会离开前[B]名（排名从[C]到[D]）。", "若没有[A]，它将跌出前[B]名（排名从[C]到[D]）。"),
    ),
}
"""Sentences with their rewordings, as a model is shown what is wanted."""


class _Tokenizer(Protocol):
    """The part of a transformers tokenizer that is used, with types."""

    chat_template: str | None
    eos_token_id: int | None

    def __call__(self, text: str, *, return_tensors: str) -> Mapping[str, Tensor]: ...

    def apply_chat_template(
        self, conversation: list[dict[str, str]], *, add_generation_prompt: bool, tokenize: bool
    ) -> str: ...

    def batch_decode(self, sequences: Tensor, *, skip_special_tokens: bool) -> list[str]: ...


class _Model(Protocol):
    """The part of a causal language model that is used, with types."""

    def generate(
        self,
        *,
        max_new_tokens: int,
        do_sample: bool,
        num_beams: int,
        num_return_sequences: int,
        pad_token_id: int | None,
        **inputs: Tensor,
    ) -> Tensor: ...


class LanguageModel:
    """A transformers causal language model by name or path, loaded at the first text; one thread uses it at a time."""

    def __init__(self, name: str) -> None:
        """Remember which; nothing is loaded yet."""
        self._name = name
        self._lock = threading.Lock()
        self._loaded: tuple[_Tokenizer, _Model] | None = None
        self._known: dict[tuple[str, Language], list[str]] = {}

    def reword(self, sentence: str, language: Language) -> list[str]:
        """Give other wordings of a sentence, the likeliest first; the same sentence gets the same ones.

        Raises:
            InvalidInputError: the model cannot be loaded.
        """
        with self._lock:
            if (sentence, language) not in self._known:
                self._loaded = self._loaded or self._load()
                if len(self._known) == KNOWN:
                    self._known.clear()
                self._known[sentence, language] = _written(*self._loaded, sentence, language)
            return self._known[sentence, language]

    def _load(self) -> tuple[_Tokenizer, _Model]:
        from transformers import AutoModelForCausalLM, AutoTokenizer

        try:
            tokenizer = AutoTokenizer.from_pretrained(self._name)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
            model = AutoModelForCausalLM.from_pretrained(self._name)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        except (OSError, ValueError) as fault:
            raise InvalidInputError(
                f"The narrator {self._name!r} cannot be loaded as a causal language model.",
                "Give --narrator (TEMPOREC_NARRATOR) the folder of one, or leave it out.",
            ) from fault
        return cast("_Tokenizer", tokenizer), cast("_Model", model.eval())  # pyright: ignore[reportUnknownMemberType]


def _written(tokenizer: _Tokenizer, model: _Model, sentence: str, language: Language) -> list[str]:
    inputs = tokenizer(_prompt(tokenizer, sentence, language), return_tensors="pt")
    length = inputs["input_ids"].shape[1]
    with torch.inference_mode():
        written = model.generate(
            max_new_tokens=tokenizer(sentence, return_tensors="pt")["input_ids"].shape[1] + SPARE_TOKENS,
            do_sample=False,
            num_beams=PROPOSALS,
            num_return_sequences=PROPOSALS,
            pad_token_id=tokenizer.eos_token_id,
            input_ids=inputs["input_ids"],
            attention_mask=inputs["attention_mask"],
        )
    return [text.strip() for text in tokenizer.batch_decode(written[:, length:], skip_special_tokens=True)]


def _prompt(tokenizer: _Tokenizer, sentence: str, language: Language) -> str:
    if tokenizer.chat_template is None:
        shown = "".join(f"{given}\n= {wording}\n\n" for given, wording in EXAMPLES[language])
        return f"{ORDERS[language]}\n\n{shown}{sentence}\n= "
    turns = [turn for example in (*EXAMPLES[language], (sentence,)) for turn in example]
    asked = [{"role": ("user", "assistant")[number % 2], "content": turn} for number, turn in enumerate(turns)]
    return tokenizer.apply_chat_template(
        [{"role": "system", "content": ORDERS[language]}, *asked], add_generation_prompt=True, tokenize=False
    )
