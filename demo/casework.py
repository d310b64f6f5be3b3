"""What the people of the story do to a case, through the public APIs and their phones."""

from datetime import datetime
from typing import Any

from demo.case import Case
from demo.cast import Resident
from demo.proofs import holds, until
from demo.public_api import Json, Person, Refusal
from demo.stage import Stage

ASK_AGAIN_SECONDS = 30.0


async def file(stage: Stage, by: Person, reporter: Resident, building_id: str, reads: str, **matter: Any) -> Case:
    body = {"kind": "complaint", "building_id": building_id} | matter
    return case_from(await by.post("tickets", "/v1/tickets", body), reporter, reads)


def case_from(filed: Json, reporter: Resident, reads: str) -> Case:
    return Case(filed["id"], filed["number"], filed, reporter, reads)


async def seen(stage: Stage, case: Case) -> Json:
    return await stage.act(case.reads).get("tickets", f"/v1/tickets/{case.id}")


async def reaches(stage: Stage, case: Case, state: str, *, round_number: int = 0, within_seconds: float = 20.0) -> Json:
    async def probe() -> Json | None:
        now = await seen(stage, case)
        return now if now["state"] == state and round_number in (0, now["round"]) else None

    wanted = f"{state}, round {round_number}" if round_number else state
    return await until(f"case {case.number} is {wanted}", probe, within_seconds)


async def text_about(stage: Stage, case: Case, phone: str, saying: str = "", within_seconds: float = 20.0) -> Json:
    """The next text on this phone that names the case; each is read once."""

    async def probe() -> Json | None:
        for text in await stage.phones.received(phone):
            is_new = int(text["id"]) > case.last_text.get(phone, 0)
            if is_new and case.number in text["text"] and saying in text["text"]:
                return text
        return None

    text = await until(f"a text on ..{phone[-4:]} about {case.number} saying {saying!r}", probe, within_seconds)
    case.last_text[phone] = int(text["id"])
    return text


async def leader_accepts_by_text(stage: Stage, case: Case, leader: str) -> Json:
    """The leader is asked by SMS and answers one digit."""
    phone = stage.phone(leader)
    asked = await text_about(stage, case, phone, "回复1")
    await stage.phones.text(phone, "1", in_reply_to=asked["id"])
    accepted = await reaches(stage, case, "accepted")
    holds(accepted["handler_id"] == stage.act(leader).person_id, "the leader who answered is the handler")
    return asked


async def work_on(stage: Stage, case: Case, leader: str, result: str) -> None:
    """Contact first, then the work, then the result in words."""
    person, noun = stage.act(leader), f"/v1/tickets/{case.id}"
    await person.move("tickets", noun, "record-contact", {"result": "reached"})
    await person.move("tickets", noun, "start")
    await person.move("tickets", noun, "resolve", {"result": result})


async def answers(stage: Stage, case: Case, digit: str) -> Json:
    """She is asked whether it is solved, and answers with one digit."""
    asked = await text_about(stage, case, case.reporter.phone, "没有解决", ASK_AGAIN_SECONDS)
    await stage.phones.text(case.reporter.phone, digit, in_reply_to=asked["id"])
    return asked


async def refused_with(code: str, attempt: Any) -> Refusal:
    try:
        await attempt
    except Refusal as refusal:
        holds(refusal.code == code, f"refused as {code}", refusal)
        return refusal
    holds(False, f"refused as {code}", "it was allowed")
    raise AssertionError("holds has raised")


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
