"""Clients of the compatible API: keys, the official Python client over real HTTP, and templates for it."""

import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID, uuid4

import httpx
import jwt
import uvicorn
from notifications_python_client.errors import HTTPError
from notifications_python_client.notifications import NotificationsAPIClient

from services.notify.domain.api_key import KeyType, parted
from tests.services.notify.phones import COMMUNITY, Phones

NUMBER = "+8613800000077"
SMS = "/v2/notifications/sms"
TEXT, MAIL = "case-rejected", "test-mail"
VALUES = {"category": "环境卫生", "number": "20261124-01-00042-4"}


async def a_key(phones: Phones, kind: KeyType = KeyType.NORMAL, community: UUID = COMMUNITY) -> str:
    """A key as the keeper is given it."""
    keeper = await phones.service.person(grants=[("keeper", "area", community)])
    body = {"community_id": str(community), "name": f"client {kind}", "type": kind}
    made = await keeper.post("/v1/api-keys", json=body)
    assert made.status_code == 201, made.text
    return str(made.json()["key"])


def token(key: str, **claims: Any) -> str:
    """A token as a client signs it."""
    _, community, secret = parted(key)
    plain = {"iss": str(community), "iat": int(time.time())}
    return jwt.encode({n: v for n, v in (plain | claims).items() if v is not None}, str(secret), "HS256")


def client(phones: Phones, key: str) -> httpx.AsyncClient:
    """A client in this process; it sends no Idempotency-Key of its own accord."""
    made = phones.service.client(token(key))
    made.event_hooks["request"].clear()
    return made


def errors(answer: httpx.Response) -> list[tuple[str, str]]:
    """Kind and message of each error, as Notify has them."""
    body = answer.json()
    assert body["status_code"] == answer.status_code
    return [(one["error"], one["message"]) for one in body["errors"]]


async def template_id(phones: Phones, name: str) -> str:
    (row,) = await phones.service.sql("SELECT id FROM templates WHERE name = $1", name)
    return str(row["id"])


async def a_mail_template(phones: Phones, name: str = MAIL, organization: UUID | None = None) -> str:
    """A live template of channel email, which no seed has."""
    sql, found = phones.service.sql, await phones.service.sql("SELECT id FROM templates WHERE name = $1", name)
    if found:
        return str(found[0]["id"])
    made = uuid4()
    await sql(
        "INSERT INTO templates (id, name, message_class, topic, channel, links, downgrade, confidential,"
        " organization_id, created_at) VALUES ($1, $2, 'notice', 'cases', 'email', true, false, false, $3, now())",
        made,
        name,
        organization,
    )
    await sql(
        "INSERT INTO template_versions (name, version, id, bodies, subjects, state, note, created_at, revision)"
        " VALUES ($1, 1, $2, $3::jsonb, $4::jsonb, 'live', '', now(), 1)",
        name,
        uuid4(),
        json.dumps({"zh-CN": "((name)) 您好\n\n请看 ((link_to_it))"}),
        json.dumps({"zh-CN": "给((name))的信"}),
    )
    await sql("UPDATE catalogue_stamp SET stamp = stamp + 1")
    phones.service.running.state.pop("catalogue", None)
    return str(made)


async def a_body(phones: Phones, **changes: Any) -> dict[str, Any]:
    """A text that a client may send; None takes a field away."""
    body = {"phone_number": NUMBER, "template_id": await template_id(phones, TEXT), "personalisation": VALUES}
    return {name: value for name, value in (body | changes).items() if value is not None}


@asynccontextmanager
async def over_http(phones: Phones) -> AsyncIterator[str]:
    """The service behind a real HTTP server; its address."""
    bound = socket.socket()
    bound.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(phones.service.app, log_config=None, lifespan="off"))
    serving = asyncio.create_task(server.serve(sockets=[bound]))
    try:
        while not server.started:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving


class Official:
    """`notifications-python-client`, unchanged: it blocks, so each call has a thread."""

    def __init__(self, key: str, address: str) -> None:
        self.client = NotificationsAPIClient(key, base_url=address)  # type: ignore[no-untyped-call]

    async def call(self, name: str, *arguments: Any, **named: Any) -> Any:
        return await asyncio.to_thread(getattr(self.client, name), *arguments, **named)

    async def all(self, name: str, **named: Any) -> list[Any]:
        """Everything one of its iterators gives."""
        return await asyncio.to_thread(lambda: list(getattr(self.client, name)(**named)))

    async def refused(self, name: str, *arguments: Any, **named: Any) -> tuple[int, str]:
        """Status and first message of a call that is refused."""
        try:
            await self.call(name, *arguments, **named)
        except HTTPError as error:
            return error.status_code, str(error.message[0]["message"])  # type: ignore[index]
        raise AssertionError(f"{name} was not refused")
