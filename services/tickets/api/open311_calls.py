"""What a call at the Open311 door says, and whether it may: jurisdiction, key, filters, form."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from fastapi import Request
from pydantic import BaseModel, ConfigDict
from starlette.datastructures import UploadFile

from chassis.asking import Unanswered
from chassis.auth import Actor, standing
from chassis.edge import Edge
from chassis.transaction import Transaction
from services.tickets.api.open311_answers import FORMATS
from services.tickets.domain import open311 as language
from services.tickets.domain import open311_form as forms
from services.tickets.domain.category import Category
from services.tickets.domain.open311_form import Fault, Faults, Filing, Form
from services.tickets.handlers.filing import FileTicket
from services.tickets.handlers.reporters import identify
from services.tickets.settings import TicketsSettings
from services.tickets.store import open311 as store
from services.tickets.store.open311 import ApiKey, Jurisdiction
from services.tickets.store.reference import load_reference
from services.tickets.views.open311 import Wanted

SPAN_MAX = timedelta(days=90)
PAGE_MAX = 1_000


class Search(BaseModel):
    """The filters of a list; an empty one is an absent one."""

    model_config = ConfigDict(extra="ignore")
    jurisdiction_id: str = ""
    service_request_id: str = ""
    service_code: str = ""
    status: str = ""
    start_date: str = ""
    end_date: str = ""
    page: str = ""
    page_size: str = ""
    extensions: str = ""


@dataclass(slots=True)
class Allowed:
    """The key and the place of one post, and what is wrong with them."""

    key: ApiKey | None
    place: Jurisdiction | None
    faults: list[Fault]

    def or_refuse(self, more: Sequence[Fault]) -> tuple[ApiKey, Jurisdiction]:
        found = [*self.faults, *more]
        if found or self.key is None or self.place is None:
            raise Faults(*found)
        return self.key, self.place


def known_format(format_: str) -> None:
    if format_ not in FORMATS:
        raise Faults(Fault(404, "formats are xml and json"))


async def served(tx: Transaction, named: str) -> list[Jurisdiction]:
    """The communities a call speaks of: the one it names, or the only one there is."""
    known = await store.jurisdictions(tx)
    if named:
        known = [each for each in known if named in (each.code, str(each.id))]
        if not known:
            raise Faults(Fault(404, "jurisdiction_id was not found"))
    if len(known) > 1:
        raise Faults(Fault(400, "jurisdiction_id was not provided"))
    return known


async def allowed(tx: Transaction, form: Form, right: str) -> Allowed:
    faults: list[Fault] = []
    place: Jurisdiction | None = None
    try:
        place = next(iter(await served(tx, form.one("jurisdiction_id"))), None)
    except Faults as error:
        faults += error.faults
    secret = form.one("api_key")
    key = await store.key_of(tx, secret) if secret else None
    if key is None or right not in key.rights or (place is not None and key.community_id != place.id):
        faults.append(Fault(403, "api_key was not provided" if not secret else "api_key is not valid here"))
    return Allowed(key, place, faults)


async def offered(tx: Transaction, served: Sequence[Jurisdiction]) -> list[Category]:
    """What one can file under in this community."""
    community_id = served[0].id if served else None
    known = (await load_reference(tx)).of_community(community_id, tx.now)
    return [category for category in known if language.is_offered(category)]


async def offered_category(tx: Transaction, served: Sequence[Jurisdiction], code: str) -> Category:
    found = next((category for category in await offered(tx, served) if category.code == code), None)
    if found is None:
        raise Faults(Fault(404, "service_code was not found"))
    return found


async def category_of(tx: Transaction, filing: Filing, allowed: Allowed) -> Category | None:
    """The category that is filed under; an unknown one, and questions left open, are faults among the others."""
    if not filing.service_code:
        return None
    try:
        category = await offered_category(tx, [allowed.place] if allowed.place else [], filing.service_code)
    except Faults as error:
        allowed.faults += error.faults
        return None
    allowed.faults += forms.answer_faults(filing.attributes, category.questions)
    return category


def ids(served: Sequence[Jurisdiction]) -> list[UUID]:
    return [each.id for each in served]


async def posted(sent: Request) -> tuple[Form, list[bytes]]:
    """The fields of a form, and the bytes of files that came with it."""
    kind = sent.headers.get("content-type", "").partition(";")[0]
    if kind not in ("application/x-www-form-urlencoded", "multipart/form-data", ""):
        raise Faults(Fault(400, "post a form: application/x-www-form-urlencoded or multipart/form-data"))
    fields: list[tuple[str, str]] = []
    media: list[bytes] = []
    async with sent.form(max_files=9, max_fields=200) as form:
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                media.append(await value.read())
            else:
                fields.append((name, value))
    return Form(fields), media


def wanted(search: Search, served: Sequence[Jurisdiction], now: datetime) -> Wanted:
    faults: list[Fault] = []
    given = {name: value.strip() for name, value in search.model_dump().items()}
    first, last = _span(given, now, faults)
    size, page = _number(given, "page_size", PAGE_MAX, faults), _number(given, "page", 1, faults)
    if size > PAGE_MAX:
        faults.append(Fault(400, f"page_size is at most {PAGE_MAX}"))
    statuses = _listed(given["status"])
    if set(statuses) - {"open", "closed"}:
        faults.append(Fault(400, "status is open, closed or both"))
    if faults:
        raise Faults(*faults)
    return Wanted(
        community_ids=ids(served),
        numbers=_listed(given["service_request_id"]),
        categories=_listed(given["service_code"]),
        statuses=statuses,
        filed_from=first,
        filed_until=last,
        offset=(page - 1) * size,
        limit=size,
        with_changes=given["extensions"] == "true",
    )


def _span(given: dict[str, str], now: datetime, faults: list[Fault]) -> tuple[datetime, datetime]:
    """Ninety days at most: those up to now, from the start, or up to the end."""
    ends: dict[str, datetime | None] = {}
    for name in ("start_date", "end_date"):
        ends[name] = forms.read_moment(given[name]) if given[name] else None
        if given[name] and ends[name] is None:
            faults.append(Fault(400, f"{name} is no date and time with a zone"))
    first, last = ends["start_date"], ends["end_date"]
    if first is not None and last is not None and not timedelta() <= last - first <= SPAN_MAX:
        faults.append(Fault(400, "start_date and end_date span at most 90 days"))
    until = last or (first + SPAN_MAX if first else now)
    return first or until - SPAN_MAX, until


def _number(given: dict[str, str], name: str, default: int, faults: list[Fault]) -> int:
    text = given[name]
    if text and not (text.isascii() and text.isdigit() and 0 < int(text) < 1_000_000):
        faults.append(Fault(400, f"{name} is a whole number from 1"))
        return default
    return int(text) if text else default


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


async def filing(edge: Edge, filing: Filing, place: Jurisdiction, category: Category | None) -> FileTicket:
    """The same command as at every other door. Members and the place parser are asked before, outside of it."""
    building = filing.address_id or await _building(edge, filing.address, place)
    person = phone = None
    if filing.phone:
        seconds = TicketsSettings.of(edge.running.settings).identify_seconds
        known_as = {"name": filing.name, "email": filing.email}
        person = await identify(edge.running, filing.phone, seconds, known_as=known_as)
        phone = None if person else filing.phone
    return FileTicket(
        description=filing.description or filing.address,
        category=filing.service_code,
        building_id=building,
        community_id=None if building else place.id,
        place_text=filing.address[:400],
        lat=filing.lat,
        long=filing.long,
        reporter_id=person.id if person else None,
        pending_phone=phone,
        draft=building is None and filing.lat is None,
        answers=forms.answers(filing.attributes, category.questions) if category else {},
    )


async def _building(edge: Edge, address: str, place: Jurisdiction) -> UUID | None:
    """The one building these words mean; where members is away or unsure, the operator finds out."""
    if not address:
        return None
    try:
        said: dict[str, Any] = await edge.running.asking.post(
            "members", "/v1/places:parse", json={"text": address, "within": str(place.id)}
        )
    except Unanswered:
        return None
    return UUID(said["exact"]) if said.get("exact") else None


async def acting(edge: Edge, key: ApiKey) -> Actor:
    """The person in whose name a handler's key acts, with the grants she holds now."""
    assert key.person_id is not None
    known = await standing(edge.running.database, key.person_id, None)
    return Actor(person_id=key.person_id, grants=known.grants, permissions=edge.running.definition.all_permissions)
