"""What a page offers is what the table allows: every state, every move, every relation."""

from itertools import product

import pytest

from services.tickets.domain.permission import Who, movers
from services.tickets.domain.profile import Kind
from services.tickets.domain.state import MOVES, State
from services.tickets.views.detail import VERBS, actions
from tests.unit.tickets.builders import a_ticket


@pytest.mark.parametrize(("state", "who"), list(product(State, Who)))
def test_an_action_is_offered_only_to_those_who_may(state: State, who: Who) -> None:
    ticket = a_ticket(state=state, kind=Kind.IDEA)
    offered = {action.name: action for action in actions(ticket, frozenset({who}))}
    verifies = who in (Who.OPERATOR, Who.SECRETARY, Who.LEADER, Who.MEMBER)
    standing = {who} | ({Who.VERIFIER} if verifies else set())
    for move, verb in VERBS.items():
        possible = move in MOVES[state] and move not in ticket.barred
        allowed = possible and bool(standing & movers(move, state))
        assert offered[verb].allowed is allowed, verb
        assert (offered[verb].why_not is None) is allowed
        if not possible:
            assert offered[verb].why_not == f"cannot_{move}_when_{state}"
