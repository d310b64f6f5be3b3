"""What clients send and are answered, field by field as Notify has it. A fault of a body is told in Notify's words."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from fastapi import Request

from chassis.refused import Refused
from services.notify.api.govuk.errors import Said, bad_request, invalid
from services.notify.domain.api_key import SMOKE
from services.notify.domain.mailbox import mail_address
from services.notify.domain.number import e164, local_part

SCHEDULED_HOURS_MAX: Final = 24
REFERENCE_CHARACTERS_MAX: Final = 1_000
_DIGITS: Final = re.compile(r"^\+?[\d\s\-().·]+$")
_MOBILE_DIGITS: Final = 11


async def read_json(request: Request) -> dict[str, Any]:
    """The body as an object."""
    try:
        body = json.loads(await request.body())
    except (ValueError, RecursionError) as error:
        raise bad_request("Invalid JSON supplied in POST data") from error
    if not isinstance(body, dict):
        raise invalid(f"{json.dumps(body)[:100]} is not of type object")
    return body


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A message a client wants sent, as far as its fields go."""

    address: str
    template_id: UUID
    personalisation: Mapping[str, Any]
    reference: str
    scheduled_for: datetime | None
    sender_id: UUID | None
    unsubscribe_url: str
    sanitise: tuple[str, ...]


class Reading:
    """Reads the fields of one body, and gathers what is wrong with all of them."""

    def __init__(self, body: Mapping[str, Any], known: frozenset[str]) -> None:
        self.body, self.faults = body, list[str]()
        unknown = [name for name in body if name not in known]
        if unknown:
            verb = "was" if len(unknown) == 1 else "were"
            self.faults.append(f"Additional properties are not allowed ({', '.join(unknown)} {verb} unexpected)")

    def required(self, name: str, read: Callable[[Any], Any]) -> Any:
        if name not in self.body:
            self.faults.append(f"{name} is a required property")
            return None
        return self.optional(name, read)

    def optional(self, name: str, read: Callable[[Any], Any], default: Any = None) -> Any:
        given = self.body.get(name)
        if given is None and not (name in self.body and read is a_string):
            return default
        try:
            return read(given)
        except ValueError as error:
            self.faults.append(f"{name} {error}")
            return default

    def end(self) -> None:
        if self.faults:
            raise invalid(*self.faults)


def a_string(given: Any) -> str:
    if not isinstance(given, str):
        raise ValueError(f"{json.dumps(given, ensure_ascii=False)[:100]} is not of type string")
    if "\0" in given or any("\ud800" <= c <= "\udfff" for c in given):
        raise ValueError("has characters that are no text")
    return given


def a_uuid(given: Any) -> UUID:
    try:
        return UUID(a_string(given))
    except ValueError as error:
        raise ValueError("is not a valid UUID") from error


def a_reference(given: Any) -> str:
    if len(a_string(given)) > REFERENCE_CHARACTERS_MAX:
        raise ValueError(f"is too long, at most {REFERENCE_CHARACTERS_MAX} characters")
    return str(given)


def values(given: Any) -> dict[str, Any]:
    """Personalisation: plain values, or lists of them."""
    if not isinstance(given, dict) or any(isinstance(value, dict) for value in given.values()):
        raise ValueError("should contain key value pairs")
    for value in given.values():
        if isinstance(value, str):
            a_string(value)
    return given


def names(given: Any) -> tuple[str, ...]:
    if not isinstance(given, list) or any(not isinstance(one, str) for one in given):
        raise ValueError("is not an array of strings")
    return tuple(given)


def a_link(given: Any) -> str:
    if not a_string(given).startswith("https://") or any(c.isspace() for c in given):
        raise ValueError("is not a valid https url")
    return str(given)


def a_time(now: datetime) -> Callable[[Any], datetime]:
    """A time from now to a day ahead; without an offset it is UTC, as Notify has it."""

    def read(given: Any) -> datetime:
        try:
            at = datetime.fromisoformat(a_string(given))
        except ValueError as error:
            example = "https://en.wikipedia.org/wiki/ISO_8601"
            why = f"datetime format is invalid. It must be a valid ISO8601 date time format, {example}"
            raise ValueError(why) from error
        at = at if at.tzinfo else at.replace(tzinfo=now.tzinfo)
        if at < now:
            raise ValueError("datetime can not be in the past")
        if at > now + timedelta(hours=SCHEDULED_HOURS_MAX):
            raise ValueError(f"datetime can only be {SCHEDULED_HOURS_MAX} hours in the future")
        return at

    return read


def a_number(given: Any) -> str:
    """A mainland mobile, or one of the numbers that answer by themselves, which are looked for first."""
    raw = a_string(given)
    if (smoke := f"+86{local_part(raw)}") in SMOKE:
        return smoke
    try:
        return e164(raw)
    except Refused as refused:
        raise _number_fault(raw) from refused


def _number_fault(raw: str) -> Exception:
    local = local_part(raw)
    if not _DIGITS.match(raw.translate(str.maketrans("０１２３４５６７８９＋", "0123456789+"))):
        return ValueError("Must not contain letters or symbols")
    if local.startswith(("+", "00")):
        return Foreign()
    if len(local) < _MOBILE_DIGITS:
        return ValueError("Not enough digits")
    return ValueError("Too many digits" if len(local) > _MOBILE_DIGITS else "Not a mobile number")


class Foreign(Said):
    """A number of another country."""

    def __init__(self) -> None:
        super().__init__(400, [("BadRequestError", "Cannot send to international mobile numbers")])


def an_address(given: Any) -> str:
    try:
        return mail_address(a_string(given))
    except Refused as refused:
        raise ValueError("Not a valid email address") from refused


_SHARED: Final = frozenset({"template_id", "personalisation", "reference", "scheduled_for"})
_SMS: Final = _SHARED | {"phone_number", "sms_sender_id"}
_EMAIL: Final = _SHARED | {
    "email_address",
    "email_reply_to_id",
    "one_click_unsubscribe_url",
    "sanitise_content_for",
}


def read_sms(body: Mapping[str, Any], now: datetime) -> Asked:
    """The body of `POST /v2/notifications/sms`."""
    return _read(Reading(body, _SMS), "phone_number", a_number, "sms_sender_id", now)


def read_email(body: Mapping[str, Any], now: datetime) -> Asked:
    """The body of `POST /v2/notifications/email`."""
    return _read(Reading(body, _EMAIL), "email_address", an_address, "email_reply_to_id", now)


def _read(reading: Reading, to: str, read: Callable[[Any], str], sender: str, now: datetime) -> Asked:
    address = reading.required(to, read)
    template_id = reading.required("template_id", a_uuid)
    personalisation = reading.optional("personalisation", values, {})
    reference = reading.optional("reference", a_reference, "")
    scheduled_for = reading.optional("scheduled_for", a_time(now))
    sender_id = reading.optional(sender, a_uuid)
    unsubscribe_url = reading.optional("one_click_unsubscribe_url", a_link, "")
    sanitise = reading.optional("sanitise_content_for", names, ())
    reading.end()
    return Asked(
        address=address,
        template_id=template_id,
        personalisation=personalisation,
        reference=reference,
        scheduled_for=scheduled_for,
        sender_id=sender_id,
        unsubscribe_url=unsubscribe_url,
        sanitise=sanitise,
    )
