"""Saved views: what one searches for again and again, under a name. What it finds is decided anew each time."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from chassis.edge import Body, Edge, permitted
from services.tickets.api.search import SearchBody
from services.tickets.handlers.work import acting_person
from services.tickets.store import saved_views

router = APIRouter(tags=["tickets"], prefix="/v1/saved-views")


class ViewBody(Body):
    name: Annotated[str, Field(min_length=1, max_length=60)]
    filters: SearchBody


class ViewModel(BaseModel):
    id: UUID
    name: str
    filters: dict[str, Any]
    made_at: datetime


class Views(BaseModel):
    items: list[ViewModel]


class ViewSaved(BaseModel):
    id: UUID


@router.get("", response_model=Views)
async def mine(edge: Annotated[Edge, permitted("views.save")]) -> Views:
    async with edge.reading() as tx:
        rows = await saved_views.of_person(tx, edge.actor.person_id)
        return Views(items=[ViewModel.model_validate(row, from_attributes=True) for row in rows])


@router.post("", response_model=ViewSaved, status_code=201)
async def save(body: ViewBody, edge: Annotated[Edge, permitted("views.save")]) -> Response:
    """A telephone is never kept: whom it belongs to is asked anew."""
    filters = body.filters.model_dump(mode="json", exclude_none=True, exclude={"cursor", "limit", "phone"})
    return await edge.command(
        lambda tx: saved_views.add(tx, acting_person(tx), body.name, filters), lambda id_: ViewSaved(id=id_), status=201
    )


@router.delete("/{view_id}", response_model=None)
async def remove(view_id: UUID, edge: Annotated[Edge, permitted("views.save", key=False)]) -> Response:
    return await edge.command(lambda tx: saved_views.remove(tx, acting_person(tx), view_id), status=204)
