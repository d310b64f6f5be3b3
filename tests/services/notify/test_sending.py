"""Claim, call, record: what is committed before a call, and what each answer leads to."""

from typing import Any
from uuid import uuid4

import pytest

from services.notify.domain.outcome import (
    Accepted,
    CannotSay,
    Found,
    Lost,
    Outgoing,
    RefusalClass,
    RefusedBy,
)
from tests.services.notify.phones import LEADER, Phones


def say(phones: Phones, outcome: Any) -> None:
    phones.provider.answers = lambda _: outcome


async def later(phones: Phones, **delta: float) -> None:
    await phones.service.advance(**delta)
    await phones.resolver.look()


async def ask_for_code(phones: Phones) -> None:
    await phones.service.apply(
        "members.sign_in_code_requested.v1", {"challenge_id": uuid4(), "expires_at": "2030-01-01T00:00:00Z"}
    )


async def test_the_claim_is_committed_before_the_call(phones: Phones) -> None:
    seen: list[tuple[str, str]] = []

    async def submit(outgoing: Outgoing) -> Accepted:
        (call,) = await phones.submissions()
        (message,) = await phones.messages()
        seen.append((call["state"], message["state"]))
        return Accepted("biz")

    phones.provider.submit = submit  # type: ignore[method-assign]
    await phones.assigned()
    await phones.send()

    assert seen == [("claimed", "claimed")]
    (message,) = await phones.messages()
    assert (message["state"], message["attempt"], message["billable"]) == ("submitted", 1, 1)


async def test_the_prompt_is_open_with_its_extension_before_the_call(phones: Phones) -> None:
    ticket = await phones.assigned()
    assert (await phones.prompt(ticket, "accept"))["state"] == "planned"
    await phones.send()
    prompt = await phones.prompt(ticket, "accept")
    assert (prompt["state"], prompt["ext"], prompt["ext_held"]) == ("open", "01", True)


async def test_a_lost_answer_is_unknown_and_nothing_but_a_question_touches_it(phones: Phones) -> None:
    say(phones, Lost("time_out"))
    await phones.assigned()
    await phones.send()
    await phones.send()

    (message,) = await phones.messages()
    assert message["state"] == "unknown"
    assert len(phones.provider.calls) == 1


async def test_what_the_provider_has_is_adopted(phones: Phones) -> None:
    say(phones, Lost("time_out"))
    await phones.assigned()
    await phones.send()
    phones.provider.finding = Found(None, None)
    await later(phones, seconds=16)

    (message,) = await phones.messages()
    assert message["state"] == "submitted"
    assert len(phones.provider.calls) == 1
    assert len(await phones.service.events("notify.message_submitted.v1")) == 1


async def test_what_the_provider_never_had_goes_once_more_and_is_flagged(phones: Phones) -> None:
    say(phones, Lost("time_out"))
    await phones.assigned()
    await phones.send()
    for _ in range(3):
        await later(phones, minutes=3)
        await phones.send()
    assert len(phones.provider.calls) == 1, "not before ten minutes are over"

    await later(phones, minutes=3)
    await phones.send()
    assert len(phones.provider.calls) == 2
    (message,) = await phones.messages()
    assert (message["extra"], message["possible_duplicate"]) == (1, True)
    assert phones.provider.calls[0].ext == phones.provider.calls[1].ext

    await later(phones, minutes=15)
    await phones.send()
    (message,) = await phones.messages()
    assert (message["state"], message["reason"]) == ("failed", "outcome_unknown")
    assert len(phones.provider.calls) == 2
    (failed,) = await phones.service.data("notify.message_failed.v1")
    assert failed["possible_duplicate"] is True


async def test_a_code_is_never_resent_by_itself(phones: Phones) -> None:
    say(phones, Lost("time_out"))
    await ask_for_code(phones)
    await phones.send()
    for _ in range(4):
        await later(phones, minutes=5)
        await phones.send()

    assert len(phones.provider.calls) == 1
    (message,) = await phones.messages()
    assert (message["state"], message["reason"], message["extra"]) == ("failed", "outcome_unknown", 0)


async def test_while_the_provider_cannot_say_it_is_asked_for_an_hour(phones: Phones) -> None:
    say(phones, Lost("time_out"))
    phones.provider.finding = CannotSay()
    await phones.assigned()
    await phones.send()
    await later(phones, minutes=59)
    assert (await phones.messages())[0]["state"] == "unknown"
    await later(phones, minutes=11)
    assert (await phones.messages())[0]["extra"] == 1


async def test_a_claim_whose_process_died_becomes_unknown_and_is_asked_about(phones: Phones) -> None:
    async def die(outgoing: Outgoing) -> Accepted:
        raise RuntimeError("killed")

    phones.provider.submit = die  # type: ignore[method-assign]
    await phones.assigned()
    phones.sender.told = []
    phones.sender.record = _nothing  # type: ignore[method-assign]
    await phones.send()
    assert (await phones.messages())[0]["state"] == "claimed"

    await later(phones, seconds=61)
    assert (await phones.messages())[0]["state"] == "unknown"


async def _nothing() -> None:
    """A process that died writes nothing."""


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        (RefusalClass.LIMIT, "queued"),
        (RefusalClass.NOT_SENT, "queued"),
        (RefusalClass.ACCOUNT, "queued"),
        (RefusalClass.CONTENT, "failed"),
        (RefusalClass.RECIPIENT, "failed"),
        (RefusalClass.UNLISTED, "failed"),
    ],
)
async def test_a_definite_no_waits_or_fails_by_its_class(phones: Phones, kind: RefusalClass, state: str) -> None:
    say(phones, RefusedBy(kind, "isv.SOMETHING", "minute" if kind is RefusalClass.LIMIT else ""))
    await phones.assigned()
    await phones.send()
    (message,) = await phones.messages()
    assert message["state"] == state

    say(phones, Accepted("biz"))
    await phones.service.advance(minutes=6)
    await phones.send()
    assert len(phones.provider.calls) == (2 if state == "queued" else 1)


async def test_a_provider_without_money_gets_nothing_for_five_minutes(phones: Phones) -> None:
    say(phones, RefusedBy(RefusalClass.ACCOUNT, "isv.AMOUNT_NOT_ENOUGH"))
    await phones.assigned()
    await phones.send()
    await phones.assigned()
    await phones.send()
    assert len(phones.provider.calls) == 1
    await phones.service.advance(minutes=5, seconds=1)
    await phones.send()
    assert len(phones.provider.calls) == 3


async def test_a_number_on_the_provider_s_black_list_gets_nothing_more(phones: Phones) -> None:
    say(phones, RefusedBy(RefusalClass.OPT_OUT, "isv.BLACK_KEY_CONTROL_LIMIT"))
    await phones.assigned()
    await phones.send()
    say(phones, Accepted("biz"))
    await phones.assigned()
    await phones.send()

    assert [m["state"] for m in await phones.messages()] == ["failed", "suppressed"]
    assert len(phones.provider.texts_to(LEADER)) == 1


async def test_one_event_and_person_can_have_only_one_notification_of_a_rule(phones: Phones) -> None:
    await phones.assigned()
    with pytest.raises(Exception, match="unique"):
        await phones.service.sql(
            "INSERT INTO notifications SELECT gen_random_uuid(), event_id, event_type, rule, person_id, about, round,"
            " purpose, correlation, community_id, traceparent, trace, created_at FROM notifications"
        )


async def test_no_message_has_two_extras(phones: Phones) -> None:
    await phones.assigned()
    with pytest.raises(Exception, match="messages_one_extra"):
        await phones.service.sql("UPDATE messages SET extra = 2")
