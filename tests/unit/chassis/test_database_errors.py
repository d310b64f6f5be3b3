"""Which errors say that the database is away, so that the answer is 503 and asking again is right."""

import asyncpg
import pytest

from chassis.transaction import is_passing

AWAY = (
    asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation"),
    asyncpg.exceptions.InterfaceError("connection is closed"),
    asyncpg.exceptions.InternalClientError("cannot switch to state 15; another operation (2) is in progress"),
    asyncpg.AdminShutdownError("terminating connection due to unexpected postmaster exit"),
    asyncpg.CannotConnectNowError("the database system is starting up"),
    ConnectionRefusedError(),
    TimeoutError(),
)


@pytest.mark.parametrize("error", AWAY, ids=lambda error: type(error).__name__)
def test_the_database_is_away(error: Exception) -> None:
    assert is_passing(error)


@pytest.mark.parametrize("error", [asyncpg.UniqueViolationError("twice"), ValueError("wrong")])
def test_what_was_asked_is_wrong(error: Exception) -> None:
    assert not is_passing(error)
