"""One command: a form that proves where it comes from, carries its own key, and loses nothing when it is refused."""

import asyncio
import unicodedata
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, TypeVar

from fastapi import Depends, Request
from starlette.datastructures import FormData

from console.ask import members
from console.ask.client import Problem, Unheard
from console.screen import AnyScreen, Screen
from console.security import same_origin
from console.views import Fault, Trouble, trouble_of

T = TypeVar("T")
FIELDS_MAX = 260  # a bulk form names 200 cases
VALUE_MAX = 10_000
CONTROL = {"Cc", "Cs"}
ALLOWED_CONTROLS = "\n\r\t"
IN_FLIGHT_WAITS = (0.5, 1.0, 2.0)


class Forged(Exception):
    """The form does not come from one of our own pages."""


class TooMuch(Exception):
    """More than a form of ours could hold."""


@dataclass(frozen=True, slots=True)
class Posted:
    """The fields of a form, with the key made when it was first shown and the etag of what it showed."""

    values: Mapping[str, str]
    key: str
    etag: str | None
    ticked: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # all values of one name, in their order

    def text(self, name: str) -> str:
        return self.values.get(name, "").strip()

    def digits(self, name: str) -> str:
        """Telephone numbers, codes, unit numbers: full-width becomes plain, spaces and hyphens go."""
        plain = unicodedata.normalize("NFKC", self.text(name))
        return plain.translate({ord(mark): None for mark in " -()"})

    def plain(self, name: str) -> str:
        return unicodedata.normalize("NFKC", self.text(name))

    @property
    def fields(self) -> dict[str, str]:
        """What the person typed, without the form's own."""
        return {name: value for name, value in self.values.items() if not name.startswith("_")}


async def posted(request: Request, screen: AnyScreen) -> Posted:
    """Unsafe methods need the browser's word for the origin and the form's own token."""
    form = await request.form(max_files=0, max_fields=FIELDS_MAX, max_part_size=VALUE_MAX)
    return proved(request, screen, form)


def proved(request: Request, screen: Screen, form: FormData) -> Posted:
    """The words of a form that has shown where it comes from."""
    values = {name: _clean(value) for name, value in form.items() if isinstance(value, str)}
    if any(len(value) > VALUE_MAX for value in values.values()):
        raise TooMuch
    token = values.get("_csrf", "")
    if not same_origin(request.headers, request.url.netloc) or not screen.parts.seals.csrf_right(screen.holder, token):
        raise Forged
    ticked = {name: tuple(_clean(one) for one in form.getlist(name) if isinstance(one, str)) for name in values}
    return Posted(values, values.get("_key", ""), values.get("_etag") or None, ticked)


PostedForm = Annotated[Posted, Depends(posted)]


async def tried(screen: Screen, form: Posted, send: Callable[[], Awaitable[T]]) -> T | Trouble:
    """Do it, after the second factor if the form brings one; a refusal comes back as what to show."""
    try:
        if (totp := form.values.get("_totp")) and screen.secret:
            await members.confirm(screen.parts.services["members"], screen.secret, totp, seconds=2.0)
            screen.parts.sessions.forget(screen.secret)
        return await _sent(send)
    except (Problem, Unheard) as failed:
        return trouble_of(failed, screen.language, form.fields)


async def _sent(send: Callable[[], Awaitable[T]]) -> T:
    """An earlier press may still be at work: wait a little for its answer, then say so."""
    for seconds in IN_FLIGHT_WAITS:
        try:
            return await send()
        except Problem as problem:
            if problem.code != "in_flight":
                raise
        await asyncio.sleep(seconds)
    return await send()


def refused_here(form: Posted, status: int, *faults: tuple[str, str]) -> Trouble:
    """What the page itself can see is missing, told at the field."""
    return Trouble("invalid", "", faults=tuple(Fault(*fault) for fault in faults), status=status, values=form.fields)


def _clean(value: str) -> str:
    kept = (mark for mark in value if mark in ALLOWED_CONTROLS or unicodedata.category(mark) not in CONTROL)
    return "".join(kept).replace("\r\n", "\n")
