"""A causal language model on this machine that words verified sentences anew; it is never asked for facts."""

import threading
from collections.abc import Mapping
from typing import Protocol, cast

import torch
from torch import Tensor

from temporec_mcp.errors import InvalidInputError
from temporec_mcp.explain.words import Language

SPARE_TOKENS = 40
"""Tokens that a wording may be longer than what it words."""
ORDERS: dict[Language, str] = {
    "en": "Say the following more warmly. Keep every quoted title, number, date and sign exactly. Add nothing.",
    "zh": "请用更亲切的话说出下文。书名号内的标题、数字、日期和正负号必须原样保留，不得添加任何内容。",
}


class _Tokenizer(Protocol):
    """The part of a transformers tokenizer that is used, with types."""

    chat_template: str | None
    eos_token_id: int | None

    def __call__(self, text: str, *, return_tensors: str) -> Mapping[str, Tensor]: ...

    def apply_chat_template(
        self, conversation: list[dict[str, str]], *, add_generation_prompt: bool, tokenize: bool
    ) -> str: ...

    def decode(self, tokens: Tensor, *, skip_special_tokens: bool) -> str: ...


class _Model(Protocol):
    """The part of a causal language model that is used, with types."""

    def generate(
        self, *, max_new_tokens: int, do_sample: bool, pad_token_id: int | None, **inputs: Tensor
    ) -> Tensor: ...


class LanguageModel:
    """A transformers causal language model by name or path, loaded at the first text; one thread uses it at a time."""

    def __init__(self, name: str) -> None:
        """Remember which; nothing is loaded yet."""
        self._name = name
        self._lock = threading.Lock()
        self._loaded: tuple[_Tokenizer, _Model] | None = None

    def reword(self, text: str, language: Language) -> str:
        """Give another wording of `text`; the same text gets the same wording.

        Raises:
            InvalidInputError: the model cannot be loaded.
        """
        with self._lock:
            self._loaded = self._loaded or self._load()
            tokenizer, model = self._loaded
            inputs = tokenizer(_prompt(tokenizer, text, language), return_tensors="pt")
            length = inputs["input_ids"].shape[1]
            limit = tokenizer(text, return_tensors="pt")["input_ids"].shape[1] + SPARE_TOKENS
            with torch.inference_mode():
                written = model.generate(
                    max_new_tokens=limit,
                    do_sample=False,
                    pad_token_id=tokenizer.eos_token_id,
                    input_ids=inputs["input_ids"],
                    attention_mask=inputs["attention_mask"],
                )
            return tokenizer.decode(written[0, length:], skip_special_tokens=True).strip()

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


def _prompt(tokenizer: _Tokenizer, text: str, language: Language) -> str:
    order = f"{ORDERS[language]}\n\n{text}"
    if tokenizer.chat_template is None:
        return f"{order}\n\n"
    asked = [{"role": "user", "content": order}]
    return tokenizer.apply_chat_template(asked, add_generation_prompt=True, tokenize=False)
