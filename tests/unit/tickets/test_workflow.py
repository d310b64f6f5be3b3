"""eGov DIGIT's published complaint workflows, loaded as profiles and played through."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from chassis.refused import Refused
from services.tickets.domain import assignment, contact, ticket, workflow
from services.tickets.domain.permission import MOVERS
from services.tickets.domain.profile import Profile
from services.tickets.domain.state import MOVES, Move, State
from services.tickets.domain.ticket import Ticket
from services.tickets.domain.workflow import Why, Workflow, read_workflow
from tests.unit.tickets.builders import GROUP, LEADER, NOW, RESIDENT, SECRETARY, a_ticket

DIGIT = Path(__file__).parents[4] / "shared" / "testdata" / "digit"
OLDER, NEWER = "pgr-workflowConfig.json", "ccrs-PgrWorkflowConfig.json"


def published(name: str) -> Any:
    if not DIGIT.exists():
        pytest.skip(f"DIGIT's workflows are not on this machine: ../shared/testdata/digit/{name}")
    return json.loads((DIGIT / name).read_text(encoding="utf-8"))


def under(profile: Profile, **changes: Any) -> Ticket:
    """A ticket that moves by this profile only."""

    class Narrowed(Ticket):
        @property
        def barred(self) -> frozenset[Move]:
            return a_ticket(state=self.state).barred | profile.barred(self.state)

    plain = a_ticket(**changes)
    return Narrowed(**{name: getattr(plain, name) for name in Ticket.__dataclass_fields__})


@pytest.mark.parametrize("name", [OLDER, NEWER])
def test_a_case_goes_the_way_of_digits_own_workflow(name: str) -> None:
    case = under(read_workflow(published(name)).profile)
    case = given(case)
    case = assignment.give_back(case, reason="not_our_task", suggested_group_id=None, by=LEADER, at=NOW)
    assert case.state is State.RECEIVED
    case = worked(given(case))
    assert case.state is State.RESOLVED
    closed = case.moved(Move.ANSWER_SOLVED, at=NOW, by=RESIDENT)
    assert closed.state is State.CLOSED
    again = case.moved(Move.REOPEN, at=NOW, by=RESIDENT, new_round=True)
    assert (again.round, worked(again).state) == (2, State.RESOLVED)


@pytest.mark.parametrize("name", [OLDER, NEWER])
def test_a_rejected_case_is_reopened_onto_the_desk(name: str) -> None:
    case = ticket.reject(under(read_workflow(published(name)).profile), reason="not_ours", by=SECRETARY, at=NOW)
    assert case.moved(Move.REOPEN, at=NOW, by=RESIDENT, new_round=True).state is State.RECEIVED


@pytest.mark.parametrize("name", [OLDER, NEWER])
def test_what_digit_has_no_row_for_is_refused(name: str) -> None:
    case = worked(given(under(read_workflow(published(name)).profile)), until=Move.START)
    for move in (Move.WAIT_FOR_RESIDENT, Move.WITHDRAW, Move.CONCLUDE, Move.MERGE):
        assert move in MOVES[case.state]
        with pytest.raises(Refused, match=f"^cannot_{move}_when_in_progress$"):
            case.moved(move, at=NOW, by=SECRETARY)


def given(case: Ticket) -> Ticket:
    return assignment.assign(case, group_id=GROUP, group_path=(GROUP,), by=SECRETARY, at=NOW, reason="", arbiter=False)


def worked(case: Ticket, until: Move = Move.RESOLVE) -> Ticket:
    case = ticket.accept(case, handler_id=LEADER, by=LEADER, at=NOW)
    case = contact.record_contact(case, result="reached", contact_at=NOW, by=LEADER, at=NOW)
    case = ticket.start(case, by=LEADER, at=NOW)
    return case if until is Move.START else ticket.resolve(case, result="done", by=LEADER, at=NOW)


def gaps(read: Workflow) -> set[tuple[str, str, str]]:
    return {(gap.state, gap.action, gap.why) for gap in read.gaps if gap.why is not Why.LIMIT_OF_A_STATE}


def test_what_our_table_cannot_say_of_the_older_one_is_named() -> None:
    read = read_workflow(published(OLDER))
    assert gaps(read) == {("REJECTED", "RATE", "no_such_move"), ("RESOLVED", "REOPEN", "leads_elsewhere")}
    assert [gap.state for gap in read.gaps if gap.why is Why.LIMIT_OF_A_STATE] == ["PENDINGATLME"]


def test_what_our_table_cannot_say_of_the_newer_one_is_named() -> None:
    read = read_workflow(published(NEWER))
    found = gaps(read)
    of_roles = {gap for gap in read.gaps if gap.why is Why.NOT_FOR_THIS_ROLE}
    assert {gap.detail for gap in of_roles} == {"PGR_VIEWER", "PGR_LME"}
    assert {(gap.state, gap.action) for gap in of_roles if gap.detail == "PGR_LME"} == {("PENDINGATLME", "ESCALATE")}
    assert {gap for gap in found if gap[2] != Why.NOT_FOR_THIS_ROLE} == {
        ("REJECTED", "RATE", "no_such_move"),
        ("RESOLVED", "REOPEN", "leads_elsewhere"),
    }


def a_workflow(**action: Any) -> dict[str, Any]:
    plain = {"action": "ASSIGN", "nextState": "PENDINGATLME", "roles": ["GRO"]}
    state = {"state": "PENDINGFORASSIGNMENT", "actions": [plain | action]}
    return {"BusinessServices": [{"businessService": "PGR", "states": [state]}]}


@pytest.mark.parametrize(("action", "why"), [
    ({"nextState": "SOMEWHERE"}, Why.STATE_UNKNOWN),
    ({"action": "SING"}, Why.ACTION_UNKNOWN),
    ({"action": "RATE", "nextState": "CLOSEDAFTERREJECTION"}, Why.NO_SUCH_MOVE),
    ({"nextState": "RESOLVED"}, Why.LEADS_ELSEWHERE),
    ({"roles": ["GRO", "KING"]}, Why.NOT_FOR_THIS_ROLE),
])  # fmt: skip
def test_each_row_that_is_not_ours_says_why(action: dict[str, Any], why: Why) -> None:
    assert [gap.why for gap in read_workflow(a_workflow(**action)).gaps] == [why]
    assert read_workflow(a_workflow()).gaps == ()


def test_an_inactive_row_and_a_comment_are_no_rows() -> None:
    assert Move.ASSIGN not in read_workflow(a_workflow(active=False)).profile.rows[State.RECEIVED]
    read = read_workflow(a_workflow(action="COMMENT", nextState="PENDINGFORASSIGNMENT"))
    assert (read.gaps, Move.ASSIGN in read.profile.rows[State.RECEIVED]) == ((), False)


@pytest.mark.parametrize("document", [{}, {"BusinessServices": []}, {"BusinessServices": [{"states": [{}]}]}, []])
def test_a_file_that_is_no_workflow_is_refused(document: Any) -> None:
    with pytest.raises(Refused, match=r"^workflow_unreadable$"):
        read_workflow(document)


def test_every_role_stands_for_somebody_of_ours_and_every_state_for_one_of_ours() -> None:
    everybody = frozenset().union(*MOVERS.values())
    assert all(roles <= everybody for roles in workflow.ROLES.values())
    assert all(states for states in workflow.STATES.values())


def test_the_command_names_what_cannot_be_said(tmp_path: Path) -> None:
    file = tmp_path / "workflow.json"
    file.write_text(json.dumps(a_workflow(action="SING")), encoding="utf-8")
    command = [sys.executable, "-m", "services.tickets", "workflow", str(file)]
    told = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert told.returncode == 0, told.stderr
    assert "PENDINGFORASSIGNMENT SING: action_unknown" in told.stdout
    assert "received: escalate" in told.stdout
