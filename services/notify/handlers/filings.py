"""What is on file at the providers: filed by a person, answered and revoked as the provider says."""

from dataclasses import dataclass
from uuid import UUID

from chassis.audit import record_act
from chassis.refused import Refused
from chassis.telemetry import log
from chassis.transaction import Transaction
from services.notify.domain import filing, placeholders
from services.notify.domain.filing import Filing, Move, State
from services.notify.domain.message import Message
from services.notify.domain.template import Template
from services.notify.handlers.templates import READ, WRITE, refuse_elsewhere
from services.notify.store import catalogue, templates
from services.notify.store import filings as rows


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A text filed at a provider: its code there, the words as filed, and our names in the vendor's order."""

    template_id: UUID
    version: int
    provider: str
    language: str
    shown: frozenset[str]
    code: str
    text: str
    parameters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ToFile:
    """One text that nobody has filed yet at this provider, as it wants it."""

    provider: str
    language: str
    shown: frozenset[str]
    text: str
    parameters: tuple[str, ...]


async def listed(template_id: UUID, version: int, tx: Transaction) -> tuple[list[Filing], list[ToFile]]:
    """What is on file of a version, and what is still to be filed."""
    template, _ = await templates.load(tx, template_id, version)
    await refuse_elsewhere(template, READ, tx)
    standing = {(f.provider, f.language, f.shown) for f in template.filings if f.state in filing.STANDING}
    providers = await rows.providers_that_file(tx)
    wanted = [
        ToFile(provider, language, shown, filing.as_filed(body, kind), tuple(placeholders.names(body)))
        for provider, kind in sorted(providers.items())
        for language, shown, body in template.combinations()
        if (provider, language, shown) not in standing
    ]
    return list(template.filings), wanted if template.channel == "sms" else []


async def file(command: File, tx: Transaction) -> Filing:
    """Put on record what was filed, if it is our own text, character by character."""
    template, _ = await templates.lock(tx, command.template_id, command.version)
    await refuse_elsewhere(template, WRITE, tx)
    if command.provider not in await rows.providers_that_file(tx):
        raise Refused("provider_unknown", status=422, detail=command.provider)
    filed = _filing(command, template, tx).moved(Move.FILE)
    filing.check(filed, _body(command, template))
    saved = await rows.add(tx, filed)
    await _record(saved, tx)
    return saved


async def answer(filing_id: UUID, move: Move, expected: int | None, tx: Transaction) -> Filing:
    """What the provider says: approved, rejected, or revoked later."""
    filed = await rows.lock(tx, filing_id)
    await refuse_elsewhere(await templates.by_name(tx, filed.template, filed.version), WRITE, tx)
    if expected != filed.revision:
        raise Refused("stale", status=412, revision=filed.revision)
    saved = await rows.save(tx, filed.moved(move))
    await _record(saved, tx)
    return saved


async def stopped(message: Message, provider: str, tx: Transaction) -> None:
    """A provider refused the words of a message: its version goes there no more, until somebody files it again."""
    for filed in await rows.lock_approved(tx, message.template, message.template_version, provider):
        await _record(await rows.save(tx, filed.moved(Move.REVOKE)), tx)
        log.error("sms.version_stopped", template=filed.template, version=filed.version, provider=provider)


def _body(command: File, template: Template) -> str:
    combinations = {(language, shown): body for language, shown, body in template.combinations()}
    body = combinations.get((command.language, command.shown))
    if body is None:
        raise Refused("combination_unknown", status=422, detail=f"{command.language} {sorted(command.shown)}")
    return body


def _filing(command: File, template: Template, tx: Transaction) -> Filing:
    return Filing(
        id=tx.new_id(),
        template=template.name,
        version=template.version,
        provider=command.provider,
        language=command.language,
        shown=command.shown,
        code=command.code,
        text=command.text,
        parameters=command.parameters,
        state=State.NONE,
        revision=1,
    )


async def _record(filed: Filing, tx: Transaction) -> None:
    catalogue.forget(tx)
    await record_act(tx, action=f"provider_template_{filed.state}", subject=filed.id, fields=["state"])
