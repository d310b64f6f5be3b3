"""A look ahead, before anything is filed: what it seems to be about, who would take it, and by when."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from chassis.transaction import Transaction
from services.tickets.domain import clock
from services.tickets.domain.category import OTHER, guesses
from services.tickets.domain.profile import Kind
from services.tickets.domain.routing import Choice, choose
from services.tickets.store import places
from services.tickets.store.places import Facts
from services.tickets.store.reference import Reference, load_reference
from services.tickets.views.similar import Matter, Similar, similar


class GuessModel(BaseModel):
    code: str
    label: str
    score: int


class GroupModel(BaseModel):
    id: UUID
    name: str


class Preview(BaseModel):
    model_config = ConfigDict(populate_by_name=True)
    categories: list[GuessModel]
    category: str
    class_code: str = Field(alias="class")
    dues: dict[str, datetime]
    group: GroupModel | None
    explanation: str
    confidential: bool
    similar: list[Similar]


async def preview(
    tx: Transaction, *, text: str, building_id: UUID | None, category: str | None, danger: bool
) -> Preview:
    reference = await load_reference(tx)
    found = guesses(text, list(reference.categories.values()))
    guessed = found[0].code if found else OTHER
    code = category if category is not None and category in reference.categories else guessed
    class_code = "urgent" if danger else reference.categories[code].class_code
    facts = await _facts(tx, building_id, code, reference)
    choice = _choice(facts, code, reference, tx.now) if facts else None
    limits = reference.classes_of(facts.community_id if facts else None, tx.now).classes[class_code].limits
    group = GroupModel(id=choice.group.id, name=choice.group.name) if choice and choice.group else None
    return Preview(
        categories=[GuessModel(code=each.code, label=each.label, score=each.score) for each in found[:5]],
        category=code,
        class_code=class_code,
        dues={name: clock.after(reference.calendar, tx.now, limit) for name, limit in limits.items()},
        group=group,
        explanation=choice.explanation if choice else "",
        confidential=code == "counselling",
        similar=await similar(tx, Matter(text, building_id, code, tx.now)) if building_id else [],
    )


async def _facts(tx: Transaction, building_id: UUID | None, code: str, reference: Reference) -> Facts | None:
    if building_id is None:
        return None
    return await places.facts_of(tx, building_id, code, numbered=False, named=reference.named_groups)


def _choice(facts: Facts, code: str, reference: Reference, now: datetime) -> Choice:
    return choose(
        facts.place,
        reference.matter(code, Kind.COMPLAINT, now),
        rules=reference.rules_of(facts.community_id, now),
        coverage=facts.coverage,
        groups=facts.groups,
    )
