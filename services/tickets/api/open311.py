"""The Open311 GeoReport v2 door: discovery, services, requests, tokens and updates, in XML and JSON."""

import csv
import io
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query, Response

from chassis.edge import Edge, public
from services.tickets.api import open311_calls as calls
from services.tickets.api.open311_answers import FORMATS, Door, answered
from services.tickets.domain import open311 as language
from services.tickets.domain import open311_form as forms
from services.tickets.domain.defused import defused
from services.tickets.domain.open311_form import Fault, Faults
from services.tickets.domain.state import State
from services.tickets.handlers.open311 import FileRequest, file_request, resolves, take_update
from services.tickets.handlers.pictures import cleaned
from services.tickets.store import open311 as store
from services.tickets.store.reference import ZONE
from services.tickets.views import open311 as views
from services.tickets.views.open311 import Wanted

router = APIRouter(tags=["open311"], prefix="/open311/v2", route_class=Door)
Door_ = Annotated[Edge, public(key=False)]

CHANGESET = "2026-11-24T00:00:00+08:00"
SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
BULK_TYPE = "text/csv; charset=utf-8"
Searched = Annotated[calls.Search, Query()]


_FORM = {
    "requestBody": {
        "required": True,
        "content": {
            kind: {"schema": {"type": "object", "additionalProperties": {"type": "string"}}}
            for kind in ("application/x-www-form-urlencoded", "multipart/form-data")
        },
    }
}


@router.get("/discovery.{format}")
async def discovery(edge: Door_, format: str) -> Response:
    calls.known_format(format)
    base = str(edge.request.base_url).rstrip("/") + "/open311/v2"
    endpoint = {
        "specification": SPECIFICATION,
        "url": base,
        "changeset": CHANGESET,
        "type": "production" if edge.running.settings.environment == "prod" else "test",
        "formats": [name.partition(";")[0] for name in FORMATS.values()],
    }
    content = {
        "changeset": CHANGESET,
        "contact": "社区受理台 / the community's intake desk",
        "key_service": "社区书记发放 / keys are given by the community's secretary",
        "endpoints": [endpoint],
    }
    return answered(format, "discovery", content)


@router.get("/services.{format}")
async def services(edge: Door_, format: str, search: Searched) -> Response:
    calls.known_format(format)
    async with edge.reading() as tx:
        served = await calls.served(tx, search.jurisdiction_id)
        shown = [language.service(category) for category in await calls.offered(tx, served)]
    return answered(format, "services", shown)


@router.get("/services/{code}.{format}")
async def service(edge: Door_, code: str, format: str, search: Searched) -> Response:
    calls.known_format(format)
    async with edge.reading() as tx:
        served = await calls.served(tx, search.jurisdiction_id)
        content = language.definition(await calls.offered_category(tx, served, code))
    return answered(format, "service_definition", content)


@router.get("/requests.{format}")
async def requests(edge: Door_, format: str, search: Searched) -> Response:
    calls.known_format(format)
    async with edge.reading() as tx:
        wanted = calls.wanted(search, await calls.served(tx, search.jurisdiction_id), tx.now)
        found = await views.requests(tx, wanted, str(edge.request.base_url))
    shown = [language.request(each, ZONE, extensions=wanted.with_changes) for each in found]
    return answered(format, "service_requests", shown)


@router.get("/requests/{number}.{format}")
async def request(edge: Door_, number: str, format: str, search: Searched) -> Response:
    calls.known_format(format)
    async with edge.reading() as tx:
        served = await calls.served(tx, search.jurisdiction_id)
        extended = search.extensions == "true"
        wanted = Wanted(community_ids=calls.ids(served), numbers=[number], with_changes=extended)
        found = await views.requests(tx, wanted, str(edge.request.base_url))
    if not found:
        raise Faults(Fault(404, "service_request_id was not found"))
    return answered(format, "service_requests", [language.request(found[0], ZONE, extensions=extended)])


@router.post("/requests.{format}", openapi_extra=_FORM)
async def file(edge: Door_, format: str) -> Response:
    calls.known_format(format)
    form, media = await calls.posted(edge.request)
    filing = forms.filing(form)
    async with edge.reading() as tx:
        allowed = await calls.allowed(tx, form, "file")
        category = await calls.category_of(tx, filing, allowed)
    key, place = allowed.or_refuse(filing.faults)
    command = FileRequest(
        key=key,
        body_hash=form.hash(*media),
        filing=await calls.filing(edge, filing, place, category),
        media_url=filing.media_url,
        attributes=filing.attributes,
        pictures=tuple([await cleaned(content) for content in media]),
    )
    async with edge.running.transaction(edge.actor) as tx:
        made = await file_request(command, tx)
        named = (
            {"token": store.token_of(tx, made.id)} if made.state is State.DRAFT else {"service_request_id": made.number}
        )
    notice = language.words_of(made.state, "", None, ZONE)
    return answered(format, "service_requests", [named | {"service_notice": notice, "account_id": None}], 201)


@router.get("/tokens/{token}.{format}")
async def token(edge: Door_, token: str, format: str, search: Searched) -> Response:
    calls.known_format(format)
    async with edge.reading() as tx:
        await calls.served(tx, search.jurisdiction_id)
        ticket_id = store.ticket_of_token(tx, token)
        row = await views.number_of(tx, ticket_id) if ticket_id else None
    if row is None:
        raise Faults(Fault(404, "token was not found"))
    number = None if row.state == State.DRAFT else row.number
    return answered(format, "service_requests", [{"service_request_id": number, "token": token}])


@router.get("/servicerequestupdates.{format}")
async def updates(edge: Door_, format: str, search: Searched) -> Response:
    calls.known_format(format)
    async with edge.reading() as tx:
        wanted = calls.wanted(search, await calls.served(tx, search.jurisdiction_id), tx.now)
        first, last = wanted.filed_from or tx.now, wanted.filed_until or tx.now
        found = await views.changes(tx, wanted.community_ids, first, last, wanted.limit)
    return answered(format, "service_request_updates", [language.update(change, ZONE) for change in found])


@router.post("/servicerequestupdates.{format}", openapi_extra=_FORM)
async def tell(edge: Door_, format: str) -> Response:
    calls.known_format(format)
    form, _ = await calls.posted(edge.request)
    update = forms.update(form)
    async with edge.reading() as tx:
        allowed = await calls.allowed(tx, form, "update")
    key, _ = allowed.or_refuse(update.faults)
    actor = await calls.acting(edge, key) if resolves(key, update) else edge.actor
    async with edge.running.transaction(actor) as tx:
        await take_update(key, update, tx)
    return answered(format, "service_request_updates", [{"update_id": update.update_id}], 201)


@router.get("/bulk/requests.csv")
async def bulk(edge: Door_, search: Searched) -> Response:
    async with edge.reading() as tx:
        wanted = calls.wanted(search, await calls.served(tx, search.jurisdiction_id), tx.now)
        found = await views.requests(tx, replace(wanted, offset=0, limit=views.BULK_MAX), "")
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(language.BULK)
    writer.writerows([defused(cell) for cell in language.bulk_row(each, ZONE)] for each in found)
    return Response(written.getvalue().encode(), headers={"Cache-Control": "no-store"}, media_type=BULK_TYPE)
