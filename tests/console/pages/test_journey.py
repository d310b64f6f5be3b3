"""C5: the waits of a case, each with its ticket where there are several."""

from uuid import UUID, uuid4

from tests.console import answers
from tests.console.chronicle.feeding import an_event, hear
from tests.console.conftest import Console, a_case

FIRST, SECOND = "20180930-01-00007-2", "20180930-01-00008-9"


async def test_a_wait_names_its_ticket_where_a_case_has_several(console: Console) -> None:
    told = await console()
    ticket = answers.a_ticket()
    a_case(told, ticket)
    root = UUID(ticket["id"])
    first = an_event(1, subject=root, correlation=root, data={"number": FIRST})
    await hear(told, first)
    page = await told.operator().open(f"/journeys/{root}")
    assert FIRST not in _waits(page.text)
    await hear(told, an_event(2, subject=uuid4(), correlation=root, minutes=1, data={"number": SECOND}))
    page = await told.operator().open(f"/journeys/{root}")
    assert FIRST in _waits(page.text)
    assert SECOND in _waits(page.text)


def _waits(text: str) -> str:
    return text.partition('id="waits-title"')[2].partition("</section>")[0]
