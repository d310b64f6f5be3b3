"""Versions of categories as communities have made them, the newest first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, insert, select

from chassis.transaction import Transaction
from services.tickets.domain.category import Category
from services.tickets.domain.question import Datatype, Question
from services.tickets.store.tables import category_versions


@dataclass(frozen=True, slots=True)
class CategoryVersion:
    community_id: UUID
    effective_from: datetime
    category: Category

    def is_of(self, code: str, community_id: UUID | None) -> bool:
        return self.community_id == community_id and self.category.code == code


async def all_versions(tx: Transaction) -> list[CategoryVersion]:
    ordered = (category_versions.c.effective_from.desc(), category_versions.c.version.desc())
    rows = await tx.execute(select(category_versions).order_by(*ordered))
    return [CategoryVersion(row.community_id, row.effective_from, _category(row)) for row in rows]


async def next_version(tx: Transaction, community_id: UUID, code: str) -> int:
    """The seeded category is version 1."""
    newest = select(func.max(category_versions.c.version)).where(
        category_versions.c.community_id == community_id, category_versions.c.code == code
    )
    return int((await tx.execute(newest)).scalar() or 1) + 1


async def add(tx: Transaction, made: CategoryVersion) -> None:
    category = made.category
    values: Mapping[str, Any] = {
        "community_id": made.community_id,
        "code": category.code,
        "version": category.version,
        "effective_from": made.effective_from,
        "parent": category.parent,
        "label": category.label,
        "label_en": category.label_en,
        "class_code": category.class_code,
        "keywords": list(category.keywords),
        "ordinal": category.order,
        "kinds": list(category.kinds),
        "visible": category.visible,
        "public": category.public,
        "review_first": category.review_first,
        "photo_required": category.photo_required,
        "checklist": list(category.checklist),
        "standard_code": category.standard_code,
        "questions": [_plain(question) for question in category.questions],
        "made_by": tx.actor.person_id,
        "made_at": tx.now,
    }
    await tx.execute(insert(category_versions).values(values))


def _plain(question: Question) -> dict[str, Any]:
    names = ("code", "label", "datatype", "required", "order")
    return {name: getattr(question, name) for name in names} | {"values": [list(value) for value in question.values]}


def _category(row: Row[Any]) -> Category:
    return Category(
        code=row.code,
        parent=row.parent,
        label=row.label,
        label_en=row.label_en,
        class_code=row.class_code,
        keywords=tuple(row.keywords),
        order=row.ordinal,
        version=row.version,
        kinds=tuple(row.kinds),
        visible=row.visible,
        public=row.public,
        review_first=row.review_first,
        photo_required=row.photo_required,
        checklist=tuple(row.checklist),
        standard_code=row.standard_code,
        questions=tuple(_question(each) for each in row.questions),
    )


def _question(plain: Mapping[str, Any]) -> Question:
    values = tuple((key, name) for key, name in plain["values"])
    return Question(
        plain["code"], plain["label"], Datatype(plain["datatype"]), plain["required"], plain["order"], values
    )
