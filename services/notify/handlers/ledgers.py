"""Consent as people give, withdraw and look at it: each for herself, staff and leaders on her behalf with proof."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.notify.domain.consent import ALL_CHANNELS, ALL_TOPICS, PROMOTION
from services.notify.handlers import consents
from services.notify.handlers.consents import Giving, Of, Refusing
from services.notify.store import copies
from services.notify.store.catalogue import Catalogue
from services.notify.store.consents import Consent, OptOut

WRITE: Final = "notify.consents.write"
CHANNELS: Final = frozenset({"sms", "email", "tray", ALL_CHANNELS})


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A yes as it is handed in; `community_id` or `group_id` is where somebody else wrote it down."""

    person_id: UUID
    topic: str
    channel: str
    wording_version: str
    source: str
    evidence: str
    community_id: UUID | None
    group_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """A no as it is handed in, with the number it holds for where that could be found out."""

    person_id: UUID
    topic: str
    channel: str
    community_id: UUID | None
    group_id: UUID | None
    recipient_key: bytes | None


async def give(command: Given, tx: Transaction) -> Consent:
    """Her own yes comes by the page; anybody else brings the paper or the list it stands on."""
    await _check(command.topic, command.channel, tx)
    own = await _may(command.person_id, command.community_id, command.group_id, tx)
    if own != (command.source == "page"):
        raise Refused("source_not_hers", status=422, errors=[{"pointer": "/source", "code": "not_hers", "detail": ""}])
    if not own and not command.evidence:
        raise Refused(
            "evidence_missing", status=422, errors=[{"pointer": "/evidence", "code": "missing", "detail": ""}]
        )
    giving = Giving(
        _of(command.person_id, None, command.community_id),
        command.topic,
        command.channel,
        command.source,
        command.wording_version,
        command.evidence,
    )
    return await consents.give(giving, tx)


async def withdraw(command: Withdrawn, tx: Transaction) -> OptOut:
    """As easy as giving: no proof is asked for, and what waits is stopped."""
    await _check(command.topic, command.channel, tx)
    own = await _may(command.person_id, command.community_id, command.group_id, tx)
    of = _of(command.person_id, command.recipient_key, command.community_id)
    source = "page" if own else "paper"
    return await consents.refuse(Refusing(of, command.topic, command.channel, source, None), tx)


def _of(person_id: UUID, recipient_key: bytes | None, community_id: UUID | None) -> Of:
    return Of(recipient_key, person_id, person_id, community_id)


async def _may(person_id: UUID, community_id: UUID | None, group_id: UUID | None, tx: Transaction) -> bool:
    """True for herself, False for somebody who may write it down for her there; refused to all others."""
    if tx.actor.person_id == person_id:
        return True
    path = await copies.path_of(tx, community_id)
    groups = [group_id] if group_id else []
    if not tx.actor.may(WRITE, area_path=path, organization_path=groups):
        raise Refused("not_permitted", status=403, permission=WRITE)
    return False


async def _check(topic: str, channel: str, tx: Transaction) -> None:
    known = {t.topic for t in (await Catalogue.of(tx)).live.values()} | {ALL_TOPICS, PROMOTION}
    if topic not in known:
        raise Refused("topic_unknown", status=422, errors=[{"pointer": "/topic", "code": "unknown", "detail": topic}])
    if channel not in CHANNELS:
        errors = [{"pointer": "/channel", "code": "unknown", "detail": channel}]
        raise Refused("channel_unknown", status=422, errors=errors)
