"""What must never be: a message given to the provider twice without saying so, and the build that would do it."""

import pytest

from services.notify.domain import message as rules
from services.notify.domain.message import MOVES, Move, State
from services.notify.domain.outcome import Accepted, Lost, Outgoing
from tests.services.notify.phones import Phones


async def doubles(phones: Phones) -> list[str]:
    """Messages given to the provider more than once without saying so: what must never be."""
    rows = await phones.service.sql(
        "SELECT m.id::text FROM messages m JOIN submissions s ON s.message_id = m.id WHERE s.state <> 'refused'"
        " GROUP BY m.id HAVING count(*) > 2 OR (count(*) = 2 AND NOT m.possible_duplicate)"
    )
    return [row["id"] for row in rows]


async def test_a_build_that_sends_again_from_unknown_is_caught(phones: Phones, monkeypatch: pytest.MonkeyPatch) -> None:
    phones.provider.answers = lambda _: Lost("time_out")
    await phones.assigned()
    await phones.send()
    await phones.send()
    assert await doubles(phones) == []

    eager = {**MOVES, State.CLAIMED: {**MOVES[State.CLAIMED], Move.LOST: State.QUEUED}}
    monkeypatch.setattr(rules, "MOVES", eager)
    await phones.assigned()
    await phones.send()
    await phones.send()
    assert len(await doubles(phones)) == 1


async def test_an_answer_that_cannot_be_written_holds_up_no_other(phones: Phones) -> None:
    await phones.assigned()
    await phones.assigned(None, round=2)

    async def submit(outgoing: Outgoing) -> Accepted:
        if len(phones.provider.calls) == 1:
            await phones.service.sql(
                "UPDATE messages SET state = 'cancelled' WHERE id = (SELECT message_id FROM submissions WHERE id = $1)",
                outgoing.client_ref,
            )
        phones.provider.calls.append(outgoing)
        return Accepted("biz")

    phones.provider.submit = submit  # type: ignore[method-assign]
    await phones.send()
    assert sorted(m["state"] for m in await phones.messages()) == ["cancelled", "submitted"]
    assert phones.sender.places.free() == phones.sender.settings.in_flight
