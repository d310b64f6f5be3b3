"""One case through notify: told, answered, asked afterwards, and every step announced."""

from tests.services.notify.phones import GROUP, LEADER, REPORTER, Phones


async def test_the_leader_is_asked_and_her_answer_is_announced(phones: Phones) -> None:
    ticket = await phones.assigned()
    await phones.send()

    (call,) = phones.provider.texts_to(LEADER)
    assert call.template_code == "SMS_case_assigned"
    assert call.parameters["group"] == "物业管理"
    assert call.parameters["category"] == "环境卫生"
    assert call.ext == "01"
    (submitted,) = await phones.service.data("notify.message_submitted.v1")
    assert submitted["about"] == str(ticket)
    assert submitted["class"] == "notice"

    assert (await phones.report(call)).json() == {"code": 0, "msg": "接收成功"}
    (message,) = await phones.messages()
    assert message["state"] == "delivered"
    assert len(await phones.service.events("notify.message_delivered.v1")) == 1

    assert (await phones.text(LEADER, "１", ext="01")).status_code == 200
    (answered,) = await phones.service.data("notify.prompt_answered.v1")
    assert answered["about"] == str(ticket)
    assert answered["option"] == "accept"
    assert answered["purpose"] == "accept"
    assert answered["person_id"] == str(LEADER)
    assert answered["round"] == 1


async def test_every_step_of_a_case_bears_its_correlation(phones: Phones) -> None:
    ticket = await phones.assigned()
    await phones.send()
    await phones.report(phones.provider.calls[0])
    await phones.text(LEADER, "1", ext="01")

    assert {event.correlation for event in await phones.service.events()} == {ticket}


async def test_the_reporter_gets_number_and_tracking_code(phones: Phones) -> None:
    await phones.ticket_event(
        "ticket_filed", GROUP, **{"class": "general", "origin": "resident", "channel": "sms", "building_id": None}
    )
    await phones.send()

    (call,) = phones.provider.texts_to(REPORTER)
    assert call.parameters == {"category": "环境卫生", "number": "20261124-01-00042-4", "tracking_code": "0427"}


async def test_an_imported_case_sends_nothing(phones: Phones) -> None:
    await phones.ticket_event(
        "ticket_filed", GROUP, **{"class": "general", "origin": "import", "channel": "import", "building_id": None}
    )
    await phones.send()

    assert phones.provider.calls == []
    assert await phones.messages() == []


async def test_a_follow_up_is_answered_by_its_link(phones: Phones) -> None:
    ticket = await phones.follow_up()
    await phones.send()

    (call,) = phones.provider.texts_to(REPORTER)
    client = phones.service.client()
    page = (await client.get(f"/v1/prompt-links/{call.parameters['token']}")).json()
    assert page["state"] == "open"
    assert [o["code"] for o in page["options"]] == [
        "solved_satisfied",
        "solved_mostly",
        "solved_dissatisfied",
        "unsolved",
    ]

    answer = await client.post(f"/v1/prompt-links/{call.parameters['token']}:answer", json={"option": "unsolved"})
    assert answer.status_code == 200, answer.text
    (answered,) = await phones.service.data("notify.prompt_answered.v1")
    assert answered["option"] == "unsolved"
    assert answered["channel"] == "link"
    assert (await phones.prompt(ticket, "follow_up"))["state"] == "answered"
