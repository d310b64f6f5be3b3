"""Somebody wants to hear no more: her topic stops, the others go on, and the row can only be added."""

import pytest

from tests.services.notify.phones import LEADER, REPORTER, Phones


async def test_an_opt_out_stops_its_topic_and_is_confirmed_once(phones: Phones) -> None:
    await phones.follow_up()
    await phones.send()
    for _ in range(2):
        await phones.text(REPORTER, "R", ext="01")
    await phones.send()
    await phones.follow_up()
    await phones.send()

    codes = [c.template_code for c in phones.provider.texts_to(REPORTER)]
    assert codes == ["SMS_case_follow_up", "SMS_opted_out"]
    (suppressed,) = await phones.messages(state="suppressed")
    assert suppressed["reason"] == "opted_out"
    told = (await phones.service.data("notify.contact_opted_out.v1"))[0]
    assert told == {"person_id": str(REPORTER), "topic": "cases", "channel": "sms", "source": "sms"}


async def test_an_opt_out_leaves_an_open_question_open(phones: Phones) -> None:
    await phones.follow_up()
    await phones.send()
    await phones.text(REPORTER, "退订", ext="01")
    await phones.text(REPORTER, "1", ext="01")
    assert len(await phones.service.data("notify.prompt_answered.v1")) == 1


async def test_an_opt_out_of_a_topic_leaves_the_others(phones: Phones) -> None:
    await phones.follow_up(reporter_id=LEADER)
    await phones.send()
    await phones.text(LEADER, "TD", ext="01")
    await phones.assigned()
    await phones.send()
    codes = [c.template_code for c in phones.provider.texts_to(LEADER)]
    assert "SMS_case_assigned" in codes


async def test_everything_is_refused_at_once(phones: Phones) -> None:
    await phones.follow_up()
    await phones.send()
    await phones.text(REPORTER, "退订全部")
    (told,) = await phones.service.data("notify.contact_opted_out.v1")
    assert told["topic"] == "*"


async def test_an_opt_out_can_only_be_added(phones: Phones) -> None:
    await phones.follow_up()
    await phones.send()
    await phones.text(REPORTER, "R", ext="01")
    async with phones.service.transaction() as tx:
        with pytest.raises(Exception, match="permission denied"):
            await tx.connection.exec_driver_sql("DELETE FROM opt_outs")
