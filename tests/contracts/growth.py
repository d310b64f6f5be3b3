"""The one rule for events of a released version: they may grow, and nothing else."""

from typing import Any

Schema = dict[str, Any]


def breaking_changes(old: Schema, new: Schema) -> list[str]:
    """What a reader of the old schema could stumble over; empty when the new one only grew."""
    before, after = old.get("properties", {}), new.get("properties", {})
    gone = [f"{name} is gone" for name in before if name not in after]
    retyped = [f"{name} has another type" for name in before if name in after and shape(old, name) != shape(new, name)]
    demanded = [f"{name} is newly required" for name in new.get("required", []) if name not in before]
    kept = [name for name in old.get("required", []) if name in after]
    dropped = [f"{name} is no longer always there" for name in kept if name not in new.get("required", [])]
    return [*gone, *retyped, *demanded, *dropped]


def shape(schema: Schema, name: str) -> Any:
    """The field's type without its words."""
    return without_words(resolved(schema, schema["properties"][name]))


def resolved(schema: Schema, field: Any) -> Any:
    if isinstance(field, dict):
        if "$ref" in field:
            return resolved(schema, schema["$defs"][field["$ref"].rpartition("/")[2]])
        return {key: resolved(schema, value) for key, value in field.items()}
    return [resolved(schema, each) for each in field] if isinstance(field, list) else field


def without_words(field: Any) -> Any:
    if isinstance(field, dict):
        kept = {key: without_words(value) for key, value in field.items() if key not in ("title", "description")}
        return {key: value for key, value in kept.items() if key != "default"}
    return [without_words(each) for each in field] if isinstance(field, list) else field
