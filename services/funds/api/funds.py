"""Funds: opening one, their names, what each has, and the public figure."""

import hashlib
import json
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Header, Response

from chassis.edge import Body, Edge, permitted, public
from chassis.refused import Refused
from chassis.transaction import new_id
from services.funds.api.answers import Answer, Listed
from services.funds.domain.fund import Fund, Kind
from services.funds.handlers.access import admitted_fund
from services.funds.handlers.funds import OpenFund, open_fund
from services.funds.store.reach import funds_in_scope
from services.funds.views import books
from services.funds.views.public import figure

router = APIRouter()


class FundBody(Body):
    id: UUID | None = None
    code: str
    name: str
    kind: Kind
    community_id: UUID


class FundAnswer(Answer):
    id: UUID
    code: str
    name: str
    kind: str
    community_id: UUID
    opens: str
    state: str
    revision: int

    @classmethod
    def of(cls, fund: Fund) -> "FundAnswer":
        return cls(
            id=fund.id,
            code=fund.code,
            name=fund.name,
            kind=fund.kind,
            community_id=fund.community_id,
            opens=fund.opens.isoformat(),
            state=fund.state,
            revision=fund.revision,
        )


class BalanceAnswer(Answer):
    """Own cash, money passing through, money held for unknown givers, money promised, and what is left."""

    fund_id: UUID
    own_fen: int
    agency_fen: int
    held_fen: int
    committed_fen: int
    available_fen: int
    as_of: str


@router.post("/v1/funds", response_model=FundAnswer, status_code=201)
async def post_fund(body: FundBody, edge: Annotated[Edge, permitted("funds.open_fund")]) -> Response:
    command = OpenFund(**{**body.model_dump(), "id": body.id or new_id()})
    return await edge.command(lambda tx: open_fund(command, tx), FundAnswer.of, 201)


@router.get("/v1/funds", response_model=Listed)
async def list_funds(
    edge: Annotated[Edge, permitted("funds.read_names")],
    community: UUID | None = None,
    limit: int | None = None,
    cursor: str | None = None,
) -> dict[str, Any]:
    page = edge.page(limit, cursor, str(community))
    async with edge.reading() as tx:
        after = UUID(page.after[0]) if page.after else None
        known = await funds_in_scope(tx, community, after, page.limit + 1)
        rows = [FundAnswer.of(fund).model_dump() for fund in known]
        return edge.listed(rows, page, lambda row: [row["id"]], as_of=tx.now.isoformat())


@router.get("/v1/funds/{fund_id}", response_model=FundAnswer)
async def get_fund(
    fund_id: UUID, edge: Annotated[Edge, permitted("funds.read_names")], response: Response
) -> FundAnswer:
    async with edge.reading() as tx:
        fund = await admitted_fund(tx, fund_id, "funds.read_names")
    response.headers["ETag"] = f'"{fund.revision}"'
    return FundAnswer.of(fund)


@router.get("/v1/funds/{fund_id}/balance", response_model=BalanceAnswer)
async def get_balance(fund_id: UUID, edge: Annotated[Edge, permitted("funds.read")]) -> dict[str, Any]:
    async with edge.reading() as tx:
        fund = await admitted_fund(tx, fund_id, "funds.read")
        return await books.balance(tx, fund.id) | {"as_of": tx.now.isoformat()}


class PublicMonth(Answer):
    period: int
    received_fen: int
    spent_fen: int


class PublicFigure(Answer):
    """What everybody may know of a fund. Fewer than five helped people are not counted out."""

    code: str
    name: str
    kind: str
    received_fen: int
    spent_fen: int
    committed_fen: int
    available_fen: int
    helped_people: int | str
    as_of: str
    months: list[PublicMonth]
    years: list[PublicMonth]


@router.get("/v1/public/funds/{code}", response_model=PublicFigure)
async def get_public_figure(
    code: str,
    edge: Annotated[Edge, public()],
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    """The ETag changes with the figure, not with the minute in which it is asked for."""
    async with edge.reading() as tx:
        found = await figure(tx, code)
        if found is None:
            raise Refused("not_found", status=404)
        stamp = tx.now.isoformat()
    mark = hashlib.sha256(json.dumps(found, sort_keys=True).encode()).hexdigest()[:16]
    headers = {"ETag": f'"{mark}"', "Cache-Control": "public, max-age=60"}
    if if_none_match == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    body = PublicFigure(**found, as_of=stamp).model_dump_json()
    return Response(body, headers=headers, media_type="application/json")
