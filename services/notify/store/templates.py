"""Templates and their versions: rows <-> domain objects."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, func, insert, select, update

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.notify.domain import filing, template_version
from services.notify.domain.filing import Filing
from services.notify.domain.hours import Hours
from services.notify.domain.template import Template
from services.notify.domain.template_version import Move, State, Version
from services.notify.store import filings, rows
from services.notify.store.tables import template_versions, templates

FILED_BY_DEFAULT = "aliyun"


async def all_of(tx: Transaction) -> list[tuple[Template, State]]:
    """Every version that anybody was asked to approve, ready to be rendered, with where it stands."""
    statement = _joined().where(template_versions.c.state != State.DRAFT)
    found = (await tx.execute(statement)).all()
    filed = await filings.by_version(tx)
    return [(_template(row, filed.get((row.name, row.version), [])), State(row.state)) for row in found]


async def load(tx: Transaction, template_id: UUID, version: int) -> tuple[Template, Version]:
    """One version as it is rendered, and where it stands."""
    statement = _joined().where(templates.c.id == template_id, template_versions.c.version == version)
    row = (await tx.execute(statement)).one_or_none()
    if row is None:
        raise Refused("template_unknown", status=404)
    return _template(row, await filings.of_version(tx, row.name, version)), _version(row)


async def lock(tx: Transaction, template_id: UUID, version: int) -> tuple[Template, Version]:
    """The same, with the template held so that its versions move one after the other."""
    await tx.execute(select(templates.c.id).where(templates.c.id == template_id).with_for_update())
    return await load(tx, template_id, version)


async def live_of(tx: Transaction, name: str) -> Version | None:
    """The version that is live now."""
    found = await tx.execute(_joined().where(templates.c.name == name, template_versions.c.state == State.LIVE))
    row = found.one_or_none()
    return _version(row) if row is not None else None


async def newest_version(tx: Transaction, name: str) -> int:
    """The highest number any version of this template has; 0 for none."""
    statement = select(func.max(template_versions.c.version)).where(template_versions.c.name == name)
    return (await tx.execute(statement)).scalar_one() or 0


async def newest_of(tx: Transaction, template_id: UUID) -> Template:
    """The version with the highest number, the template held."""
    await tx.execute(select(templates.c.id).where(templates.c.id == template_id).with_for_update())
    where = templates.c.id == template_id
    row = (await tx.execute(_joined().where(where).order_by(template_versions.c.version.desc()).limit(1))).one_or_none()
    if row is None:
        raise Refused("template_unknown", status=404)
    return _template(row, [])


async def by_name(tx: Transaction, name: str, version: int) -> Template:
    """One version by its template's name."""
    statement = _joined().where(templates.c.name == name, template_versions.c.version == version)
    return _template((await tx.execute(statement)).one(), [])


async def add(tx: Transaction, template: Template) -> Template:
    """A new template; its name is nobody else's."""
    taken = await tx.execute(select(templates.c.id).where(templates.c.name == template.name))
    if taken.first() is not None:
        raise Refused("template_name_taken", detail=template.name)
    made = replace(template, id=tx.new_id())
    await tx.execute(
        insert(templates).values(
            id=made.id,
            name=made.name,
            message_class=made.message_class,
            topic=made.topic,
            channel=made.channel,
            hours_begin=made.hours.begin if made.hours else None,
            hours_end=made.hours.end if made.hours else None,
            links=made.links,
            downgrade=made.downgrade,
            confidential=made.confidential,
            organization_id=made.organization_id,
            created_at=tx.now,
            created_by=tx.actor.person_id,
        )
    )
    return made


async def add_version(tx: Transaction, version: Version) -> Version:
    await tx.execute(insert(template_versions).values(rows.values(version)))
    return version


async def save_version(tx: Transaction, version: Version) -> Version:
    """Write what may change of a version, and count the change."""
    saved = replace(version, revision=version.revision + 1)
    changes = {k: v for k, v in rows.values(saved).items() if k not in ("id", "name", "version", "created_at")}
    await tx.execute(update(template_versions).where(template_versions.c.id == saved.id).values(changes))
    return saved


# Seeds ------------------------------------------------------------------------------------------------------------


async def seed(tx: Transaction, seeded: Sequence[Template]) -> None:
    """Make the seeded texts the live ones, but where a person has put her own in their place or taken them away.

    A seeded text that differs from its last version becomes the next version.
    """
    known = {row.name for row in await tx.execute(select(templates.c.name))}
    for template in seeded:
        if template.name not in known:
            await add(tx, template)
        of_seed = await _newest_seeded(tx, template.name)
        if of_seed is None or (of_seed.state is State.LIVE and of_seed.bodies != template.bodies):
            await _seed_version(tx, template, of_seed)


async def _newest_seeded(tx: Transaction, name: str) -> Version | None:
    where = (templates.c.name == name, template_versions.c.author.is_(None))
    row = (
        await tx.execute(_joined().where(*where).order_by(template_versions.c.version.desc()).limit(1))
    ).one_or_none()
    return _version(row) if row is not None else None


async def _seed_version(tx: Transaction, template: Template, before: Version | None) -> None:
    if before is not None:
        await save_version(tx, before.moved(Move.REPLACE))
    version = template_version.of_seed(
        template.name, await newest_version(tx, template.name) + 1, template.bodies, id=tx.new_id(), at=tx.now
    )
    await add_version(tx, version)
    await filings.seed(
        tx,
        [
            filing.of_seed(
                id=tx.new_id(),
                template=template.name,
                version=version.version,
                language=language,
                body=body,
                provider=FILED_BY_DEFAULT,
            )
            for language, _, body in template.combinations()
        ],
    )


# Rows -------------------------------------------------------------------------------------------------------------


def _joined() -> Select[Any]:
    head = [c for c in templates.c if c.name not in ("name", "created_at", "created_by")]
    own = [c.label("version_id") if c.name == "id" else c for c in template_versions.c]
    return select(*head, *own).join_from(templates, template_versions, templates.c.name == template_versions.c.name)


def _template(row: Row[Any], filed: Sequence[Filing]) -> Template:
    return Template(
        row.name,
        row.version,
        row.message_class,
        row.topic,
        row.bodies,
        filings=tuple(filed),
        hours=Hours(row.hours_begin, row.hours_end) if row.hours_begin is not None else None,
        links=row.links,
        downgrade=row.downgrade,
        confidential=row.confidential,
        channel=row.channel,
        subjects=row.subjects,
        id=row.id,
        organization_id=row.organization_id,
    )


def _version(row: Row[Any]) -> Version:
    return Version(
        id=row.version_id,
        name=row.name,
        version=row.version,
        bodies=row.bodies,
        subjects=row.subjects,
        author=row.author,
        approver=row.approver,
        state=State(row.state),
        note=row.note,
        created_at=row.created_at,
        revision=row.revision,
    )
