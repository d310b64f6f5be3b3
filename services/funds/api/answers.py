"""What the routes answer: the shapes that several nouns share."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, WithJsonSchema

# Checked by `domain/money.py`, so that every wrong amount is refused with the same word.
Amount = Annotated[Any, WithJsonSchema({"type": "integer", "minimum": 1, "maximum": 10**15})]


class Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class Moved(Answer):
    """A case after a move."""

    id: UUID
    state: str
    revision: int


class Listed(Answer):
    """A page of rows; `next` is the cursor of the one after it."""

    items: list[dict[str, Any]]
    next: str | None
    as_of: str
