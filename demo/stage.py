"""What stands on the stage while the story runs: the people, places, groups and cases by name."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import httpx

from demo.case import Case
from demo.cast import PARTS, Resident
from demo.phones import Phones
from demo.public_api import Api, Person, Witness
from demo.system import System

LOCAL = ZoneInfo("Asia/Shanghai")
REQUEST_SECONDS_MAX = 30.0


@dataclass
class Stage:
    system: System
    api: Api
    phones: Phones
    pace_seconds: float = 0.0  # between two steps; nothing at full speed
    on_beat: Callable[[str], Awaitable[None]] | None = None
    shift: timedelta = timedelta()
    people: dict[str, Person] = field(default_factory=dict)
    areas: dict[str, str] = field(default_factory=dict)  # public name -> id
    groups: dict[str, str] = field(default_factory=dict)
    buildings: dict[str, list[str]] = field(default_factory=dict)  # cluster or community -> ids
    reporters: list[Resident] = field(default_factory=list)  # of 东坪一村, one to a building
    neighbours: list[Resident] = field(default_factory=list)  # of 中一路社区, one to a building
    members_to_be: dict[str, list[Resident]] = field(default_factory=dict)  # by community, in no group yet
    members_of: dict[str, list[str]] = field(default_factory=dict)  # group -> ids of its core members
    person_ids: dict[str, str] = field(default_factory=dict)  # phone -> id
    executive_posts: dict[str, str] = field(default_factory=dict)  # community -> id
    seven: list[Case] = field(default_factory=list)  # the matters of the first month
    eighth: Case | None = None  # the one of the second
    month_b: datetime = datetime.max
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def now(self) -> datetime:
        return datetime.now(UTC) + self.shift

    def act(self, key: str) -> Person:
        return self.people[key]

    def phone(self, key: str) -> str:
        return PARTS[key].phone

    async def anybody(self) -> Person:
        return Person(self.api)

    async def beat(self, what: str) -> None:
        """A step that a watcher should have the time to see."""
        if self.on_beat is not None:
            await self.on_beat(what)
        elif self.pace_seconds:
            await asyncio.sleep(self.pace_seconds)

    async def move_clock(self, by: timedelta) -> None:
        await asyncio.to_thread(self.system.control.shift_clock, by)
        self.shift += by

    async def move_clock_to(self, at: datetime) -> None:
        """Forward to this instant; the first call of a run may go back, for there is nothing yet."""
        await self.move_clock(at - self.now)

    async def move_clock_by_hours(self, hours: int) -> None:
        await self.move_clock(timedelta(hours=hours))

    @property
    def local_date(self) -> str:
        return self.now.astimezone(LOCAL).date().isoformat()

    async def signed_in(self, key: str) -> Person:
        part, person = PARTS[key], Person(self.api)
        await person.sign_in(part.login, part.password, part.totp_secret)
        self.people[key] = person
        return person

    async def signed_in_by_code(self, phone: str) -> Person:
        """As residents do it: a number, a text with a code, the code."""
        before, device = await self.phones.last_id(phone), str(uuid4())
        asked = await self.api.ask(
            "POST", "members", "/v1/sign-in/challenges", headers={}, body={"phone": phone, "device": device}
        )
        text = await self.phones.next_text(phone, after=before, saying="验证码")
        person = Person(self.api)
        await person.sign_in_by_code(asked.body["challenge_id"], code_in(text["text"]), device)
        return person


def code_in(text: str) -> str:
    return text.partition("验证码")[2].lstrip(":： ")[:6]


@asynccontextmanager
async def stage_for(
    system: System, *, pace_seconds: float = 0.0, witness: Witness | None = None
) -> AsyncIterator[Stage]:
    async with httpx.AsyncClient(timeout=REQUEST_SECONDS_MAX, trust_env=False) as http:
        api = Api(system.urls, http, witness or (lambda seen: None))
        yield Stage(system, api, Phones(system.urls["gateway"], http), pace_seconds)
