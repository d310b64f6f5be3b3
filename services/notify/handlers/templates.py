"""Templates as people write them: drafted, submitted, decided by another person, live, replaced, retired."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from chassis.audit import record_act
from chassis.refused import Refused
from chassis.transaction import Transaction
from services.notify.domain import preview as previews
from services.notify.domain import template as template_rules
from services.notify.domain import template_version as rules
from services.notify.domain.message import Message
from services.notify.domain.preview import Preview
from services.notify.domain.template import Template
from services.notify.domain.template_version import Move, State, Version
from services.notify.handlers import notifications
from services.notify.handlers.notifications import Send
from services.notify.settings import settings_of
from services.notify.store import catalogue, copies, filings, templates
from services.notify.store import rules as rule_rows

WRITE = "notify.templates.write"
APPROVE = "notify.templates.approve"
READ = "notify.templates.read"


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a version: a body per language, of a mail its subjects too."""

    bodies: Mapping[str, str]
    subjects: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Which:
    """One version, as the person saw it."""

    template_id: UUID
    version: int
    expected: int | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """A version after a command, with the template it belongs to."""

    template_id: UUID
    version: Version


async def create(template: Template, tx: Transaction) -> Written:
    """A new template with the draft of its first version."""
    placed = _placed(template, Words(template.bodies, template.subjects), tx)
    template_rules.check(placed)
    await refuse_elsewhere(placed, WRITE, tx)
    made = await templates.add(tx, placed)
    version = await templates.add_version(tx, _draft(made, tx))
    return await _recorded(made, version, "template_created", tx)


async def draft(template_id: UUID, words: Words, tx: Transaction) -> Written:
    """The next version of a template, to be edited until it is submitted."""
    newest = await templates.newest_of(tx, template_id)
    await refuse_elsewhere(newest, WRITE, tx)
    placed = replace(_placed(newest, words, tx), version=newest.version + 1)
    template_rules.check(placed)
    version = await templates.add_version(tx, _draft(placed, tx))
    return await _recorded(placed, version, "template_version_drafted", tx)


async def edit(which: Which, words: Words, tx: Transaction) -> Written:
    """Other words for a draft, by its author."""
    template, version = await _lock(which, WRITE, tx)
    if version.author != tx.actor.person_id:
        raise Refused("not_author", status=403)
    placed = _placed(template, words, tx)
    template_rules.check(placed)
    edited = rules.edited(version, bodies=placed.bodies, subjects=placed.subjects)
    return await _saved(template, edited, "template_version_edited", tx)


async def submit(which: Which, tx: Transaction) -> Written:
    """Ask for approval: everything is checked and on file."""
    template, version = await _lock(which, WRITE, tx)
    template_rules.check(template)
    missing = previews.unfiled(template, await filings.providers_that_file(tx))
    return await _saved(template, rules.submitted(version, missing=missing), "template_version_submitted", tx)


async def approve(which: Which, tx: Transaction) -> Written:
    """Another person than the author says yes."""
    template, version = await _lock(which, APPROVE, tx)
    return await _saved(template, rules.approved(version, by=tx.actor.person_id), "template_version_approved", tx)


async def reject(which: Which, note: str, tx: Transaction) -> Written:
    """Another person than the author says no."""
    template, version = await _lock(which, APPROVE, tx)
    rejected = rules.rejected(version, by=tx.actor.person_id, note=note)
    return await _saved(template, rejected, "template_version_rejected", tx)


async def go_live(which: Which, tx: Transaction) -> Written:
    """From now on this version is sent; messages that are queued keep theirs."""
    template, version = await _lock(which, WRITE, tx)
    live = version.moved(Move.GO_LIVE)
    before = await templates.live_of(tx, version.name)
    if before is not None:
        await templates.save_version(tx, before.moved(Move.REPLACE))
    return await _saved(template, live, "template_version_live", tx)


async def retire(which: Which, tx: Transaction) -> Written:
    """The text is sent no more."""
    template, version = await _lock(which, WRITE, tx)
    used_by = await rule_rows.names_of_template(tx, version.name)
    if template.message_class == "auto":
        used_by = [*used_by, "auto"]
    return await _saved(template, rules.retired(version, used_by=used_by), "template_version_retired", tx)


async def preview(which: Which, values: Mapping[str, Any], language: str, mainland: bool, tx: Transaction) -> Preview:
    """What a version would look like with these values; it changes nothing."""
    template, _ = await templates.load(tx, which.template_id, which.version)
    await refuse_elsewhere(template, READ, tx)
    settings = settings_of(tx.service)
    return previews.preview(
        template,
        settings.sender_signature,
        values,
        language,
        providers=await filings.providers_that_file(tx),
        price_fen=settings.price_fen_per_part,
        mainland=mainland,
    )


async def test_send(which: Which, values: Mapping[str, Any], community_id: UUID, tx: Transaction) -> Message:
    """One text of a version to oneself, through the whole decision; of a draft, whose words still move, none."""
    template, version = await templates.load(tx, which.template_id, which.version)
    await refuse_elsewhere(template, WRITE, tx)
    if not tx.actor.may(WRITE, area_path=await copies.path_of(tx, community_id)):
        raise Refused("community_unknown", status=404)
    if version.state is State.DRAFT:
        raise Refused("cannot_test_send_when_draft")
    command = Send(template=template, values=values, community_id=community_id, person_id=tx.actor.person_id)
    taken = await notifications.send(command, tx)
    await record_act(tx, action="template_test_sent", subject=which.template_id, fields=[f"v{version.version}"])
    return taken.message


async def refuse_elsewhere(template: Template, permission: str, tx: Transaction) -> None:
    """What belongs to one organisation or community does not exist for those whose grants lie elsewhere."""
    owner = template.organization_id
    if owner is None:
        return
    path = [*await copies.path_of_group(tx, owner), *await copies.path_of(tx, owner)]
    if not tx.actor.may(permission, area_path=path, organization_path=[owner]):
        raise Refused("template_unknown", status=404)


def _placed(template: Template, words: Words, tx: Transaction) -> Template:
    """The template with these words as they are saved."""
    pages_url = settings_of(tx.service).pages_url
    bodies = {language: template_rules.placed(body, pages_url) for language, body in words.bodies.items()}
    subjects = {language: template_rules.placed(one, pages_url) for language, one in words.subjects.items()}
    return replace(template, bodies=bodies, subjects=subjects)


def _draft(template: Template, tx: Transaction) -> Version:
    return Version(
        id=tx.new_id(),
        name=template.name,
        version=template.version,
        bodies=template.bodies,
        subjects=template.subjects,
        author=tx.actor.person_id,
        approver=None,
        state=State.DRAFT,
        note="",
        created_at=tx.now,
        revision=1,
    )


async def _lock(which: Which, permission: str, tx: Transaction) -> tuple[Template, Version]:
    template, version = await templates.lock(tx, which.template_id, which.version)
    await refuse_elsewhere(template, permission, tx)
    if which.expected != version.revision:
        raise Refused("stale", status=412, revision=version.revision)
    return template, version


async def _saved(template: Template, version: Version, action: str, tx: Transaction) -> Written:
    return await _recorded(template, await templates.save_version(tx, version), action, tx)


async def _recorded(template: Template, version: Version, action: str, tx: Transaction) -> Written:
    assert template.id is not None
    catalogue.forget(tx)
    await record_act(tx, action=action, subject=template.id, fields=["state", f"v{version.version}"])
    return Written(template.id, version)
