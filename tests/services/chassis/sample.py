"""Two tiny services, one that announces and one that reads, to try the chassis on."""

from dataclasses import dataclass
from typing import Annotated, Self
from uuid import UUID, uuid4

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel
from sqlalchemy import text

from chassis.auth import Actor
from chassis.edge import Body, Edge, by_api_key, permitted, public
from chassis.feed import Event
from chassis.reader import Read, Reader
from chassis.refused import Refused
from chassis.service import Service
from chassis.settings import Settings
from chassis.transaction import Transaction

TABLES = (
    "CREATE TABLE note (id uuid PRIMARY KEY, revision bigint NOT NULL, words text NOT NULL)",
    "CREATE TABLE heard (event_id uuid PRIMARY KEY, subject uuid NOT NULL, count integer NOT NULL, at serial)",
)


class NoteKept(Event, type="tickets.note_kept.v1"):
    """A note was kept."""

    note_id: UUID
    count: int

    @classmethod
    def example(cls) -> Self:
        return cls(note_id=uuid4(), count=1)


@dataclass(frozen=True)
class Note:
    id: UUID
    revision: int
    community_id: UUID | None = None

    @property
    def correlation(self) -> UUID:
        return self.id


async def keep(tx: Transaction, note: UUID, words: str) -> Note:
    """Keep a note and announce it, as every handler does: load, decide, save, announce."""
    if words == "no":
        raise Refused("not_wanted")
    row = await tx.execute(
        text(
            "INSERT INTO note VALUES (:id, 1, :words) ON CONFLICT (id) DO UPDATE SET words = :words,"
            " revision = note.revision + 1 RETURNING revision"
        ),
        {"id": note, "words": words},
    )
    kept = Note(note, row.scalar_one())
    tx.announce(NoteKept(note_id=note, count=kept.revision), about=kept)
    return kept


class KeepBody(Body):
    id: UUID
    words: str


class Kept(BaseModel):
    id: UUID
    revision: int


router = APIRouter()


@router.post("/v1/notes")
async def post_note(body: KeepBody, edge: Annotated[Edge, permitted("notes.keep")]) -> Response:
    return await edge.command(
        lambda tx: keep(tx, body.id, body.words), lambda n: Kept(id=n.id, revision=n.revision), 201
    )


THE_KEY = UUID("01920000-0000-7000-8000-00000000e001")


async def whose_key(request: Request) -> Actor:
    if request.headers.get("authorization") != "Bearer sesame":
        raise Refused("key_unknown", status=403)
    return Actor(api_key=THE_KEY)


@router.post("/v1/notes:by-key")
async def post_note_by_key(body: KeepBody, edge: Annotated[Edge, by_api_key(whose_key)]) -> Response:
    return await edge.command(
        lambda tx: keep(tx, body.id, body.words), lambda n: Kept(id=n.id, revision=n.revision), 201
    )


@router.post("/v1/notes:unasked")
async def post_note_unasked(
    body: KeepBody, edge: Annotated[Edge, permitted("notes.keep", services_told="services_do_not_write")]
) -> Response:
    return await post_note(body, edge)


@router.post("/v1/notes:long")
async def post_long_note(body: KeepBody, edge: Annotated[Edge, permitted("notes.keep")]) -> Response:
    return await post_note(body, edge)


@router.post("/v1/tools:reset")
async def reset(edge: Annotated[Edge, permitted("notes.reset", if_match=True)]) -> Response:
    return await edge.command(lambda tx: keep(tx, uuid4(), str(edge.expected)))


@router.get("/v1/notes")
async def list_notes(
    edge: Annotated[Edge, public()], limit: int | None = None, cursor: str | None = None, by: str = "id"
) -> dict[str, object]:
    page = edge.page(limit, cursor, by)
    async with edge.reading() as tx:
        rows = await tx.execute(
            text("SELECT id FROM note WHERE CAST(:after AS uuid) IS NULL OR id > :after ORDER BY id LIMIT :limit"),
            {"after": UUID(page.after[0]) if page.after else None, "limit": page.limit + 1},
        )
    return edge.listed([r.id for r in rows], page, lambda i: [i])


class HeardNote(Reader, of="tickets.note_kept.v1"):
    note_id: UUID
    count: int


async def hear(event: HeardNote, tx: Transaction) -> None:
    if event.count == 13:
        raise ValueError("thirteen is poison")
    assert tx.cause is not None
    await tx.execute(
        text("INSERT INTO heard VALUES (:event, :subject, :count)"),
        {"event": tx.cause.id, "subject": event.note_id, "count": event.count},
    )


def producer(settings: Settings) -> Service:
    return Service(
        name="tickets",
        settings=settings,
        routers=[router],
        events=[NoteKept],
        permissions={"notes.keep": frozenset({"operator"}), "notes.reset": frozenset({"keeper"})},
        aal2=frozenset({"notes.reset"}),
        sensitive=frozenset({"notes.reset"}),
        bodies={"/v1/notes:long": 1_200_000},
    )


def reader(settings: Settings) -> Service:
    return Service(name="notify", settings=settings, reads=[Read(HeardNote, hear)])
