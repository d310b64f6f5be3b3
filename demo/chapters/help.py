"""Chapters 7, 8 and 11: a confidential case, a need with its idea and result, flowers that become help."""

from collections.abc import Awaitable

from demo.case import Case
from demo.casework import answers, case_from, file, reaches, refused_with, seen
from demo.feeds import read
from demo.proofs import equals, holds, until
from demo.public_api import Json, Person, Refusal
from demo.stage import Stage

CANARY = "他说再闹就把阳台上那盆绣球也摔了"
PROCEEDS_FEN = 186_000
HELP_FEN = 80_000
READS = "operator_zhongyilu"
OTHERS = ("secretary_zhongyilu", "operator_zhongyilu", "leader_care", "leader_craft", "district_officer", "auditor")
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


async def a_confidential_case(stage: Stage) -> str:
    """Nobody but the two of them finds it, and each reading is on record."""
    woman = await stage.signed_in_by_code(stage.neighbours[0].phone)
    body = {"category": "counselling", "text": CANARY, "building_id": stage.buildings["中一路社区"][0]}
    case = await woman.post("tickets", "/v1/confidential-cases", body)
    noun, counsellor = f"/v1/confidential-cases/{case['id']}", stage.act("counsellor")
    await until("the counsellor has it", lambda: listed_for(counsellor, case["id"]))
    for key in OTHERS:
        await not_found(stage.act(key).get("tickets", noun), key)
        await not_found(stage.act(key).get("tickets", f"/v1/tickets/{case['id']}"), key)
    before = await reads_on_record(stage, case["id"])
    opened = await counsellor.get("tickets", noun)
    equals(opened["text"], CANARY, "what the counsellor reads")
    after = await reads_on_record(stage, case["id"])
    equals(after, [*before, f"person:{counsellor.person_id}"], "the reads on record")
    for verb, more in (("accept", {}), ("record-contact", {"result": "reached"}), ("start", {})):
        await counsellor.move("tickets", noun, verb, more)
    stage.facts["confidential_id"] = case["id"]
    stage.facts["canaries"] = [CANARY]
    return f"1 case, {len(OTHERS)} others get 404 at two addresses; its counsellor's read is on record, theirs are none"


async def reads_on_record(stage: Stage, case_id: str) -> list[str]:
    """Who has read the words of the case, in order."""
    kept = "SELECT actor FROM access_log WHERE action = 'confidential_read' AND subject = $1::uuid ORDER BY id"
    return [str(row["actor"]) for row in await read(stage.system, "tickets", kept, case_id)]


async def listed_for(person: Person, case_id: str) -> bool:
    return any(row["id"] == case_id for row in await person.items("tickets", "/v1/confidential-cases"))


async def not_found(attempt: Awaitable[Json], who: str) -> None:
    try:
        seen_anyway = await attempt
    except Refusal as refusal:
        equals(refusal.status, 404, f"what {who} gets")
    else:
        holds(False, f"{who} finds nothing", sorted(seen_anyway))


async def need_idea_result(stage: Stage) -> str:
    """问需, 问计, 问效 in one view: a doorstep note, an idea for it, what came of it."""
    building, who, proposer = stage.buildings["中一路社区"][1], stage.neighbours[1], stage.neighbours[2]
    member = stage.act("member_craft")
    note = {"category": "services", "description": "下午四点半孩子没人管", "reporter_phone": who.phone}
    need = await file(stage, member, who, building, READS, **note | {"kind": "need", "origin": "survey"})
    await stage.beat("a neighbour has an idea")
    idea = await an_idea(stage, need, proposer.phone)
    idea_case = case_from(idea, proposer, READS)
    await carried_out(stage, idea_case)
    view = await stage.act(READS).get("tickets", f"/v1/tickets/{need.id}/case")
    holds([row["id"] for row in view["needs"]] == [need.id], "问需", view["needs"])
    holds([row["id"] for row in view["ideas"]] == [idea_case.id], "问计", view["ideas"])
    holds(any(row["solved"] for row in view["results"]), "问效", view["results"])
    return "1 need, 1 idea adopted by two people and carried out, 1 result: three columns from one call"


async def an_idea(stage: Stage, need: Case, phone: str) -> Json:
    resident = await stage.signed_in_by_code(phone)
    body = {
        "kind": "idea", "category": "services", "description": "巧手妈妈轮流开四点半课堂",
        "building_id": stage.buildings["中一路社区"][2], "links": [{"type": "idea_for", "to": need.id}],
    }  # fmt: skip
    return await resident.post("tickets", "/v1/tickets", body)


async def carried_out(stage: Stage, idea: Case) -> None:
    leader, noun = stage.act("leader_craft"), f"/v1/tickets/{idea.id}"
    await leader.move("tickets", noun, "deliberate")
    await leader.move("tickets", noun, "adopt", {"reason": "人手够", "extent": "fully"})
    equals((await seen(stage, idea))["state"], "deliberating", "the state before a second person confirms")
    await stage.act("secretary_zhongyilu").move("tickets", noun, "adopt", {"reason": "同意", "extent": "fully"})
    await leader.move("tickets", noun, "resolve", {"result": "每周一三五开课"})
    await stage.move_clock_by_hours(1)
    await answers(stage, idea, "1")
    await reaches(stage, idea, "closed")


async def flowers_become_help(stage: Stage) -> str:
    """Proceeds come in; help is asked, decided by two who did not ask, paid by a third, signed for."""
    fund_id = stage.facts["fund_id"]
    before = await balance(stage, fund_id)
    await proceeds_come_in(stage, fund_id)
    need = await a_hardship_need(stage)
    application = await applied_and_verified(stage, need, fund_id)
    await decided_by_two(stage, application)
    await paid_and_signed_for(stage, application, fund_id)
    after = await balance(stage, fund_id)
    equals(after["own_fen"] - before["own_fen"], PROCEEDS_FEN - HELP_FEN, "the change of the fund")
    public = await (await stage.anybody()).get("funds", "/v1/public/funds/F001")
    equals((public["received_fen"], public["spent_fen"]), (PROCEEDS_FEN, HELP_FEN), "the public figure")
    await books_balance(stage, fund_id)
    return "¥1,860.00 in, ¥800.00 out; author refused her own approval; 2 approvers, 1 payer; public figure to the fen"


async def balance(stage: Stage, fund_id: str) -> Json:
    return await stage.act("auditor").get("funds", f"/v1/funds/{fund_id}/balance")


async def proceeds_come_in(stage: Stage, fund_id: str) -> None:
    gift = {
        "fund_id": fund_id, "form": "sale_proceeds", "amount_fen": PROCEEDS_FEN,
        "received_on": stage.local_date, "publish": "total", "reference": "SIWANGHUA-1",
    }  # fmt: skip
    await stage.act("member_craft").post("funds", "/v1/donations", gift, key="flowers")


async def a_hardship_need(stage: Stage) -> Case:
    who, building = stage.neighbours[3], stage.buildings["中一路社区"][3]
    matter = {"kind": "need", "category": "hardship", "description": "住院后断了收入", "reporter_phone": who.phone}
    need = await file(stage, stage.act(READS), who, building, READS, **matter)
    await stage.act("leader_craft").move("tickets", f"/v1/tickets/{need.id}", "request-help")
    return need


async def applied_and_verified(stage: Stage, need: Case, fund_id: str) -> str:
    author, verifier = stage.act("member_craft"), stage.act("leader_craft")
    draft = await until("an application is in draft", lambda: application_for(author, need))
    noun = f"/v1/applications/{draft['id']}"
    paper = await author.post("funds", f"/v1/documents?fund={fund_id}", PDF, **{"Content-Type": "application/pdf"})
    await author.move("funds", noun, "submit", {
        "fund_id": fund_id, "category": "hardship", "asked_fen": HELP_FEN, "urgent": False,
        "statement": "一家三口靠她一人", "consent": True, "documents": [paper["id"]],
    })  # fmt: skip
    visit = {"proposed_fen": HELP_FEN, "visited_on": stage.local_date, "visit_note": "家访属实"}
    await refused_with("own_request", author.move("funds", noun, "verify", visit))
    await verifier.move("funds", noun, "verify", visit)
    asked = await verifier.move("funds", noun, "ask_decision")
    stage.facts["approval_id"] = asked["approval_id"]
    return str(draft["id"])


async def application_for(person: Person, need: Case) -> Json | None:
    rows = await person.items("funds", "/v1/applications", ticket=need.id)
    return rows[0] if rows else None


async def decided_by_two(stage: Stage, application_id: str) -> None:
    path = f"/v1/approvals/{stage.facts['approval_id']}"
    for key in ("secretary_zhongyilu", "district_officer"):
        approver = stage.act(key)
        await stage.beat("an approver votes")
        read = await approver.get("funds", path)
        vote = {"decision": "yes", "amount_fen": read["amount_fen"], "subject_hash": read["subject_hash"]}
        if key == "secretary_zhongyilu":
            await author_may_not_vote(stage, path, vote)
        await approver.post("funds", f"{path}/votes", vote, key=f"vote-{key}")
    now = await stage.act("auditor").get("funds", f"/v1/applications/{application_id}")
    equals(now["state"], "approved", "the application")
    stage.facts["commitment_id"] = now["commitment_id"]


async def author_may_not_vote(stage: Stage, path: str, vote: Json) -> None:
    try:
        await stage.act("member_craft").post("funds", f"{path}/votes", vote)
    except Refusal as refusal:
        holds(refusal.status in (403, 409), "the author's own approval is refused", refusal)
    else:
        holds(False, "the author's own approval is refused", "it was taken")


async def paid_and_signed_for(stage: Stage, application_id: str, fund_id: str) -> None:
    author, cashier = stage.act("member_craft"), stage.act("treasurer")
    payee = {"name": stage.neighbours[3].name, "bank": "重庆银行", "account": "6217000000000000001"}
    body = {"commitment_id": stage.facts["commitment_id"], "amount_fen": HELP_FEN, "final": True, "payee": payee}
    payment = await author.post("funds", "/v1/payments", body, key="help-payment")
    noun = f"/v1/payments/{payment['id']}"
    await cashier.move("funds", noun, "take")
    slip = await cashier.post("funds", f"/v1/documents?fund={fund_id}", PDF, **{"Content-Type": "application/pdf"})
    sent = {"amount_fen": HELP_FEN, "bank_ref": "20180830000001", "documents": [slip["id"]]}
    await cashier.move("funds", noun, "send", sent)
    signed = {"documents": [slip["id"]]}
    await stage.act("leader_craft").move("funds", f"/v1/applications/{application_id}", "sign_for", signed)


async def books_balance(stage: Stage, fund_id: str) -> None:
    entries = await stage.act("auditor").items("funds", "/v1/entries", fund=fund_id)
    for row in entries:
        lines = (await stage.act("auditor").get("funds", f"/v1/entries/{row['id']}"))["lines"]
        equals(sum(line["amount_fen"] for line in lines), 0, "the sum of an entry")
    holds(len(entries) >= 2, "an entry for each movement", len(entries))
