"""Several open questions on one telephone: letters tell them apart when the extension has been lost."""

import json
import random
from uuid import UUID, uuid4

import pytest

from tests.services.notify.phones import LEADER, NUMBERS, REPORTER, Phones


async def answered(phones: Phones) -> list[tuple[str, str]]:
    return [(a["about"], a["option"]) for a in await phones.service.data("notify.prompt_answered.v1")]


async def outcomes(phones: Phones) -> list[str]:
    return [row["outcome"] for row in await phones.service.sql("SELECT outcome FROM received ORDER BY at, id")]


async def two_asked(phones: Phones) -> tuple[str, str]:
    first = await phones.assigned(number="20261124-01-00042-4")
    await phones.send()
    second = await phones.assigned(number="20261124-01-00043-1")
    await phones.send()
    assert [p["letter"] for p in await phones.service.sql("SELECT letter FROM prompts ORDER BY created_at")] == [
        "A",
        "B",
    ]
    return str(first), str(second)


async def test_an_option_of_two_questions_is_asked_about_by_their_letters(phones: Phones) -> None:
    await two_asked(phones)
    await phones.text(LEADER, "1")
    await phones.send()
    which = phones.provider.calls[-1]
    assert which.template_code == "SMS_reply_which"
    assert dict(which.parameters) == {"questions": "A:00042-4,B:00043-1", "example": "A1"}
    assert which.ext is None
    assert await answered(phones) == []


async def test_which_one_is_asked_once_in_half_an_hour(phones: Phones) -> None:
    await two_asked(phones)
    await phones.text(LEADER, "1")
    await phones.text(LEADER, "2")
    await phones.service.advance(minutes=31)
    await phones.text(LEADER, "1")
    await phones.send()
    assert [c.template_code for c in phones.provider.calls].count("SMS_reply_which") == 2


async def test_letters_with_digits_answer_two_at_once(phones: Phones) -> None:
    first, second = await two_asked(phones)
    await phones.text(LEADER, "B2 A1")
    assert sorted(await answered(phones)) == sorted([(first, "accept"), (second, "return")])
    assert await outcomes(phones) == ["answer"]


async def test_a_letter_alone_completes_the_digit_that_was_kept(phones: Phones) -> None:
    _, second = await two_asked(phones)
    await phones.text(LEADER, "2，人手不够")
    await phones.text(LEADER, "b")
    (told,) = await phones.service.data("notify.prompt_answered.v1")
    (kept,) = await phones.service.sql("SELECT id FROM received WHERE outcome = 'completed'")
    assert (told["about"], told["option"], told["received_id"]) == (second, "return", str(kept["id"]))

    await phones.text(LEADER, "A")
    assert len(await answered(phones)) == 1, "what was kept is used once"


async def test_a_letter_without_a_kept_digit_is_words(phones: Phones) -> None:
    await two_asked(phones)
    await phones.text(LEADER, "A")
    assert await outcomes(phones) == ["words"]


async def test_a_word_that_only_one_open_question_has_answers_it(phones: Phones) -> None:
    await phones.assigned()
    await phones.send()
    ticket = await phones.follow_up(reporter_id=LEADER)
    await phones.send()
    await phones.text(LEADER, "没有解决")
    assert await answered(phones) == [(str(ticket), "unsolved")]


async def test_the_same_words_a_third_time_are_recorded_and_never_answered(phones: Phones) -> None:
    await phones.follow_up()
    await phones.send()
    for _ in range(4):
        await phones.text(REPORTER, "我正在开会,稍后回复")
    assert await outcomes(phones) == ["words", "words", "loop", "loop"]
    assert len(await phones.service.events("notify.text_received.v1")) == 2

    await phones.service.advance(minutes=11)
    await phones.text(REPORTER, "我正在开会,稍后回复")
    assert (await outcomes(phones))[-1] == "words"


async def test_a_third_same_answer_still_finds_its_own_thread(phones: Phones) -> None:
    tickets = []
    for n in range(3):
        tickets.append(str(await phones.assigned()))
        await phones.send()
        await phones.text(LEADER, "1", ext=f"{n + 1:02d}")
    assert [about for about, _ in await answered(phones)] == tickets


async def test_no_number_gets_more_than_three_automatic_texts_a_day(phones: Phones) -> None:
    for n in range(5):
        await phones.follow_up()
        await phones.send()
        await phones.text(REPORTER, f"说不清楚{n}", ext=f"{n + 1:02d}")
        await phones.service.sql("UPDATE messages SET created_at = created_at - interval '2 days'")
    await phones.send()
    assert [c.template_code for c in phones.provider.calls].count("SMS_reply_unclear") == 3


@pytest.mark.parametrize("seed", range(6))
async def test_never_a_wrong_match_whatever_is_lost_and_in_whatever_order(phones: Phones, seed: int) -> None:
    """The real handlers on the real database: each reply reaches the question it was meant for, or none."""
    dice = random.Random(seed)
    residents = [uuid4() for _ in range(3)]
    for n, resident in enumerate(residents):
        NUMBERS[resident] = f"+8613800001{seed}{n:02d}"
    asked = await _ask(phones, dice, residents)
    meant: dict[UUID, tuple[str, str]] = {}
    for _ in range(18):
        await phones.service.advance(hours=dice.choice([0, 1, 20]))
        resident = dice.choice(residents)
        ticket, prompt_id = dice.choice(asked[resident])
        (row,) = await phones.service.sql("SELECT ext, ext_held, letter, options FROM prompts WHERE id = $1", prompt_id)
        if not row["ext_held"]:
            continue
        option = dice.choice(_options(row["options"]))
        text = dice.choice([option["key"], option["label"], row["letter"] + option["key"]])
        before = await _answers(phones)
        await phones.text(resident, text, ext=dice.choice([row["ext"], ""]))
        for about, chosen in (await _answers(phones))[len(before) :]:
            meant[ticket] = (about, chosen)
            assert (about, chosen) == (str(ticket), option["code"]), f"{text} of {resident}"
    assert meant, "some replies did find their question"


async def _ask(phones: Phones, dice: random.Random, residents: list[UUID]) -> dict[UUID, list[tuple[UUID, UUID]]]:
    asked: dict[UUID, list[tuple[UUID, UUID]]] = {resident: [] for resident in residents}
    for resident in residents * 3:
        ticket = await phones.follow_up(reporter_id=resident, question=dice.choice(["solved", "reason"]))
        await phones.send()
        rows = await phones.service.sql("SELECT id FROM prompts WHERE about = $1", ticket)
        asked[resident].append((ticket, rows[0]["id"]))
    return asked


async def _answers(phones: Phones) -> list[tuple[str, str]]:
    statement = (
        "SELECT p.about::text, a.option FROM answers a JOIN prompts p ON p.id = a.prompt_id ORDER BY a.at, a.revision"
    )
    return [(row["about"], row["option"]) for row in await phones.service.sql(statement)]


def _options(raw: object) -> list[dict[str, str]]:
    return list(json.loads(str(raw)))
