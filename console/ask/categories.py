"""The categories matters are filed under, with what is asked beside the resident's own words."""

from uuid import UUID

from console.ask.asks import Asks
from console.ask.client import Shape, shaped
from console.ask.tickets import SERVICE


class Value(Shape):
    """One of the answers of a question that lets choose."""

    key: str
    name: str


class Question(Shape):
    """What is asked beside the resident's own words."""

    code: str
    label: str
    datatype: str
    required: bool = False
    values: tuple[Value, ...] = ()


class Category(Shape):
    code: str
    label: str | None = None
    parent: str | None = None
    questions: tuple[Question, ...] = ()


class Categories(Shape):
    items: tuple[Category, ...]


async def categories(asks: Asks, community_id: UUID | None = None) -> Categories:
    """Those shipped, or as a community has made them."""
    return shaped(Categories, await asks.read(SERVICE, "/v1/categories", community_id=community_id), SERVICE)
