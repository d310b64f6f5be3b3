"""A look ahead before anything is filed; and the words no event may carry, for whoever renders them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field

from chassis.edge import Body, Edge, service_only, signed_in
from services.tickets.handlers.filing import tracking_code
from services.tickets.views import ahead

router = APIRouter(tags=["references"])


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
