"""A question moves only as its table says, and takes one answer."""

from datetime import timedelta
from itertools import product

import pytest

from chassis.refused import Refused
from services.notify.domain import prompt as rules
from services.notify.domain.prompt import MOVES, Move, State
from tests.unit.notify.builders import NOW, a_prompt


@pytest.mark.parametrize(("state", "move"), list(product(State, Move)))
def test_a_prompt_moves_only_as_the_table_says(state: State, move: Move) -> None:
    prompt = a_prompt(state=state)
    if move in MOVES[state]:
        assert prompt.moved(move).state is MOVES[state][move]
    else:
        with pytest.raises(Refused, match=rf"^cannot_{move}_when_{state}$"):
            prompt.moved(move)


def an_open_prompt(**changes: object) -> rules.Prompt:
    asked = rules.asked(a_prompt(**changes), recipient_key=b"k", ext="01", letter="A", at=NOW)
    assert (asked.state, asked.ext, asked.ext_held) == (State.OPEN, "01", True)
    return asked


def test_its_time_begins_when_it_is_asked() -> None:
    assert an_open_prompt().expires_at == NOW + timedelta(hours=4)


def test_asked_again_it_keeps_its_extension_and_its_time() -> None:
    again = rules.asked_again(an_open_prompt())
    assert (again.ext, again.recipient_key, again.expires_at) == ("01", b"k", NOW + timedelta(hours=4))


def test_the_first_answer_closes_it_and_the_second_is_late() -> None:
    move, answered = rules.reply(an_open_prompt(), at=NOW)
    assert (move, answered.state, answered.closed_at) == (Move.ANSWER, State.ANSWERED, NOW)
    move, same = rules.reply(answered, at=NOW)
    assert (move, same) == (Move.LATE_ANSWER, answered)


def test_a_changeable_question_takes_another_answer_until_it_closes() -> None:
    _, answered = rules.reply(an_open_prompt(changeable=True), at=NOW)
    assert rules.reply(answered, at=NOW + timedelta(hours=3))[0] is Move.CHANGE
    assert rules.reply(answered, at=NOW + timedelta(hours=4))[0] is Move.LATE_ANSWER


@pytest.mark.parametrize("state", [State.WITHDRAWN, State.EXPIRED])
def test_a_closed_question_only_notes_a_late_answer(state: State) -> None:
    move, same = rules.reply(a_prompt(state=state), at=NOW)
    assert (move, same.state) == (Move.LATE_ANSWER, state)


def test_a_question_never_asked_takes_no_answer() -> None:
    with pytest.raises(Refused, match=r"^cannot_answer_when_planned$"):
        rules.reply(a_prompt(), at=NOW)


def test_it_is_overdue_from_the_moment_it_expires() -> None:
    assert not rules.overdue(an_open_prompt(), NOW + timedelta(hours=4) - timedelta(microseconds=1))
    assert rules.overdue(an_open_prompt(), NOW + timedelta(hours=4))
    assert not rules.overdue(a_prompt(state=State.ANSWERED, expires_at=NOW), NOW)


def test_the_smallest_extension_that_is_free_is_taken() -> None:
    assert rules.smallest_free(set(), 2) == "01"
    assert rules.smallest_free({"01", "03"}, 2) == "02"
    assert rules.smallest_free({f"{n:02d}" for n in range(100)}, 2) is None
