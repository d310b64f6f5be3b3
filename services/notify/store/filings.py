"""What is on file at the providers: rows <-> domain objects."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert, select, update

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.notify.domain import filing
from services.notify.domain.filing import Filing
from services.notify.store import rows
from services.notify.store.tables import provider_templates, providers


async def by_version(tx: Transaction) -> dict[tuple[str, int], list[Filing]]:
    """Everything that is or was on file, by name and version."""
    found: dict[tuple[str, int], list[Filing]] = {}
    for row in await tx.execute(select(provider_templates)):
        found.setdefault((row.template, row.version), []).append(_filing(row))
    return found


async def providers_that_file(tx: Transaction) -> dict[str, str]:
    """The providers that send filed texts only, by id with their kind."""
    statement = select(providers.c.id, providers.c.kind).where(rows.among(providers.c.kind, filing.FILED_KINDS))
    return {row.id: row.kind for row in await tx.execute(statement)}


async def of_version(tx: Transaction, name: str, version: int) -> list[Filing]:
    """What is or was on file of one version."""
    where = (provider_templates.c.template == name, provider_templates.c.version == version)
    return [_filing(row) for row in await tx.execute(select(provider_templates).where(*where))]


async def add(tx: Transaction, filed: Filing) -> Filing:
    """Put a filing on record, where neither its code nor its combination stands for something else."""
    standing = provider_templates.c.state.in_(filing.STANDING)
    same_code = (provider_templates.c.provider == filed.provider, provider_templates.c.code == filed.code)
    other_text = select(provider_templates.c.id).where(standing, *same_code, provider_templates.c.text != filed.text)
    if (await tx.execute(other_text.limit(1))).first() is not None:
        raise Refused("code_taken", detail=filed.code)
    others = await of_version(tx, filed.template, filed.version)
    if any(_same(one, filed) and one.state in filing.STANDING for one in others):
        raise Refused("already_filed", detail=filed.code)
    await tx.execute(insert(provider_templates).values(_filing_row(filed)))
    return filed


async def lock(tx: Transaction, filing_id: UUID) -> Filing:
    where = provider_templates.c.id == filing_id
    row = (await tx.execute(select(provider_templates).where(where).with_for_update())).one_or_none()
    if row is None:
        raise Refused("provider_template_unknown", status=404)
    return _filing(row)


async def lock_approved(tx: Transaction, name: str, version: int, provider: str) -> list[Filing]:
    """What one provider has approved of a version."""
    f = provider_templates.c
    where = (f.template == name, f.version == version, f.provider == provider, f.state == filing.State.APPROVED)
    statement = select(provider_templates).where(*where).order_by(f.id).with_for_update()
    return [_filing(row) for row in await tx.execute(statement)]


async def save(tx: Transaction, filed: Filing) -> Filing:
    saved = replace(filed, revision=filed.revision + 1)
    changes = {"state": saved.state, "revision": saved.revision}
    await tx.execute(update(provider_templates).where(provider_templates.c.id == saved.id).values(changes))
    return saved


async def _revoke_other_texts(tx: Transaction, filed: Filing) -> None:
    """What was filed under this code before is filed there no longer."""
    where = (provider_templates.c.provider == filed.provider, provider_templates.c.code == filed.code)
    other = (provider_templates.c.text != filed.text, provider_templates.c.state.in_(filing.STANDING))
    await tx.execute(update(provider_templates).where(*where, *other).values(state=filing.State.REVOKED))


async def seed(tx: Transaction, seeded: Iterable[Filing]) -> None:
    """What of the seeded texts is on file, which it is before they are used."""
    for filed in seeded:
        await _revoke_other_texts(tx, filed)
        await tx.execute(insert(provider_templates).values(_filing_row(filed)))


def _filing(row: Row[Any]) -> Filing:
    made = {"shown": frozenset(row.shown), "parameters": tuple(row.parameters), "state": filing.State(row.state)}
    return Filing(**{**row._mapping, **made})


def _filing_row(filed: Filing) -> dict[str, Any]:
    return rows.values(filed) | {"shown": sorted(filed.shown), "parameters": list(filed.parameters)}


def _same(one: Filing, other: Filing) -> bool:
    return (one.provider, one.language, one.shown) == (other.provider, other.language, other.shown)
