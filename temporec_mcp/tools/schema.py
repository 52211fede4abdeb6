"""Compact JSON schemas of requests and replies: no titles, no null alternatives, small definitions in place."""

from typing import Literal, cast

from pydantic import BaseModel, JsonValue

JsonObject = dict[str, JsonValue]
IN_EVERY_REPLY = ("omitted", "narrow")
"""Fields of a reply that was cut, whatever tool it is of."""


def schema_of(model: type[BaseModel], mode: Literal["validation", "serialization"]) -> JsonObject:
    """Give the JSON schema of `model` as it is published.

    A field that may be left out is published without its null alternative: it is taken as "left out" on the way in,
    and never sent on the way out. What is given is described field by field; what comes back says itself by names
    and types, because every client pays for the whole list of tools with room for the conversation.
    """
    schema = cast("JsonObject", model.model_json_schema(by_alias=True, mode=mode))
    definitions = cast("dict[str, JsonObject]", schema.pop("$defs", {}))
    for definition in (schema, *definitions.values()):
        definition.pop("description", None)  # docstrings speak to readers of the code
    published = _compact_object(schema, definitions)
    return published if mode == "validation" else {**_names_and_types(published), "type": "object"}


def _compact(value: JsonValue, definitions: dict[str, JsonObject]) -> JsonValue:
    if isinstance(value, list):
        return [_compact(entry, definitions) for entry in value]
    if isinstance(value, dict):
        return _compact_object(value, definitions)
    return value


def _compact_object(schema: JsonObject, definitions: dict[str, JsonObject]) -> JsonObject:
    schema = _resolved(schema, definitions)
    compact: JsonObject = {}
    for keyword, value in schema.items():
        if keyword == "properties" and isinstance(value, dict):
            compact[keyword] = {name: _compact(entry, definitions) for name, entry in value.items()}
        elif not _says_nothing(keyword, value):
            compact[keyword] = _compact(value, definitions)
    return compact


def _names_and_types(schema: JsonObject) -> JsonObject:
    """Give what a reply consists of, without words, bounds and what every reply may have."""
    shape: JsonObject = {}
    properties = schema.get("properties")
    if isinstance(properties, dict):
        shape["properties"] = {
            name: _names_and_types(field)
            for name, field in properties.items()
            if isinstance(field, dict) and name not in IN_EVERY_REPLY
        }
    elif isinstance(items := schema.get("items"), dict):
        shape["items"] = _names_and_types(items)
    elif "type" in schema:
        shape["type"] = schema["type"]
    return shape


def _says_nothing(keyword: str, value: JsonValue) -> bool:
    return keyword == "title" or (keyword == "default" and value is None)


def _resolved(schema: JsonObject, definitions: dict[str, JsonObject]) -> JsonObject:
    """Put a referenced definition, and the one alternative that is not null, in place."""
    reference = schema.get("$ref")
    if isinstance(reference, str):
        target = definitions[reference.rsplit("/", 1)[-1]]
        return {**target, **{key: value for key, value in schema.items() if key != "$ref"}}
    alternatives = schema.get("anyOf")
    if not isinstance(alternatives, list):
        return schema
    redundant = [{"type": "null"}, {"type": "integer"}] if {"type": "number"} in alternatives else [{"type": "null"}]
    kept = [entry for entry in alternatives if entry not in redundant]
    rest = {key: value for key, value in schema.items() if key != "anyOf"}
    if len(kept) == 1 and isinstance(kept[0], dict):
        return _resolved({**kept[0], **rest}, definitions)
    return {**rest, "anyOf": kept}
