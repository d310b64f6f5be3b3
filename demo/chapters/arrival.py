"""Chapters 0 and 1: the neighbourhood is there; seven matters come in by every door."""

from demo.case import Case
from demo.casework import case_from, file, reaches
from demo.cast import Resident
from demo.joining import CORE_MEMBERS, HOUSEHOLDS
from demo.places import BUILDINGS, CLUSTER, COMMUNITIES
from demo.proofs import equals, holds, until
from demo.public_api import Json
from demo.seed import seed
from demo.stage import Stage

READS = "operator_dongshanping"
SMS_WORDS = "楼道垃圾没人收，灯也不亮"


async def the_neighbourhood(stage: Stage) -> str:
    await seed(stage)
    operator = stage.act("district_officer")
    counts = await head_counts(stage)
    equals(counts["households"], HOUSEHOLDS, "households")
    equals(counts["buildings"], sum(count for _, count, _ in BUILDINGS), "buildings")
    equals(counts["groups"], 6, "groups")
    craft = await operator.get("members", f"/v1/organizations/{stage.groups['巧手妈妈']}")
    path = f"/v1/organizations/{craft['id']}/memberships"
    core = await stage.act("secretary_zhongyilu").items("members", path, tier="core", limit=200)
    equals(len(core), CORE_MEMBERS["巧手妈妈"], "core members of 巧手妈妈")
    equals(len(await stage.act("auditor").items("funds", "/v1/funds")), 1, "funds")
    holds(craft["leader_id"] == stage.act("leader_craft").person_id, "巧手妈妈 has her leader")
    return f"{len(COMMUNITIES)} communities, 30 buildings, {HOUSEHOLDS} households, 6 groups, 59 core members, 1 fund"


async def head_counts(stage: Stage) -> dict[str, int]:
    reader = stage.act("secretary_zhongyilu")
    found = {"households": 0, "buildings": 0, "groups": 0}
    for name, _ in COMMUNITIES:
        area_id, who = stage.areas[name], reader
        if name == "东山坪社区":
            who = stage.act("secretary_dongshanping")
        groups = await who.items("members", "/v1/organizations", area_id=area_id, classification="womens_group")
        found["groups"] += len(groups)
    found["buildings"] = len(await all_items(stage, kind="building"))
    for buildings in stage.buildings.values():
        for building in buildings:
            listed = await stage.act("district_officer").get("members", "/v1/households", building_id=building, limit=1)
            found["households"] += listed["count"]["value"]
    return found


async def all_items(stage: Stage, **query: str) -> list[Json]:
    return await stage.act("district_officer").items("members", "/v1/areas", limit=200, **query)


async def seven_matters(stage: Stage) -> str:
    """By a member at two doors, by page twice, by telephone, by a resident's own client, by SMS."""
    buildings, people = stage.buildings[CLUSTER], stage.reporters
    cases = [
        await at_the_door(stage, people[0], buildings[0], "sanitation", "楼前垃圾堆了三天"),
        await at_the_door(stage, people[1], buildings[1], "safety", "楼道门锁坏了，生人随便进"),
        await by_page(stage, people[2], buildings[2], "sanitation", "垃圾桶满了没人清"),
        await by_page(stage, people[3], buildings[3], "safety", "晚上总有陌生人在楼下"),
        await by_telephone(stage, people[4], buildings[4]),
        await by_own_client(stage, people[5], buildings[5]),
        await by_text(stage, people[6], buildings[6]),
    ]
    stage.seven = cases
    equals(len({case.id for case in cases}), 7, "tickets")
    listed = await stage.act(READS).get("tickets", "/v1/tickets", limit=50)
    equals(listed["count"]["value"], 7, "tickets in the queue")
    return "7 matters by 5 doors; one SMS delivered three times is one ticket, one key twice is one answer"


async def at_the_door(stage: Stage, who: Resident, building: str, category: str, words: str) -> Case:
    await stage.beat("a group member files for a resident")
    member = stage.act("member_service")
    matter = {"category": category, "description": words, "reporter_phone": who.phone}
    return await file(stage, member, who, building, READS, **matter)


async def by_page(stage: Stage, who: Resident, building: str, category: str, words: str) -> Case:
    """The residents' page needs no sign-in; the same key twice is one ticket and one answer."""
    await stage.beat("a resident files by page")
    body = {"category": category, "description": words, "building_id": building, "phone": who.phone}
    visitor = await stage.anybody()
    first = await visitor.answer("tickets", "/v1/public/tickets", body, key=f"page-{who.phone}")
    again = await visitor.answer("tickets", "/v1/public/tickets", body, key=f"page-{who.phone}")
    equals(again.body, first.body, "the second answer to one key")
    equals(again.headers.get("Idempotency-Replayed"), "true", "Idempotency-Replayed")
    return case_from(first.body, who, READS)


async def by_telephone(stage: Stage, who: Resident, building: str) -> Case:
    await stage.beat("the operator takes a call")
    matter = {"category": "sanitation", "description": "楼梯间有油污，老人滑了一跤", "reporter_phone": who.phone}
    return await file(stage, stage.act(READS), who, building, READS, channel="telephone", **matter)


async def by_own_client(stage: Stage, who: Resident, building: str) -> Case:
    """She signs in with the code from her phone and files for herself."""
    await stage.beat("a resident signs in by code and files")
    resident = await stage.signed_in_by_code(who.phone)
    matter = {"category": "safety", "description": "单元门口的井盖松了"}
    return await file(stage, resident, who, building, READS, channel="api", **matter)


async def by_text(stage: Stage, who: Resident, building: str) -> Case:
    """The provider delivers the same text three times."""
    await stage.beat("a resident sends an SMS, and it arrives three times")
    await stage.phones.text(who.phone, SMS_WORDS, times=3)
    row = await until("the SMS has become a ticket", lambda: filed_by_text(stage))
    case = case_from(row, who, READS)
    if row["state"] == "draft":
        body = {"kind": "complaint", "category": "sanitation", "building_id": building}
        await stage.act(READS).move("tickets", f"/v1/tickets/{case.id}", "confirm", body)
        await reaches(stage, case, "assigned")
    return case


async def filed_by_text(stage: Stage) -> Json | None:
    rows = await stage.act(READS).items("tickets", "/v1/tickets", limit=50)
    return next((row for row in rows if row["channel"] == "sms"), None)
