"""Campaigns: one text to many, from a file; checked, approved by another person, started as shown, watched, stopped."""

from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from chassis.edge import Body, Edge, permitted
from chassis.refused import Refused
from services.notify.api.shapes import Moved, Shape
from services.notify.domain.campaign import APPROVED_CLASSES, RECIPIENTS_ALONE_MAX, Campaign
from services.notify.handlers import campaign_rows, campaigns
from services.notify.handlers.campaign_rows import LoadRows
from services.notify.handlers.campaigns import APPROVE, READ, WRITE, CreateCampaign, StartCampaign
from services.notify.store import campaigns as stored
from services.notify.store import rows

router = APIRouter(prefix="/v1/campaigns")
Reader = Annotated[Edge, permitted(READ)]
Writer = Annotated[Edge, permitted(WRITE, services_told="services_do_not_send")]
Approver = Annotated[Edge, permitted(APPROVE, services_told="services_do_not_send")]
ROWS_PATH: Final = "/v1/campaigns/*/rows"
_TABLES: Final = {"text/csv": True, "application/x-ndjson": False}


class NewCampaign(Body):
    """Which text, for which community, under which name."""

    name: str = Field(min_length=1, max_length=100)
    community_id: UUID
    template: str = Field(min_length=1, max_length=100)


class Shown(Body):
    """The counts that the person who starts it was shown."""

    recipients: int = Field(ge=0)
    billable: int = Field(ge=0)


class CampaignShape(Shape):
    """One campaign with what its file holds: `suppressed` counts refusals that are known before it starts."""

    id: UUID
    name: str
    community_id: UUID
    template: str
    template_version: int
    message_class: str = Field(serialization_alias="class")
    state: str
    reason: str
    created_by: UUID
    created_at: datetime
    approved_by: UUID | None
    started_by: UUID | None
    running_since: datetime | None
    closed_at: datetime | None
    rows: int
    bad: int
    duplicates: int
    recipients: int
    billable: int
    suppressed: int
    unknown_columns: list[str]
    revision: int


class Progress(CampaignShape):
    """With what became of its messages, by state and reason (`failed:expired`)."""

    needs_approval: bool
    counts: dict[str, int]


class Loaded(Moved):
    """What was found while reading a file; every row is still checked with its words."""

    rows: int
    bad: int
    duplicates: int
    unknown_columns: list[str]

    @classmethod
    def of(cls, campaign: Campaign) -> "Loaded":
        return cls.model_validate(rows.values(campaign))


class FaultyRow(Shape):
    """A row that nothing is sent to: which one, which column, and why."""

    number: int
    state: str
    column: str
    error: str


@router.get("")
async def list_campaigns(
    edge: Reader, state: str | None = None, limit: int | None = None, cursor: str | None = None
) -> dict[str, Any]:
    """Campaigns of the reader's areas, newest first."""
    page = edge.page(limit, cursor, state)
    async with edge.reading() as tx:
        found = await stored.page(tx, edge.actor.scopes(READ), state, page.limit, page.after)
        shown = [CampaignShape.of(row) for row in found]
        return edge.listed(shown, page, key=lambda c: [c.created_at, c.id], as_of=tx.now)


@router.post("", response_model=Moved, status_code=201)
async def create_campaign(body: NewCampaign, edge: Writer) -> Response:
    """A campaign without rows."""
    command = CreateCampaign(body.name, body.community_id, body.template)
    return await edge.command(lambda tx: campaigns.create(command, tx), Moved.of, 201)


@router.get("/{campaign_id}", response_model=Progress)
async def get_campaign(campaign_id: UUID, edge: Reader, response: Response) -> Progress:
    """One campaign and how far it has come."""
    async with edge.reading() as tx:
        found = await stored.seen(tx, edge.actor.scopes(READ), campaign_id)
        counts = await stored.counts(tx, campaign_id)
    response.headers["ETag"] = f'"{found["revision"]}"'
    alone = found["recipients"] <= RECIPIENTS_ALONE_MAX and found["message_class"] not in APPROVED_CLASSES
    return Progress.of(found | {"counts": counts, "needs_approval": not alone})


@router.post("/{campaign_id}/rows", response_model=Loaded, status_code=202)
async def load_rows(campaign_id: UUID, edge: Writer) -> Response:
    """The file: `text/csv` with a head, or `application/x-ndjson`; at most 200,000 rows and 32 MB, in one call."""
    kind = edge.request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in _TABLES:
        raise Refused("content_type_unknown", status=415, detail=" or ".join(_TABLES))
    command = LoadRows(campaign_id, await edge.request.body(), _TABLES[kind])
    return await edge.command(lambda tx: campaign_rows.load(command, tx), Loaded.of, 202)


@router.get("/{campaign_id}/rows")
async def list_faulty_rows(
    campaign_id: UUID, edge: Reader, limit: int | None = None, cursor: str | None = None
) -> dict[str, Any]:
    """Rows that nothing is sent to, in the order of the file."""
    page = edge.page(limit, cursor, campaign_id)
    async with edge.reading() as tx:
        await stored.seen(tx, edge.actor.scopes(READ), campaign_id)
        found = await stored.faults_page(tx, campaign_id, page.limit, page.after)
        shown = [FaultyRow.of(row) for row in found]
        return edge.listed(shown, page, key=lambda row: [row.number], as_of=tx.now)


@router.post("/{campaign_id}:approve", response_model=Moved)
async def approve_campaign(campaign_id: UUID, edge: Approver) -> Response:
    """Another person agrees."""
    return await edge.command(lambda tx: campaigns.approve(campaign_id, tx), Moved.of)


@router.post("/{campaign_id}:start", response_model=Moved)
async def start_campaign(campaign_id: UUID, body: Shown, edge: Writer) -> Response:
    """Let it run, to as many and at the cost that were shown."""
    command = StartCampaign(campaign_id, body.recipients, body.billable)
    return await edge.command(lambda tx: campaigns.start(command, tx), Moved.of)


@router.post("/{campaign_id}:pause", response_model=Moved)
async def pause_campaign(campaign_id: UUID, edge: Writer) -> Response:
    """Claim nothing more of it."""
    return await edge.command(lambda tx: campaigns.pause(campaign_id, tx), Moved.of)


@router.post("/{campaign_id}:resume", response_model=Moved)
async def resume_campaign(campaign_id: UUID, edge: Writer) -> Response:
    """Let it go on."""
    return await edge.command(lambda tx: campaigns.resume(campaign_id, tx), Moved.of)


@router.post("/{campaign_id}:cancel", response_model=Moved)
async def cancel_campaign(campaign_id: UUID, edge: Writer) -> Response:
    """What has not been claimed is not sent."""
    return await edge.command(lambda tx: campaigns.cancel(campaign_id, tx), Moved.of)
