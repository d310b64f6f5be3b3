"""Who may do what, held against a table written by hand: a permission without a line fails, and so does a wider one."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from cli.contracts import Described
from tests.conftest import Fresh
from tests.running import Served, service_token

TABLE = Path(__file__).with_name("permissions.csv")
SERVICES = ("members", "tickets", "funds", "notify")
# Everybody who is signed in is a resident; the matrix asks as nobody, as her, and as each role beside it.
ROLES = (
    "resident", "member", "leader", "secretary", "operator", "counsellor", "treasurer", "auditor", "district",
    "message_manager", "keeper",
)  # fmt: skip


def written() -> dict[tuple[str, str], set[str]]:
    with TABLE.open(encoding="utf-8") as file:
        return {(row["service"], row["permission"]): set(row["roles"].split()) for row in csv.DictReader(file)}


def of_service(service: str) -> dict[str, set[str]]:
    return {permission: roles for (owner, permission), roles in written().items() if owner in (service, "every")}


@pytest.mark.parametrize("service", SERVICES)
def test_the_services_say_what_the_table_says(described: dict[str, Described], service: str) -> None:
    said = {permission: set(roles) for permission, roles in described[service]["permissions"].items()}
    assert said == of_service(service)


def test_every_route_declares_one_guard_and_a_known_permission(described: dict[str, Described]) -> None:
    for service in SERVICES:
        known = of_service(service)
        for route in described[service]["routes"]:
            assert route["guard"] in ("permitted", "signed_in", "public", "service_only", "by_secret", "by_api_key"), (
                route
            )
            assert route["guard"] != "permitted" or route["permission"] in known, route


def test_only_these_doors_are_open_to_everybody(described: dict[str, Described]) -> None:
    """A new public route is a decision, not an oversight."""
    writing = {
        (service, route["path"])
        for service in SERVICES
        for route in described[service]["routes"]
        if route["guard"] == "public" and route["method"] != "GET"
    }
    assert writing == {
        ("members", "/v1/places:parse"),
        ("members", "/v1/sessions"),
        ("members", "/v1/sign-in/challenges"),
        ("members", "/v1/sign-in/challenges/{challenge_id}:verify"),
        ("tickets", "/open311/v2/requests.{format}"),
        ("tickets", "/open311/v2/servicerequestupdates.{format}"),
        ("tickets", "/v1/public/tickets"),
        ("tickets", "/v1/tracking"),
        ("tickets", "/v1/tracking:add-words"),
        ("tickets", "/v1/tracking:nudge"),
        ("tickets", "/v1/tracking:withdraw"),
    }


def guarded(told: Described, *guards: str) -> Iterator[dict[str, Any]]:
    yield from (route for route in told["routes"] if route["guard"] in guards)


def path_of(route: dict[str, Any]) -> str:
    """The route with ids of nothing in it."""
    return re.sub(r"\{[^}]+\}", str(uuid4()), route["path"])


async def asked(client: httpx.AsyncClient, route: dict[str, Any]) -> httpx.Response:
    body: dict[str, Any] | None = {} if route["method"] in ("POST", "PATCH", "PUT") else None
    return await client.request(route["method"], path_of(route), headers={"If-Match": '"1"'}, json=body)


@pytest.mark.parametrize("service", SERVICES)
async def test_nobody_gets_in_anywhere(fresh: Fresh, described: dict[str, Described], service: str) -> None:
    nobody = (await fresh(service)).client(None)
    for route in guarded(described[service], "permitted", "signed_in", "service_only"):
        answer = await asked(nobody, route)
        assert answer.status_code == 401, f"{route['method']} {route['path']}: {answer.status_code}"


@pytest.mark.parametrize("service", SERVICES)
async def test_a_role_gets_as_far_as_the_table_says(
    fresh: Fresh, described: dict[str, Described], service: str
) -> None:
    """Without the permission 403, before anything is looked up; with it, some other answer about nothing."""
    served, table = await fresh(service), of_service(service)
    for role in ROLES:
        client = await person_with(served, role)
        for route in guarded(described[service], "permitted"):
            allowed = table[route["permission"]] & {role, "resident"}
            answer = await asked(client, route)
            refused = answer.status_code == 403 and answer.json()["code"] == "not_permitted"
            assert refused != bool(allowed), f"{role}: {route['method']} {route['path']} {answer.status_code}"


async def person_with(served: Served, role: str) -> httpx.AsyncClient:
    return await served.person(grants=[] if role == "resident" else [(role, "area", uuid4())])


@pytest.mark.parametrize("service", SERVICES)
async def test_a_person_is_no_service_and_a_service_no_person(
    fresh: Fresh, described: dict[str, Described], service: str
) -> None:
    served = await fresh(service)
    person = await served.person(grants=[("keeper", "area", uuid4())])
    for route in guarded(described[service], "service_only"):
        assert (await asked(person, route)).status_code in (401, 403), route["path"]
    stranger = served.client(service_token("console", "somebody-else"))
    for route in guarded(described[service], "service_only", "permitted", "signed_in"):
        assert (await asked(stranger, route)).status_code == 401, f"wrong audience at {route['path']}"
