"""An item of the tray goes one way, and the first time counts."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from uuid import uuid4

import pytest

from services.notify.domain.tray import MOVES, Item, Move, State

AT = datetime(2026, 3, 2, 10, tzinfo=UTC)
LATER = AT + timedelta(hours=1)
ORDER = list(State)


def an_item(state: State = State.NEW) -> Item:
    return Item(
        id=uuid4(),
        notification_id=uuid4(),
        message_id=uuid4(),
        person_id=uuid4(),
        about=None,
        round=1,
        purpose="",
        prompt_id=None,
        rule="case-assigned",
        topic="duties",
        words_enc=b"",
        state=state,
        correlation=uuid4(),
        community_id=None,
        created_at=AT,
        seen_at=None,
        read_at=None,
        archived_at=None,
        change=1,
        revision=1,
    )


@pytest.mark.parametrize(("state", "move"), list(product(State, Move)))
def test_an_item_moves_only_as_the_table_says(state: State, move: Move) -> None:
    item = an_item(state)
    moved = item.moved(move, at=AT)
    if move in MOVES[state]:
        assert moved.state is MOVES[state][move]
    else:
        assert moved is item


@pytest.mark.parametrize(("state", "move"), list(product(State, Move)))
def test_no_move_leads_back(state: State, move: Move) -> None:
    assert ORDER.index(an_item(state).moved(move, at=AT).state) >= ORDER.index(state)


def test_the_first_time_counts() -> None:
    read = an_item().moved(Move.SEE, at=AT).moved(Move.READ, at=LATER)
    again = read.moved(Move.READ, at=LATER + timedelta(hours=1)).moved(Move.SEE, at=LATER)
    assert (again.seen_at, again.read_at) == (AT, LATER)


def test_what_is_read_has_been_seen() -> None:
    assert an_item().moved(Move.READ, at=AT).seen_at == AT


def test_what_is_put_away_unread_was_not_read() -> None:
    archived = an_item().moved(Move.ARCHIVE, at=AT)
    assert (archived.read_at, archived.archived_at) == (None, AT)
    assert replace(archived).moved(Move.READ, at=LATER) == archived
