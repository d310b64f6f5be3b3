"""What somebody posts at the Open311 door: the fields of a form, read whole, all faults at once."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from services.tickets.domain.question import LISTS, Datatype, Question, fits

DESCRIPTION_MAX = 4_000
TEXT_MAX = 2_000
NAME_MAX, EMAIL_MAX = 60, 254
YEARS = range(1900, 2200)
Fields = Sequence[tuple[str, str]]
_ATTRIBUTE = re.compile(r"^attribute\[([^\]]+)\](?:\[\d*\])?$")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, with the status it means."""

    status: int
    description: str


class Faults(Exception):
    """Everything that is wrong with one call."""

    def __init__(self, *faults: Fault, retry_after: int | None = None) -> None:
        super().__init__(*(fault.description for fault in faults))
        self.faults = faults
        self.retry_after = retry_after

    @property
    def status(self) -> int:
        """A wrong key before what does not exist, before all else."""
        found = {fault.status for fault in self.faults}
        return next((status for status in (503, 429, 413, 415, 403, 404) if status in found), 400)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """A service request as posted. Name and e-mail address go to members with the phone, and are kept nowhere."""

    service_code: str
    description: str
    lat: float | None
    long: float | None
    address: str
    address_id: UUID | None
    phone: str | None
    name: str
    email: str
    media_url: str
    attributes: Mapping[str, list[str]]
    faults: list[Fault] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """Word of a request from another system."""

    update_id: str
    service_request_id: str
    status: str
    at: datetime | None
    description: str
    media_urls: tuple[str, ...]
    faults: list[Fault]


class Form:
    """The fields of one form; an empty field is an absent one."""

    def __init__(self, fields: Fields) -> None:
        self.fields = [(name, value.strip()) for name, value in fields if value.strip()]
        self.faults = [
            Fault(400, f"{name} has characters that are no text")
            for name, value in self.fields
            if "\0" in value or "\ufffd" in value
        ]

    def one(self, name: str, limit: int = TEXT_MAX) -> str:
        value = next((value for known, value in self.fields if known == name), "")
        if len(value) > limit:
            self.faults.append(Fault(400, f"{name} is longer than {limit} characters"))
        return value

    def needed(self, name: str) -> str:
        value = self.one(name)
        if not value:
            self.faults.append(Fault(400, f"{name} was not provided"))
        return value

    def all(self, *names: str) -> list[str]:
        return [value for known, value in self.fields if known in names]

    def coordinate(self, name: str, most: float) -> float | None:
        text = self.one(name)
        try:
            value = float(text) if text else None
        except ValueError:
            value = float("nan")
        if value is not None and not -most <= value <= most:
            self.faults.append(Fault(400, f"{name} is no number from -{most:g} to {most:g}"))
            return None
        return value

    def moment(self, name: str) -> datetime | None:
        text = self.one(name)
        if not text:
            return None
        at = read_moment(text)
        if at is None:
            self.faults.append(Fault(400, f"{name} is no date and time with a zone"))
        return at

    @property
    def attributes(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name, value in self.fields:
            if known := _ATTRIBUTE.match(name):
                found.setdefault(known[1], []).append(value)
        return found

    def hash(self, *more: bytes) -> bytes:
        """The same whatever the order, the spaces around values and the fields left empty."""
        told = sorted((name, value) for name, value in self.fields if name != "api_key")
        return hashlib.sha256(repr(told).encode() + b"".join(more)).digest()


def read_moment(text: str) -> datetime | None:
    """A W3C date and time; one without a zone is none."""
    try:
        at = datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text)
    except ValueError:
        return None
    return at if at.tzinfo is not None and at.year in YEARS else None


def filing(form: Form) -> Filing:
    """The posted request; location is lat and long, or an address, or an address id."""
    lat, long = form.coordinate("lat", 90), form.coordinate("long", 180)
    address, address_id = form.one("address_string"), form.one("address_id")
    one_sided = (form.one("lat") == "") != (form.one("long") == "")
    if one_sided:
        form.faults.append(Fault(400, "lat and long come together"))
    if not (form.one("lat") or form.one("long") or address or address_id):
        form.faults.append(Fault(400, "lat and long, address_string or address_id was not provided"))
    return Filing(
        service_code=form.needed("service_code"),
        description=form.one("description", DESCRIPTION_MAX),
        lat=lat,
        long=long,
        address=address,
        address_id=_id(address_id, form),
        phone=form.one("phone") or None,
        name=_name(form.one("first_name"), form.one("last_name"))[:NAME_MAX],
        email=form.one("email")[:EMAIL_MAX],
        media_url=form.one("media_url"),
        attributes=form.attributes,
        faults=form.faults,
    )


def _name(first: str, last: str) -> str:
    """As her language writes it: 王芳, Ann Smith."""
    return f"{first} {last}".strip() if (first + last).isascii() else last + first


def _id(text: str, form: Form) -> UUID | None:
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError:
        form.faults.append(Fault(400, "address_id is not known"))
        return None


def update(form: Form) -> Update:
    return Update(
        update_id=form.needed("update_id"),
        service_request_id=form.needed("service_request_id"),
        status=form.needed("status").upper(),
        at=form.moment("updated_datetime"),
        description=form.one("description", DESCRIPTION_MAX),
        media_urls=tuple(form.all("media_url", "media_url[]")),
        faults=form.faults,
    )


def answers(attributes: Mapping[str, Sequence[str]], questions: Sequence[Question]) -> dict[str, str | list[str]]:
    """What was answered to the questions of the category; attributes of other houses are no answers."""
    found: dict[str, str | list[str]] = {}
    for question in questions:
        given = list(attributes.get(question.code, ()))
        if given:
            found[question.code] = given if question.datatype is Datatype.MULTI else given[0]
    return found


def answer_faults(attributes: Mapping[str, Sequence[str]], questions: Sequence[Question]) -> list[Fault]:
    """A required question left open, or an answer that does not fit."""
    given = answers(attributes, questions)
    found: list[Fault] = []
    for question in questions:
        name = f"attribute[{question.code}]"
        if question.code not in given:
            found += [Fault(400, f"{name} was not provided")] if question.required else []
        elif len(attributes[question.code]) > 1 and question.datatype is not Datatype.MULTI:
            found.append(Fault(400, f"{name} takes one value"))
        elif not fits(question, given[question.code]):
            of_list = question.datatype in LISTS
            said = f"has no value {given[question.code]!r}" if of_list else f"is no {question.datatype.value}"
            found.append(Fault(400, f"{name} {said}"))
    return found
