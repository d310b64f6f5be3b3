"""Where the time went: the waits of a journey, from one table."""

from datetime import timedelta
from uuid import UUID, uuid4

from console.chronicle.store import Entry
from console.chronicle.waits import WAITS, waits_of
from console.language import language
from tests.console.chronicle.feeding import BEGAN, CASE


def an_entry(of: str, minutes: float, subject: UUID = CASE, data: dict[str, str] | None = None) -> Entry:
    return Entry(
        seq=int(minutes * 10) + 1, service=of.partition(".")[0], epoch="1-a", lane=0, position=1, event_id=uuid4(),
        type=of, subject=subject, correlation=CASE, community=None, restricted=False, restated=False,
        time=BEGAN + timedelta(minutes=minutes), traceparent="", body={"data": data} if data else {},
    )  # fmt: skip


def test_a_case_from_its_first_word_to_the_residents_answer() -> None:
    story = [
        ("tickets.ticket_filed.v1", 0), ("tickets.ticket_assigned.v1", 1), ("tickets.ticket_accepted.v1", 6),
        ("tickets.ticket_contacted.v1", 26), ("tickets.ticket_resolved.v1", 126), ("tickets.follow_up_asked.v1", 186),
        ("tickets.follow_up_answered.v1", 200),
    ]  # fmt: skip
    waits = waits_of(an_entry(of, minutes) for of, minutes in story)
    told = [(wait.key, wait.length(BEGAN) // timedelta(minutes=1)) for wait in waits]
    assert told == [
        ("assignment", 1),
        ("acceptance", 5),
        ("contact", 20),
        ("work", 100),
        ("question", 60),
        ("resident", 14),
    ]


def test_what_has_not_ended_is_still_being_waited_for() -> None:
    waits = waits_of([an_entry("tickets.ticket_filed.v1", 0), an_entry("tickets.ticket_assigned.v1", 1)])
    assert [(wait.key, wait.ended is None) for wait in waits] == [("assignment", False), ("acceptance", True)]


def test_each_wait_says_of_which_ticket_it_is() -> None:
    need, idea = uuid4(), uuid4()
    waits = waits_of(
        [
            an_entry("tickets.ticket_filed.v1", 0, need, {"number": "20261124-01-00001-1"}),
            an_entry("tickets.ticket_filed.v1", 1, idea, {"number": "20261124-01-00002-2"}),
            an_entry("tickets.ticket_assigned.v1", 2, idea, {"number": "20261124-01-00002-2"}),
            an_entry("notify.message_submitted.v1", 3, uuid4(), {"about": "x"}),
        ]
    )
    assert [(wait.key, wait.number[-1:], wait.ended is None) for wait in waits] == [
        ("assignment", "1", True),
        ("assignment", "2", False),
        ("acceptance", "2", True),
        ("delivery", "", True),
    ]


def test_an_event_nobody_knows_is_a_plain_mark() -> None:
    assert waits_of([an_entry("tickets.never_heard_of.v1", 0)]) == ()


def test_an_end_without_a_beginning_is_nothing() -> None:
    assert waits_of([an_entry("tickets.ticket_accepted.v1", 0)])[0].key == "contact"
    assert waits_of([an_entry("tickets.follow_up_answered.v1", 0)]) == ()


def test_every_wait_of_the_table_has_a_word() -> None:
    keys = {key for row in WAITS.values() for _, key in row}
    for code in ("zh-CN", "en"):
        assert [key for key in sorted(keys) if not language(code).knows("wait", key)] == []
