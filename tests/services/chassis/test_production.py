"""Production refuses to start with what a demo may have; a lost database is a 503, never a 500."""

import pytest
from pydantic import SecretStr

from chassis.production import unsafe_database, unsafe_settings
from chassis.service import started
from tests.running import person_token
from tests.services.chassis.conftest import Pair


async def test_it_names_all_that_is_unsafe(pair: Pair) -> None:
    settings = pair.producer.running.settings.model_copy(
        update={"sealing_key": SecretStr("x"), "index_key": SecretStr("x")}
    )
    assert len(unsafe_settings(settings)) == 4
    safe = settings.model_copy(
        update={
            "index_key": SecretStr("y"),
            "redis_url": "rediss://tickets:secret@redis:6379",
            "members_url": "https://members",
            "members_jwks": {},
        }
    )
    assert unsafe_settings(safe) == []


async def test_a_moved_clock_and_an_owner_are_found_in_the_database(pair: Pair) -> None:
    assert await unsafe_database(pair.producer.running) == []
    await pair.producer.sql("UPDATE clock SET shift = interval '1 hour'")
    assert await unsafe_database(pair.producer.running) == ["The clock is moved."]


async def test_it_does_not_start(pair: Pair) -> None:
    pair.producer.running.settings = pair.producer.running.settings.model_copy(update={"environment": "prod"})
    with pytest.raises(SystemExit, match="Not in production"):
        await started(pair.producer.running)


async def test_a_database_that_is_away_is_503_with_a_time_to_come_back(pair: Pair) -> None:
    from uuid import uuid4

    from chassis.database import Database

    gone = pair.producer.running.settings.model_copy(update={"database_url": "postgresql://nobody@127.0.0.1:1/none"})
    await pair.producer.running.database.close()
    pair.producer.running.database = Database(gone)
    client = pair.producer.client(person_token(uuid4(), "tickets"))
    answer = await client.post("/v1/notes", json={"id": str(uuid4()), "words": "x"})
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert "retry-after" in answer.headers
    assert (await client.get("/readyz")).status_code == 503
    assert (await client.get("/livez")).status_code == 200
