"""What the sender finds out before it claims: addresses and codes from members, words from their publishers.

Nothing is written. Addresses stay in memory for at most a minute; a code is asked for when its message is due.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from chassis.asking import Unanswered
from chassis.refused import Refused
from chassis.service import Running
from chassis.telemetry import log
from services.notify.domain.decision import Contact
from services.notify.domain.hours import spoken
from services.notify.domain.message import Message
from services.notify.domain.number import e164
from services.notify.domain.template import CHINESE
from services.notify.handlers.sending import Ready
from services.notify.settings import settings_of
from services.notify.store import copies
from services.notify.store.catalogue import Catalogue
from services.notify.store.data_keys import Keys
from services.notify.store.values import number_given, opened, owners

ASKED_AT_ONCE_MAX: Final = 1_000
UNKNOWN_CATEGORY: Final = "社区"
_CONTACTS: Final = {
    "ok": Contact.OK,
    "via_guardian": Contact.OK,
    "no_contact": Contact.NO_CONTACT,
    "withheld": Contact.NO_CONTACT,
    "erased": Contact.ERASED,
    "merged": Contact.NO_CONTACT,
}
_DUE: Final = ("until", "due_at", "accept_due_at", "resolve_due_at")


@dataclass(frozen=True, slots=True)
class Address:
    """Where a person, or whoever stands behind a challenge, is reached now."""

    contact: Contact
    number: str = ""
    code: str = ""
    until: float = 0.0
    language: str = CHINESE


@dataclass(slots=True)
class Addresses:
    """The sender's short memory."""

    running: Running
    known: dict[UUID, Address] = field(default_factory=dict)
    tracking_codes: dict[UUID, str] = field(default_factory=dict)
    group_names: dict[UUID, str] = field(default_factory=dict)

    async def ready(self, batch: Sequence[Message]) -> list[Ready]:
        """Everything that can be found out about these messages; one whose answer is missing is left for later."""
        await self._resolve([m for m in batch if m.to_enc is None])
        words = await self.words(batch)
        own, given = await self._sealed(batch)
        found = []
        for message in batch:
            address = own.get(message.id) or self._address(message)
            if address is not None and message.id in words:
                said: dict[str, object] = (
                    words[message.id] | ({"code": address.code} if address.code else {}) | given.get(message.id, {})
                )
                found.append(Ready(message.id, address.contact, address.number, said, address.language))
        return found

    async def number_of(self, message: Message) -> str | None:
        """The number a message went to, asked for again."""
        if message.to_enc is not None:
            return (await self._sealed([message]))[0][message.id].number
        await self._resolve([message])
        address = self._address(message)
        return address.number or None if address else None

    def _address(self, message: Message) -> Address | None:
        asked = message.challenge_id or message.person_id
        return self.known.get(asked) if asked else Address(Contact.NO_RECIPIENT)

    def _language(self, message: Message) -> str:
        address = self._address(message)
        return address.language if address else CHINESE

    async def _sealed(self, batch: Sequence[Message]) -> tuple[dict[UUID, Address], dict[UUID, dict[str, object]]]:
        """Numbers that came with a message of their own, and the values that came with it."""
        addressed = [m for m in batch if m.to_enc is not None and m.recipient_key is not None]
        valued = [m for m in batch if m.values_enc is not None]
        if not addressed and not valued:
            return {}, {}
        sealing = self.running.sealing
        async with self.running.transaction() as tx:
            keys = await Keys.of(tx, [m.recipient_key for m in addressed if m.recipient_key] + owners(sealing, valued))
        own = {m.id: Address(Contact.OK, number_given(keys, m)) for m in addressed}
        return own, {m.id: opened(keys, m) for m in valued}

    async def _resolve(self, batch: Sequence[Message]) -> None:
        now = time.monotonic()
        self.known = {one: address for one, address in self.known.items() if address.until > now}
        wanted: dict[UUID, dict[str, str]] = {}
        for m in batch:
            if m.challenge_id and m.challenge_id not in self.known:
                wanted[m.challenge_id] = {"challenge_id": str(m.challenge_id)}
            elif m.person_id and m.person_id not in self.known:
                wanted[m.person_id] = {"person_id": str(m.person_id)}
        items = list(wanted.values())
        for start in range(0, len(items), ASKED_AT_ONCE_MAX):
            body = {"purpose": "notify", "about": None, "items": items[start : start + ASKED_AT_ONCE_MAX], "labels": []}
            answer = await self.running.asking.post("members", "/internal/contacts:resolve", json=body, timeout=5)
            self._remember(answer["items"])

    def _remember(self, items: Iterable[Mapping[str, Any]]) -> None:
        until = time.monotonic() + settings_of(self.running).contact_keep_seconds
        for item in items:
            contact = _CONTACTS.get(str(item["status"]), Contact.NO_CONTACT)
            number = _number(item) if contact is Contact.OK else ""
            if contact is Contact.OK and not number:
                contact = Contact.UNREACHABLE
            asked = item.get("challenge_id") or item["person_id"]
            self.known[UUID(str(asked))] = Address(
                contact, number, str(item.get("code") or ""), until, str(item.get("language") or CHINESE)
            )

    # Words of texts ---------------------------------------------------------------------------------------------

    async def words(self, batch: Sequence[Message]) -> dict[UUID, dict[str, str]]:
        """The words of each text, by message; a message whose words nobody could tell yet is not among them."""
        async with self.running.reading() as tx:
            catalogue = await Catalogue.of(tx, needed=[(m.template, m.template_version) for m in batch])
            groups = await copies.group_names(tx, _groups(batch))
            labels = await copies.category_labels(tx, sorted({str(m.facts.get("category", "")) for m in batch}))
        await self._ask_group_names(_groups(batch) - groups.keys())
        await self._ask_tracking_codes(batch, catalogue)
        names = self.group_names | groups
        return {m.id: words for m in batch if (words := self._of(m, catalogue, names, labels)) is not None}

    def _of(
        self, message: Message, catalogue: Catalogue, groups: Mapping[UUID, str], labels: Mapping[str, str]
    ) -> dict[str, str] | None:
        facts, wanted = message.facts, _parameters(message, catalogue)
        words = {
            "number": str(facts.get("number", "")),
            "year": str(facts.get("year", "")),
            "count": str(facts.get("count", "")),
        }
        words["category"] = labels.get(str(facts.get("category", ""))) or UNKNOWN_CATEGORY
        due = next((facts[name] for name in _DUE if name in facts), None)
        if due:
            words["due"] = spoken(datetime.fromisoformat(due), self._language(message))
        if group := groups.get(UUID(facts["group_id"])) if "group_id" in facts else None:
            words["group"] = group
        if message.about in self.tracking_codes:
            words["tracking_code"] = self.tracking_codes[message.about]
        asked = ("group", "tracking_code") if message.values_enc is None else ()
        return None if any(name in wanted and name not in words for name in asked) else words

    async def _ask_group_names(self, unknown: Iterable[UUID]) -> None:
        """Names of groups whose event has not come yet."""
        asked = [str(group) for group in unknown if group not in self.group_names]
        if not asked:
            return
        body = {"areas": [], "estates": [], "organizations": asked}
        try:
            answer = await self.running.asking.post("members", "/internal/labels:resolve", json=body, timeout=5)
        except Unanswered as error:
            log.error("sms.names_unanswered", code=error.code)
            return
        found = {UUID(group): str(label["name"]) for group, label in answer["organizations"].items()}
        self.group_names = dict(list((self.group_names | found).items())[-1_000:])

    async def _ask_tracking_codes(self, batch: Sequence[Message], catalogue: Catalogue) -> None:
        """The code only tickets may hold, asked for when a text needs it and forgotten with the batch."""
        about = {m.about for m in batch if m.about and "tracking_code" in _parameters(m, catalogue)}
        self.tracking_codes = {}
        if not about:
            return
        body = {"items": [{"key": "tracking_code", "about": str(one)} for one in sorted(about)]}
        try:
            answer = await self.running.asking.post("tickets", "/internal/wording:resolve", json=body, timeout=5)
        except Unanswered as error:
            log.error("sms.words_unanswered", code=error.code)
            return
        self.tracking_codes = {UUID(i["about"]): str(i["value"]) for i in answer["items"] if i.get("value")}


def _groups(batch: Iterable[Message]) -> set[UUID]:
    return {UUID(m.facts["group_id"]) for m in batch if "group_id" in m.facts}


def _parameters(message: Message, catalogue: Catalogue) -> Sequence[str]:
    template = catalogue.versions.get((message.template, message.template_version))
    return template.fields if template is not None else ()


def _number(item: Mapping[str, Any]) -> str:
    try:
        return e164(str(item.get("address") or ""))
    except Refused:
        return ""
