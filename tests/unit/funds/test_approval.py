"""Votes: whose they are, what they are on, and when they decide."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from chassis.refused import Refused
from services.funds.domain import approval as rules
from services.funds.domain.approval import REQUIRED, Decision, Part, State, Vote
from services.funds.domain.money import Fen
from tests.unit.funds.builders import AUTHOR, NOW, OTHER, an_approval


@pytest.mark.parametrize("held", list(Part))
@pytest.mark.parametrize("wanted", list(Part))
def test_one_person_has_one_part_in_an_approval(held: Part, wanted: Part) -> None:
    if held is wanted:
        rules.refuse_part({AUTHOR: held}, AUTHOR, wanted)
    else:
        with pytest.raises(Refused, match=r"^own_request$"):
            rules.refuse_part({AUTHOR: held}, AUTHOR, wanted)
    rules.refuse_part({AUTHOR: held}, OTHER, wanted)


@pytest.mark.parametrize(("hash", "fen"), [(b"x" * 32, 80_000), (b"h" * 32, 80_001)])
def test_a_vote_on_something_else_is_told_what_stands_there_now(hash: bytes, fen: int) -> None:
    with pytest.raises(Refused, match=r"^subject_changed$") as refused:
        rules.refuse_other_subject(an_approval(), subject_hash=hash, amount_fen=Fen(fen))
    assert refused.value.more["amount_fen"] == 80_000


def test_the_same_vote_again_is_the_same_and_the_opposite_one_is_refused() -> None:
    cast = Vote(person_id=OTHER, decision=Decision.YES, subject_hash=b"h" * 32, at=NOW)
    assert rules.standing_vote((cast,), OTHER, Decision.YES) is cast
    assert rules.standing_vote((cast,), AUTHOR, Decision.NO) is None
    with pytest.raises(Refused, match=r"^already_voted$"):
        rules.standing_vote((cast,), OTHER, Decision.NO)


@pytest.mark.parametrize("state", [state for state in State if state is not State.OPEN])
def test_a_decided_approval_takes_no_vote(state: State) -> None:
    with pytest.raises(Refused, match=r"^approval_closed$"):
        rules.refuse_decided(an_approval(state=state))


@given(some.integers(0, 5), some.sampled_from(Decision))
def test_one_no_refuses_and_only_enough_valid_yes_votes_grant(valid: int, decision: Decision) -> None:
    after = rules.decided(an_approval(), decision=decision, valid_yes=valid, at=NOW).state
    if decision is Decision.NO:
        assert after is State.REFUSED
    else:
        assert after is (State.GRANTED if valid >= REQUIRED else State.OPEN)
