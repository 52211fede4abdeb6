"""Turns what a model refuses into a message that says what happened, why, and the one next step."""

from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from temporec_mcp.errors import ArgumentsError

SHOWN_LENGTH = 60
"""Characters of a refused value that are repeated."""
UNKNOWN = "extra_forbidden"
"""Pydantic's name for a field that the model does not have."""

ModelT = TypeVar("ModelT", bound=BaseModel)


def read_arguments(model: type[ModelT], arguments: object, where: str) -> ModelT:
    """Read `arguments` as `model`; `where` names the tool or the part it is for.

    Raises:
        ArgumentsError: the first thing that is wrong, with what would be right.
    """
    try:
        return model.model_validate(arguments)
    except ValidationError as error:
        faults = error.errors(include_url=False)
        # A misspelt name is both unknown and missing; the unknown one is what the caller recognises.
        first = next((fault for fault in faults if fault["type"] == UNKNOWN), faults[0])
        raise ArgumentsError(*_what_and_next(first, model, where)) from None


def shown(value: object) -> str:
    """Give a short, printable form of a refused value."""
    text = ascii(value) if isinstance(value, str) and not value.isprintable() else repr(value)
    return text if len(text) <= SHOWN_LENGTH else text[: SHOWN_LENGTH - 1] + "…"


def _what_and_next(fault: ErrorDetails, model: type[BaseModel], where: str) -> tuple[str, str]:
    place, value = fault["loc"], fault["input"]
    if not place:
        return f"{where} takes an object, but got {shown(value)}.", f"Give an object with {_listed(model)}."
    name = str(place[0])
    if fault["type"] == UNKNOWN:
        return f"{where} has no argument {shown(name)}.", _closest(name, model)
    teaching = f"Give {name}: {_description(model, name)}."
    if fault["type"] == "missing":
        return f"{where} needs {name}, which is missing.", teaching
    path = f"{name}[{place[1]}]" if len(place) > 1 and isinstance(place[1], int) else name
    why = fault["msg"][:1].lower() + fault["msg"][1:]
    return f"{where} cannot use {path} = {shown(value)}: {why}.", teaching


def _closest(name: str, model: type[BaseModel]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(name, list(model.model_fields), n=1)
    hint = f"Did you mean {close[0]}? " if close else ""
    return f"{hint}It takes {_listed(model)}."


def _listed(model: type[BaseModel]) -> str:
    return ", ".join(model.model_fields)


def _description(model: type[BaseModel], name: str) -> str:
    field = model.model_fields.get(name)
    return (field.description or name) if field else name
