"""What holds whatever is sent: no failure of ours, one winner, and no word of a case where it may not be."""

import asyncio
import random
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from fastapi.routing import APIRoute

from tests.services.tickets.community import Community
from tests.services.tickets.test_matrix import bodies

STRANGE: tuple[Any, ...] = (
    None, True, 0, -1, 10**30, 1.5, "", " ", "x" * 5_000, "🎵", "‮", "'; DROP TABLE tickets; --", "2018-13-45",
    "00000000-0000-0000-0000-000000000000", [], ["x"], {}, {"a": {"b": []}},
)  # fmt: skip
ROUNDS = 6


def mutated(rng: random.Random, body: dict[str, Any]) -> dict[str, Any]:
    """A valid body with a few of its fields gone, changed or added."""
    found = dict(body)
    for name in list(found):
        if rng.random() < 0.4:
            found[name] = rng.choice(STRANGE)
        elif rng.random() < 0.1:
            del found[name]
    if rng.random() < 0.2:
        found[rng.choice(["reason", "x", "category", "handler_id"])] = rng.choice(STRANGE)
    return found


def routes(here: Community) -> Iterator[tuple[str, str]]:
    for router in here.service.running.definition.routers:
        for route in router.routes:
            if isinstance(route, APIRoute):
                yield from ((method, route.path) for method in route.methods or ())


async def test_whatever_is_sent_nothing_breaks(here: Community) -> None:
    rng = random.Random(7)
    known = await bodies(here)
    filed = await here.files()
    clients = [here.of(person) for person in (here.resident, here.leader, here.operator, here.secretary)]
    for method, path in routes(here):
        valid: dict[str, Any] = next(
            (known[end] for end in sorted(known, key=len, reverse=True) if path.endswith(end)), {}
        )
        for _ in range(ROUNDS):
            url = path
            for name in ("ticket_id", "case_id", "patrol_id", "round_id"):
                url = url.replace(f"{{{name}}}", rng.choice([filed["id"], str(uuid4()), "x", "%00"]))
            sent = mutated(rng, valid) if method in ("POST", "PATCH") else None
            headers = {"If-Match": rng.choice(['"1"', '"2"', "x", '"99999999999999999999"'])}
            query = {
                "limit": rng.choice(["1", "x", "-1"]),
                "place": rng.choice(["x", str(uuid4())]),
                "year": "2018",
                "month": rng.choice(["2018-09", "2018-13", "0000-01"]),
                "from": "2018-09",
                "to": "9999-12",
            }
            answer = await rng.choice(clients).request(method, url, json=sent, headers=headers, params=query)
            assert answer.status_code < 500, (method, url, sent, query, answer.text)


async def test_ten_at_once_and_one_wins(here: Community) -> None:
    filed = await here.files()
    answers = await asyncio.gather(*(here.try_move(here.leader, filed, "accept") for _ in range(10)))
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 9
    assert len(await here.service.sql("SELECT 1 FROM moves WHERE move = 'accept'")) == 1
    assert len(await here.service.data("tickets.ticket_accepted.v1")) == 1


async def test_two_answers_at_once_act_once(here: Community) -> None:
    ticket = await here.asked()
    await asyncio.gather(*(here.replies(ticket, option) for option in ("solved_satisfied", "unsolved") * 3))
    assert len(await here.service.sql("SELECT 1 FROM moves WHERE move LIKE 'answer%'")) == 1
    assert len(await here.service.sql("SELECT 1 FROM stray_answers")) == 5


async def test_no_word_of_a_case_leaves_its_own_tables(here: Community) -> None:
    canary = "CANARY-5502"
    filed = await here.files(description=canary, title=canary, room=canary, unit=canary)
    ticket = await here.move(here.leader, filed, "accept")
    ticket = await here.move(here.leader, ticket, "record-contact", result="reached", note=canary)
    await here.move(here.leader, ticket, "resolve", result=canary)
    await here.of(here.leader).post(f"/v1/tickets/{ticket['id']}/notes", json={"text": canary})
    await here.service.advance(days=9)
    tables = await here.service.sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    for name in sorted({row["tablename"] for row in tables} - {"tickets", "notes"}):
        rows = await here.service.sql(f"SELECT t::text AS row FROM {name} t")
        assert not [row for row in rows if canary in row["row"]], name
    (row,) = await here.service.sql("SELECT room_sealed FROM tickets")
    assert canary.encode() not in row["room_sealed"]
