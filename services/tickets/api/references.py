"""What every page may know: categories, classes, the calendar and the rules of routing; and a look ahead."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field

from chassis.edge import Body, Edge, service_only, signed_in
from services.tickets.domain.clock import CLASSES, CLASSES_VERSION
from services.tickets.handlers.filing import tracking_code
from services.tickets.views import ahead

router = APIRouter(tags=["references"])


class LimitModel(BaseModel):
    clock: str
    minutes: int
    unit: str


class ClassModel(BaseModel):
    code: str
    version: str
    limits: list[LimitModel]


class Classes(BaseModel):
    items: list[ClassModel]


class PreviewBody(Body):
    text: Annotated[str, Field(min_length=1, max_length=4_000)]
    building_id: UUID | None = None
    category: Annotated[str | None, Field(max_length=40)] = None
    danger: bool = False


class WordingItem(Body):
    key: str
    about: UUID


class WordingBody(Body):
    items: Annotated[list[WordingItem], Field(max_length=1_000)]


class WordingValue(BaseModel):
    key: str
    about: UUID
    value: str | None


class Wording(BaseModel):
    items: list[WordingValue]


@router.get("/v1/classes", response_model=Classes)
async def classes(edge: Annotated[Edge, signed_in()]) -> Classes:
    items = []
    for each in CLASSES.values():
        limits = [
            LimitModel(clock=clock, minutes=round(limit.amount.total_seconds() / 60), unit=limit.unit)
            for clock, limit in each.limits.items()
        ]
        items.append(ClassModel(code=each.code, version=CLASSES_VERSION, limits=limits))
    return Classes(items=items)


@router.post("/v1/tickets:preview", response_model=ahead.Preview)
async def preview(body: PreviewBody, edge: Annotated[Edge, signed_in(key=False)]) -> ahead.Preview:
    async with edge.reading() as tx:
        return await ahead.preview(
            tx, text=body.text, building_id=body.building_id, category=body.category, danger=body.danger
        )


@router.post("/internal/wording:resolve", response_model=Wording)
async def wording(body: WordingBody, edge: Annotated[Edge, service_only("notify")]) -> Wording:
    async with edge.reading() as tx:
        items = [
            WordingValue(
                key=item.key,
                about=item.about,
                value=tracking_code(tx, item.about) if item.key == "tracking_code" else None,
            )
            for item in body.items
        ]
    return Wording(items=items)
