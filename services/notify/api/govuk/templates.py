"""The templates a client may use, and what one looks like filled in."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request

from chassis.edge import Edge
from services.notify import views
from services.notify.api.govuk.auth import Client, key_of
from services.notify.api.govuk.bodies import read_json, values
from services.notify.api.govuk.errors import NotifyRoute, invalid, nothing_found
from services.notify.api.govuk.reading import TYPES, parsed_uuid
from services.notify.api.govuk.sending import theirs
from services.notify.channels.mail_frame import framed
from services.notify.domain import placeholders
from services.notify.domain.status import written_time
from services.notify.domain.template import CHINESE, render
from services.notify.settings import settings_of
from services.notify.store.catalogue import Catalogue

router = APIRouter(route_class=NotifyRoute)


@router.get("/v2/template/{template_id}")
async def get_template(template_id: str, edge: Client) -> dict[str, Any]:
    """The live version."""
    found = await _versions(edge, parsed_uuid("id", template_id))
    return _one([row for row in found if row["state"] == "live"])


@router.get("/v2/template/{template_id}/version/{version}")
async def get_template_version(template_id: str, version: str, edge: Client) -> dict[str, Any]:
    """One version, live or not any more."""
    if not version.isdecimal():
        raise invalid(f"version {version} is not of type integer")
    found = await _versions(edge, parsed_uuid("id", template_id))
    return _one([row for row in found if row["version"] == int(version)])


@router.get("/v2/templates")
async def list_templates(edge: Client, type: str | None = None) -> dict[str, Any]:
    """The live version of each."""
    if type is not None and type not in TYPES:
        raise invalid(f"type {type} is not one of [{', '.join(TYPES)}]")
    async with edge.reading() as tx:
        rows = await views.client_templates(tx, key_of(edge).community_id)
    live = [row for row in rows if row["state"] == "live" and type in (None, row["channel"])]
    return {"templates": [_shown(row) for row in live]}


@router.get("/service/{service_id}/template/{template_id}/versions")
async def list_versions(service_id: str, template_id: str, edge: Client) -> dict[str, Any]:
    """Every version of one, newest first."""
    if parsed_uuid("service_id", service_id) != key_of(edge).community_id:
        raise nothing_found()
    return {"data": [_shown(row) for row in await _versions(edge, parsed_uuid("id", template_id))]}


@router.post("/v2/template/{template_id}/preview")
async def preview(template_id: str, request: Request, edge: Client) -> dict[str, Any]:
    """The live version with these values; nothing is sent."""
    try:
        given = values((await read_json(request)).get("personalisation") or {})
    except ValueError as error:
        raise invalid(f"personalisation {error}") from error
    wanted, key = parsed_uuid("id", template_id), key_of(edge)
    async with edge.reading() as tx:
        known = (await Catalogue.of(tx)).live.values()
        template = next((t for t in known if t.id == wanted and theirs(t, key)), None)
    if template is None:
        raise nothing_found()
    is_mail = template.channel == "email"
    rendered = render(template, "" if is_mail else settings_of(edge.running).sender_signature, given)
    subject = render(template, "", given, subject=True).body if is_mail else None
    return {
        "id": str(template.id),
        "type": template.channel,
        "version": template.version,
        "body": rendered.text,
        "html": framed(subject, rendered.body) if subject is not None else None,
        "subject": subject,
        "postage": None,
    }


async def _versions(edge: Edge, template_id: UUID) -> list[dict[str, Any]]:
    async with edge.reading() as tx:
        rows = await views.client_templates(tx, key_of(edge).community_id, template_id)
    if not rows:
        raise nothing_found()
    return rows


def _one(rows: list[dict[str, Any]]) -> dict[str, Any]:
    if not rows:
        raise nothing_found()
    return _shown(rows[0])


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    body, subject = row["bodies"][CHINESE], row["subjects"].get(CHINESE)
    fields = dict.fromkeys(name for text in (subject or "", body) for name in placeholders.fields(text))
    return {
        "id": str(row["id"]),
        "type": row["channel"],
        "name": row["name"],
        "created_at": written_time(row["created_at"]),
        "updated_at": written_time(row["changed_at"]) if row["version"] > 1 else None,
        "created_by": None,
        "version": row["version"],
        "body": body,
        "subject": subject,
        "letter_contact_block": None,
        "personalisation": {name: {"required": True} for name in fields},
        "postage": None,
    }
