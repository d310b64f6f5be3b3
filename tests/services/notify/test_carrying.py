"""Who carries a message: another after a definite refusal, nobody else from unknown, the well before the ailing."""

from urllib.parse import urlencode
from uuid import UUID

import pytest
from twilio.request_validator import RequestValidator

from services.notify.domain.outcome import Accepted, CannotSay, Lost, Outcome, Outgoing, RefusalClass, RefusedBy
from tests.services.notify.carriers import Carriers, with_providers
from tests.services.notify.phones import BASE, LEADER, NUMBERS, SECRET, Phones


def refuses(kind: RefusalClass, code: str = "code") -> RefusedBy:
    return RefusedBy(kind, code)


@pytest.mark.parametrize("kind", [RefusalClass.ACCOUNT, RefusalClass.NOT_SENT, RefusalClass.CONTENT])
async def test_a_definite_refusal_goes_to_another_provider_at_once(phones: Phones, kind: RefusalClass) -> None:
    carriers = await with_providers(phones, a_kannel=100, b_twilio=100)
    for one in carriers.known.values():
        one.answers = lambda _: refuses(kind) if len(carriers.calls) == 1 else Accepted("ref")
    await phones.assigned()
    await phones.send()
    await phones.send()
    assert [len(carriers[name].calls) for name in ("a_kannel", "b_twilio")] == [1, 1]
    (message,) = await phones.messages()
    assert (message["state"], message["attempt"], message["possible_duplicate"]) == ("submitted", 2, False)


async def test_nobody_goes_around_a_carrier_s_limit(phones: Phones) -> None:
    carriers = await with_providers(phones, a_kannel=100, b_twilio=100)
    for one in carriers.known.values():
        one.answers = lambda _: RefusedBy(RefusalClass.LIMIT, "limit", "hour")
    await phones.assigned()
    await phones.send()
    await phones.send()
    assert len(carriers.calls) == 1
    assert (await phones.messages())[0]["state"] == "queued"


@pytest.mark.parametrize("answer", [Lost("time_out"), refuses(RefusalClass.RECIPIENT), refuses(RefusalClass.UNLISTED)])
async def test_from_unknown_or_a_bad_number_nobody_else_is_tried(phones: Phones, answer: Outcome) -> None:
    carriers = await with_providers(phones, a_kannel=100, b_twilio=100)
    for one in carriers.known.values():
        one.answers = lambda _: answer
    await phones.assigned()
    await phones.send()
    await phones.send()
    assert len(carriers.calls) == 1
    assert (await phones.messages())[0]["state"] in ("unknown", "failed")


async def test_content_that_everybody_refuses_fails(phones: Phones) -> None:
    carriers = await with_providers(phones, a_kannel=100, b_twilio=100)
    for one in carriers.known.values():
        one.answers = lambda _: refuses(RefusalClass.CONTENT, "word")
    await phones.assigned()
    for _ in range(4):
        await phones.send()
    assert len(carriers.calls) == 2
    (message,) = await phones.messages()
    assert (message["state"], message["reason"]) == ("failed", "word")


async def test_a_lone_provider_is_asked_again_only_after_a_while(phones: Phones) -> None:
    carriers = await with_providers(phones, a_kannel=100)
    carriers["a_kannel"].answers = lambda _: refuses(RefusalClass.NOT_SENT)
    await phones.assigned()
    await phones.send()
    await phones.send()
    assert len(carriers.calls) == 1


async def test_the_draw_stands_in_the_submission_that_it_names(phones: Phones) -> None:
    carriers = await with_providers(phones, a_kannel=50, b_twilio=50)
    for number in range(12):
        await phones.assigned(UUID(int=1_000 + number), round=number)
    await phones.send()
    assert carriers["a_kannel"].calls
    assert carriers["b_twilio"].calls
    by_ref = {row["id"]: row["provider"] for row in await phones.submissions()}
    for name in ("a_kannel", "b_twilio"):
        assert {by_ref[call.client_ref] for call in carriers[name].calls} == {name}


async def test_a_provider_without_an_approved_text_carries_none(phones: Phones) -> None:
    carriers = await with_providers(phones, a_tencent=100)
    await phones.assigned()
    await phones.send()
    (message,) = await phones.messages()
    assert (message["state"], message["reason"], carriers.calls) == ("parked", "no_route", [])


async def test_a_paused_provider_carries_none_until_it_goes_on(phones: Phones) -> None:
    carriers = await with_providers(phones, a_kannel=100)
    await phones.service.sql("UPDATE providers SET state = 'paused' WHERE id = 'a_kannel'")
    phones.service.running.state.pop("providers", None)
    await phones.assigned()
    await phones.send()
    (message,) = await phones.messages()
    assert (message["state"], message["waiting_for"], carriers.calls) == ("queued", "provider", [])
    await phones.service.sql("UPDATE providers SET state = 'active' WHERE id = 'a_kannel'")
    phones.service.running.state.pop("providers", None)
    await phones.service.advance(seconds=31)
    await phones.send()
    assert len(carriers.calls) == 1


async def lose(phones: Phones, carriers: Carriers, name: str, many: int) -> None:
    carriers[name].answers = lambda _: Lost("time_out")
    for number in range(many):
        await phones.assigned(UUID(int=5_000 + number), round=number)
    await phones.send()
    await phones.send()


async def test_an_open_breaker_lets_one_notice_through_after_thirty_seconds(phones: Phones) -> None:
    carriers = await with_providers(phones, a_kannel=100)
    await lose(phones, carriers, "a_kannel", 1)
    await phones.service.sql("UPDATE provider_health SET last = 'llllllllll' WHERE provider = 'a_kannel'")
    await lose(phones, carriers, "a_kannel", 1)
    state = "SELECT state FROM provider_health WHERE provider = 'a_kannel'"
    await phones.assigned(UUID(int=7_000))
    await phones.send()
    assert (await phones.service.sql(state))[0]["state"] == "open"

    made = len(carriers.calls)
    for number in range(5):
        await phones.assigned(UUID(int=8_000 + number))
    await phones.send()
    assert len(carriers.calls) == made
    carriers["a_kannel"].answers = lambda _: Accepted("ref")
    await phones.service.advance(seconds=31)
    for one in range(1, 6):
        await phones.send()
        assert len(carriers.calls) == made + one
        await phones.service.advance(seconds=31)
    assert (await phones.service.sql(state))[0]["state"] == "closed"


# Several segments -----------------------------------------------------------------------------------------------


async def test_a_long_text_is_several_submissions_and_submitted_when_all_are(phones: Phones) -> None:
    carriers = await with_providers(phones, a_kannel=100)
    await phones.follow_up()
    await phones.send()
    first, second = carriers["a_kannel"].calls
    assert first.part is not None
    assert second.part is not None
    assert first.part.text + second.part.text == first.text
    assert (first.part.udh[:5], first.part.udh[5], second.part.udh[5]) == (second.part.udh[:5], 1, 2)
    (message,) = await phones.messages()
    assert (message["state"], message["segments"]) == ("submitted", 2)
    assert [row["segment"] for row in await phones.submissions()] == [1, 2]


async def test_two_long_texts_to_one_handset_bear_two_numbers(phones: Phones) -> None:
    carriers = await with_providers(phones, a_kannel=100)
    await phones.follow_up()
    await phones.follow_up()
    await phones.send()
    refs = [call.part.udh[3] for call in carriers["a_kannel"].calls if call.part]
    assert sorted(refs) == [0, 0, 1, 1]


async def test_after_a_refused_segment_no_other_is_sent(phones: Phones) -> None:
    carriers = await with_providers(phones, a_kannel=100)
    carriers["a_kannel"].answers = lambda _: refuses(RefusalClass.RECIPIENT, "number")
    await phones.follow_up()
    await phones.send()
    assert len(carriers.calls) == 1
    (message,) = await phones.messages()
    assert (message["state"], message["reason"]) == ("failed", "number")


async def test_a_text_of_which_a_part_has_left_is_not_sent_again(phones: Phones) -> None:
    carriers = await with_providers(phones, a_kannel=100, b_twilio=0)

    def second_refused(call: Outgoing) -> Outcome:
        return Accepted("") if call.part and call.part.n == 1 else refuses(RefusalClass.ACCOUNT)

    carriers["a_kannel"].answers = second_refused
    await phones.follow_up()
    await phones.send()
    await phones.send()
    (message,) = await phones.messages()
    assert (message["state"], message["reason"], len(carriers.calls)) == ("failed", "partly_sent", 2)


async def test_one_lost_segment_makes_the_whole_unknown_until_it_is_found(phones: Phones) -> None:
    carriers = await with_providers(phones, a_kannel=100)
    carriers["a_kannel"].answers = lambda call: Lost("reset") if call.part and call.part.n == 1 else Accepted("")
    carriers["a_kannel"].finding = CannotSay()
    await phones.follow_up()
    await phones.send()
    assert (await phones.messages())[0]["state"] == "unknown"
    await kannel_says(phones, carriers["a_kannel"].calls[0], "8")
    assert (await phones.messages())[0]["state"] == "submitted"


async def test_a_message_is_delivered_when_all_its_segments_are(phones: Phones) -> None:
    carriers = await with_providers(phones, a_kannel=100)
    await carried(phones)
    first, second = carriers["a_kannel"].calls
    await kannel_says(phones, second, "1")
    assert (await phones.messages())[0]["state"] == "submitted"
    await kannel_says(phones, second, "1")
    assert (await phones.messages())[0]["state"] == "submitted"
    await kannel_says(phones, first, "1")
    assert (await phones.messages())[0]["state"] == "delivered"


async def test_a_segment_that_bounces_fails_the_whole(phones: Phones) -> None:
    carriers = await with_providers(phones, a_kannel=100)
    await carried(phones)
    await kannel_says(phones, carriers["a_kannel"].calls[0], "16")
    (message,) = await phones.messages()
    assert (message["state"], message["reason"]) == ("failed", "undelivered")


async def carried(phones: Phones) -> None:
    for one in phones.sender.channels.known.values():  # type: ignore[attr-defined]
        one.answers = lambda _: Accepted("")
    await phones.follow_up()
    await phones.send()


async def kannel_says(phones: Phones, call: Outgoing, status: str) -> None:
    query = {"sender": BASE, "status": status, "a": call.number, "b": BASE, "ref": str(call.client_ref)}
    client = phones.service.client()
    answer = await client.get(f"/providers/a_kannel/{SECRET}/reports", params=query)
    assert answer.status_code == 200


# Pushes of each kind --------------------------------------------------------------------------------------------


async def twilio_says(phones: Phones, call: Outgoing, token: str, **form: str) -> int:
    base = phones.sender.settings.push_base_url
    path = f"/providers/b_twilio/{SECRET}/reports?ref={call.client_ref}"
    said = {"MessageSid": f"biz-{call.client_ref}", "MessageStatus": "delivered", "To": call.number} | form
    headers = {"X-Twilio-Signature": RequestValidator(token).compute_signature(base + path, said)}
    headers["content-type"] = "application/x-www-form-urlencoded"
    answer = await phones.service.client().post(path, content=urlencode(said), headers=headers)
    return answer.status_code


async def test_a_signed_callback_takes_effect_and_a_forged_one_leaves_no_row(phones: Phones) -> None:
    carriers = await with_providers(phones, b_twilio=100)
    await phones.assigned()
    await phones.send()
    (call,) = carriers["b_twilio"].calls
    assert await twilio_says(phones, call, "wrong") == 401
    assert await phones.service.sql("SELECT 1 FROM delivery_reports UNION ALL SELECT 1 FROM stray_reports") == []
    assert await twilio_says(phones, call, "t", To="+8613899999999") == 200
    assert (await phones.messages())[0]["state"] == "submitted"
    assert await twilio_says(phones, call, "t") == 200
    assert (await phones.messages())[0]["state"] == "delivered"


async def file_at(phones: Phones, provider: str) -> None:
    """The texts stand at this provider too, as they stand at the first."""
    await phones.service.sql(
        "INSERT INTO provider_templates SELECT gen_random_uuid(), template, version, $1, language, shown, code, text,"
        " parameters, state, revision FROM provider_templates WHERE provider = 'aliyun' ON CONFLICT DO NOTHING",
        provider,
    )
    await phones.service.sql("UPDATE catalogue_stamp SET stamp = stamp + 1")
    phones.service.running.state.pop("catalogue", None)


async def tencent_says(phones: Phones, sid: str) -> None:
    line = {"mobile": NUMBERS[LEADER][3:], "nationcode": "86", "report_status": "SUCCESS", "sid": sid}
    answer = await phones.service.client().post(f"/providers/a_tencent/{SECRET}/reports", json=[line])
    assert (answer.status_code, answer.json()) == (200, {"result": 0, "errmsg": "OK"})


async def test_a_report_that_names_only_the_provider_s_reference_finds_its_submission(phones: Phones) -> None:
    await with_providers(phones, a_tencent=100)
    await file_at(phones, "a_tencent")
    await phones.assigned()
    await phones.send()
    (call,) = await phones.submissions()
    await tencent_says(phones, call["provider_ref"])
    assert (await phones.messages())[0]["state"] == "delivered"


async def test_a_report_before_the_answer_waits_until_its_reference_is_known(phones: Phones) -> None:
    await with_providers(phones, a_tencent=100)
    await file_at(phones, "a_tencent")
    await phones.assigned()
    await tencent_says(phones, "2019:7")
    carriers = phones.sender.channels
    carriers.known["a_tencent"].answers = lambda _: Accepted("2019:7")  # type: ignore[attr-defined]
    await phones.send()
    await phones.service.advance(seconds=61)
    await phones.resolver.look()
    assert (await phones.messages())[0]["state"] == "delivered"
