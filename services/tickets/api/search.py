"""Finding cases. What is sought is posted, so that no word and no telephone stands in an address."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import AwareDatetime, BaseModel, Field

from chassis.edge import Body, Edge, signed_in
from chassis.refused import Refused
from services.tickets.domain.number import number_tail, whole_number
from services.tickets.domain.profile import Kind, Origin
from services.tickets.domain.similarity import Sought, sought
from services.tickets.domain.state import State
from services.tickets.handlers.labels import named
from services.tickets.handlers.places_in_words import PlaceInWords, understood
from services.tickets.handlers.reporters import identify
from services.tickets.views import lists
from services.tickets.views.rows import Listed, lines

router = APIRouter(tags=["tickets"])
Tag = Annotated[str, Field(min_length=1, max_length=40)]


class SearchBody(Body):
    text: Annotated[str | None, Field(min_length=1, max_length=200)] = None
    number: Annotated[str | None, Field(max_length=40)] = None
    building: Annotated[str | None, Field(min_length=1, max_length=120)] = None
    building_id: UUID | None = None
    category: Annotated[str | None, Field(max_length=40)] = None
    kind: Kind | None = None
    origin: Origin | None = None
    state: State | None = None
    group_id: UUID | None = None
    phone: Annotated[str | None, Field(min_length=5, max_length=32)] = None
    filed_from: AwareDatetime | None = None
    filed_to: AwareDatetime | None = None
    tags: Annotated[tuple[Tag, ...], Field(max_length=5)] = ()
    limit: int | None = None
    cursor: str | None = None


class PlaceFound(BaseModel):
    """How the words of a place were read; not read at all when members did not answer."""

    words: str
    read: bool
    building_ids: list[UUID]


class Found(Listed):
    place: PlaceFound | None = None


@router.post("/v1/tickets:search", response_model=Found)
async def search(body: SearchBody, edge: Annotated[Edge, signed_in(key=False)]) -> dict[str, object]:
    place = await understood(edge.running, edge.actor, body.building) if body.building else None
    filters = await _filters(body, place, edge)
    page = edge.page(body.limit, body.cursor, filters)
    async with edge.reading() as tx:
        rows, count = await lists.page(tx, filters, page.limit, page.after)
        items, as_of = await lines(tx, rows), tx.now
    items = await named(edge.running, items)
    told = PlaceFound(words=place.words, read=place.read, building_ids=list(place.building_ids)) if place else None
    return edge.listed(items, page, lambda row: [row.filed_at, row.id], count=count, as_of=as_of, place=told)


async def _filters(body: SearchBody, place: PlaceInWords | None, edge: Edge) -> lists.Filters:
    number, words = _number_or_words(body)
    unread = place.words if place is not None and not place.read else ""
    return lists.Filters(
        number=number,
        sought=_sought(f"{words} {unread}".strip()),
        building_ids=place.building_ids if place is not None and place.read else None,
        building_id=body.building_id,
        category=body.category,
        kind=body.kind,
        origin=body.origin,
        state=body.state,
        group_id=body.group_id,
        reporter_id=await _by_phone(body.phone, edge),
        filed_from=body.filed_from,
        filed_to=body.filed_to,
        tags=body.tags,
    )


def _number_or_words(body: SearchBody) -> tuple[str | None, str]:
    """A number typed where words are asked for is still a number."""
    words = body.text or ""
    if body.number is None and (whole_number(words) or number_tail(words)):
        return words, ""
    return body.number, words


def _sought(words: str) -> Sought | None:
    found = sought(words)
    if words and found is None:
        raise Refused("nothing_to_seek", status=422, errors=[{"pointer": "/text", "code": "no_words"}])
    return found


async def _by_phone(phone: str | None, edge: Edge) -> UUID | None:
    """Whom members knows by it; nobody's cases where it knows nobody."""
    if phone is None:
        return None
    if not edge.actor.holds("tickets.list"):
        raise Refused("not_permitted", status=403, permission="tickets.list")
    person = await identify(edge.running, phone, enrol=False)
    return person.id if person else UUID(int=0)
