"""Texts in: whose question they answer, when they are a way out, and when they are words for a person."""

from uuid import UUID, uuid4

import pytest

from services.notify.domain.outcome import Uplink
from services.notify.handlers import replies
from tests.services.notify.phones import LEADER, NUMBERS, REPORTER, Phones, an_uplink


async def answered(phones: Phones) -> list[tuple[str, str]]:
    return [(a["about"], a["option"]) for a in await phones.service.data("notify.prompt_answered.v1")]


async def outcomes(phones: Phones) -> list[str]:
    return [row["outcome"] for row in await phones.service.sql("SELECT outcome FROM received ORDER BY at, id")]


async def two_asked(phones: Phones) -> tuple[UUID, UUID]:
    first = await phones.assigned()
    await phones.send()
    second = await phones.assigned()
    await phones.send()
    assert [c.ext for c in phones.provider.texts_to(LEADER)] == ["01", "02"]
    return first, second


async def test_an_answer_finds_its_own_question_by_its_thread(phones: Phones) -> None:
    first, second = await two_asked(phones)
    await phones.text(LEADER, "2", ext="02")
    await phones.text(LEADER, "回复1", ext="01")
    assert await answered(phones) == [(str(second), "return"), (str(first), "accept")]


async def test_one_text_pushed_three_times_is_one(phones: Phones) -> None:
    await two_asked(phones)
    uplink = an_uplink(NUMBERS[LEADER], "1", "01")
    for _ in range(3):
        assert (await phones.push("uplinks", [uplink])).status_code == 200
    assert len(await answered(phones)) == 1
    assert await outcomes(phones) == ["answer"]


async def test_without_a_sequence_the_same_words_at_the_same_time_are_one(phones: Phones) -> None:
    uplink = an_uplink(NUMBERS[LEADER], "灯不亮") | {"sequence_id": None}
    for _ in range(2):
        await phones.push("uplinks", [uplink])
    await phones.push("uplinks", [uplink | {"send_time": "2026-03-02 10:09:00"}])
    assert await outcomes(phones) == ["words", "words"]


async def test_without_a_thread_the_only_open_question_is_meant(phones: Phones) -> None:
    ticket = await phones.assigned()
    await phones.send()
    await phones.text(LEADER, "1")
    assert await answered(phones) == [(str(ticket), "accept")]


async def test_without_a_thread_two_open_questions_leave_it_undecided(phones: Phones) -> None:
    await two_asked(phones)
    await phones.text(LEADER, "1")
    assert await answered(phones) == []
    assert await outcomes(phones) == ["undecided"]


async def test_without_a_thread_a_question_closed_lately_could_be_meant_too(phones: Phones) -> None:
    await two_asked(phones)
    await phones.text(LEADER, "1", ext="01")
    await phones.text(LEADER, "1")
    assert len(await answered(phones)) == 1
    assert await outcomes(phones) == ["answer", "undecided"]


async def test_two_people_on_one_phone_have_threads_of_their_own(phones: Phones) -> None:
    NUMBERS[neighbour := uuid4()] = NUMBERS[REPORTER]
    first = await phones.follow_up()
    second = await phones.follow_up(reporter_id=neighbour)
    await phones.send()
    assert sorted(c.ext or "" for c in phones.provider.calls) == ["01", "02"]
    await phones.text(REPORTER, "4", ext="02")
    (told,) = await phones.service.data("notify.prompt_answered.v1")
    (asked,) = await phones.service.sql("SELECT about::text, person_id::text FROM prompts WHERE ext = '02'")
    assert (told["about"], told["person_id"]) == (asked["about"], asked["person_id"])
    assert {told["about"]} < {str(first), str(second)}


async def test_another_number_answers_nobody_s_question(phones: Phones) -> None:
    await two_asked(phones)
    await phones.text("+8613900000000", "1", ext="01")
    assert await answered(phones) == []


async def test_words_after_the_digit_come_along_by_id(phones: Phones) -> None:
    await phones.follow_up()
    await phones.send()
    await phones.text(REPORTER, "4 还是老样子", ext="01")
    (told,) = await phones.service.data("notify.prompt_answered.v1")
    assert told["option"] == "unsolved"
    words = await phones.service.as_service("tickets").get(f"/internal/received/{told['received_id']}")
    assert words.json()["text"] == "4 还是老样子"


async def test_a_second_answer_is_late_and_changes_nothing(phones: Phones) -> None:
    ticket = await phones.follow_up()
    await phones.send()
    await phones.text(REPORTER, "1", ext="01")
    await phones.text(REPORTER, "4", ext="01")
    assert await answered(phones) == [(str(ticket), "solved_satisfied")]
    (late,) = await phones.service.data("notify.prompt_answered_late.v1")
    assert late["option"] == "unsolved"


async def test_words_in_the_thread_of_a_question_get_one_hint(phones: Phones) -> None:
    await phones.follow_up()
    await phones.send()
    for words in ("好像好了一点", "谢谢"):
        await phones.text(REPORTER, words, ext="01")
    await phones.send()
    assert len(await phones.service.data("notify.prompt_unclear.v1")) == 2
    assert await phones.service.data("notify.text_received.v1") == []
    codes = [c.template_code for c in phones.provider.texts_to(REPORTER)]
    assert codes == ["SMS_case_follow_up", "SMS_reply_unclear"]

    await phones.text(REPORTER, "1", ext="01")
    assert len(await answered(phones)) == 1, "the question stayed open"


async def test_words_without_a_question_are_told_with_what_we_last_spoke_of(phones: Phones) -> None:
    ticket = await phones.follow_up()
    await phones.send()
    await phones.text(REPORTER, "1", ext="01")
    await phones.text(REPORTER, "楼道灯又不亮了", ext="01")
    (told,) = await phones.service.data("notify.text_received.v1")
    assert (told["person_id"], told["hints"], told["confidential"]) == (str(REPORTER), [str(ticket)], False)


async def test_a_first_text_of_a_stranger_is_handed_over(phones: Phones) -> None:
    await phones.text("+8613900000000", "楼道垃圾没人收,灯也不亮")
    (told,) = await phones.service.data("notify.text_received.v1")
    assert (told["person_id"], told["hints"]) == (None, [])
    tickets = phones.service.as_service("tickets")
    words = (await tickets.get(f"/internal/received/{told['received_id']}")).json()
    assert (words["text"], words["phone"]) == ("楼道垃圾没人收,灯也不亮", "+8613900000000")
    (read,) = await phones.service.sql("SELECT actor, action, subject FROM access_log")
    assert (read["actor"], read["action"], str(read["subject"])) == (
        "service:tickets",
        "received_read",
        told["received_id"],
    )


@pytest.mark.parametrize("who", ["members", "funds", "console"])
async def test_no_other_service_reads_the_words(phones: Phones, who: str) -> None:
    await phones.text("+8613900000000", "楼道垃圾没人收")
    (told,) = await phones.service.data("notify.text_received.v1")
    answer = await phones.service.as_service(who).get(f"/internal/received/{told['received_id']}")
    assert answer.status_code == 403
    assert await phones.service.sql("SELECT 1 FROM access_log") == []


@pytest.mark.parametrize(
    ("words", "outcome"), [("   ", "empty"), ("，。", "empty"), ("👍", "words"), ("灯\x00坏\ud800了", "words")]
)
async def test_odd_texts_are_kept_and_harm_nothing(phones: Phones, words: str, outcome: str) -> None:
    async with phones.service.transaction() as tx:
        uplink = Uplink(sequence="1", number="13900000000", text=words, dest="106900000427", at="")
        await replies.take("aliyun", [uplink], tx)
    assert await outcomes(phones) == [outcome]


async def test_a_very_long_text_is_kept_up_to_its_bound(phones: Phones) -> None:
    await phones.text("+8613900000000", "长" * 5_000)
    (told,) = await phones.service.data("notify.text_received.v1")
    words = await phones.service.as_service("tickets").get(f"/internal/received/{told['received_id']}")
    assert len(words.json()["text"]) == 2_000


@pytest.mark.parametrize("number", ["10690000123", "95588", "10086"])
async def test_a_machine_is_recorded_and_never_answered(phones: Phones, number: str) -> None:
    await phones.text(number, "1")
    await phones.text(number, "R")
    await phones.send()
    assert set(await outcomes(phones)) == {"machine"}
    assert phones.provider.calls == []


async def test_a_flood_is_one_event_a_text_only_up_to_thirty_a_minute(phones: Phones) -> None:
    batch = [an_uplink("+8613900000000", f"灯坏了{n}") for n in range(40)]
    await phones.push("uplinks", batch)
    assert len(await phones.service.events("notify.text_received.v1")) == 30
    assert (await outcomes(phones)).count("flood") == 10


async def test_a_bad_line_among_texts_harms_no_other(phones: Phones) -> None:
    await phones.push("uplinks", [{"x": 1}, an_uplink("+8613900000000", "灯坏了"), 7])
    assert await outcomes(phones) == ["words"]


async def test_a_text_that_looks_like_a_delivery_report_is_a_text(phones: Phones) -> None:
    await two_asked(phones)
    call = phones.provider.calls[0]
    await phones.text(LEADER, f'[{{"out_id": "{call.client_ref}", "success": true}}]')
    assert {m["state"] for m in await phones.messages()} == {"submitted"}
