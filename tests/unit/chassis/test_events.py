"""Events are frozen contracts; lanes are the same in every process; logs tell no secrets."""

import json
import logging
import sys
from uuid import UUID

import pytest
from pydantic import ValidationError

from chassis.feed import Event, decode, lane_of
from chassis.reader import Reader
from chassis.telemetry import _Json

LANES = [1, 3, 1, 3, 0, 2, 0, 2]  # the first eight ids over four lanes


class Happened(Event, type="tickets.happened.v1"):
    """Something happened."""

    ticket_id: UUID


class Quiet(Event, type="tickets.quiet.v1", restricted=True):
    """Nobody else's business."""


class HeardIt(Reader, of="tickets.happened.v1"):
    ticket_id: UUID


def test_an_event_names_its_type_and_whether_it_is_restricted() -> None:
    assert (Happened.type, Happened.restricted, Quiet.restricted) == ("tickets.happened.v1", False, True)


def test_an_event_takes_no_field_it_does_not_publish_and_a_reader_ignores_what_it_does_not_use() -> None:
    with pytest.raises(ValidationError):
        Happened.model_validate({"ticket_id": UUID(int=1), "name": "x"})
    assert HeardIt.model_validate({"ticket_id": UUID(int=1), "new": 1}).ticket_id == UUID(int=1)


def test_the_lane_of_a_subject_is_fixed_for_ever() -> None:
    assert [lane_of(UUID(int=n), 4) for n in range(8)] == LANES


@pytest.mark.parametrize("body", ["", "{", "[]", "{}", '{"id": 1}', "[" * 100_000, "null"])
def test_what_is_no_envelope_is_not_read_as_one(body: str) -> None:
    with pytest.raises((ValueError, RecursionError)):
        decode(body)


def test_a_logged_exception_tells_its_kind_and_place_but_never_its_words() -> None:
    try:
        raise ValueError("13800138000 林敏")
    except ValueError:
        record = logging.LogRecord("yihu", logging.ERROR, "", 0, "feed.parked", (), sys.exc_info())
    line = _Json("tickets", "worker").format(record)
    assert json.loads(line)["error"] == "ValueError"
    assert "13800138000" not in line
    assert "林敏" not in line
