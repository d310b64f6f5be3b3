"""People behind the doors, and who joins which group under which leader."""

from demo.cast import Resident, residents
from demo.places import BUILDINGS, CLUSTER, COMMUNITIES, GROUPS, batches
from demo.public_api import Json, Person
from demo.stage import Stage

HOUSEHOLDS = 1_000
CORE_MEMBERS = {"巧手妈妈": 59, "物业管理": 12}  # beside the leader
CORE_MEMBERS_ELSEWHERE = 6
FIRST_PHONE = 1_000_000


async def make_households(stage: Stage, count: int) -> None:
    """Doors on thirty buildings, one person behind each with a telephone."""
    heads = residents(count, first_phone=FIRST_PHONE)
    doors = [door for above, _, _ in BUILDINGS for door in stage.buildings[above]]
    rows = [household(doors[n % len(doors)], n, head) for n, head in enumerate(heads)]
    for batch in batches(rows):
        key = f"door-{batch[0]['dwelling']}"
        made = await stage.act("district_officer").post("members", "/v1/households", {"items": batch}, key=key)
        for row, answer in zip(batch, made["items"], strict=True):
            stage.person_ids[row["people"][0]["phone"]] = answer["person_ids"][0]
    behind = {door: [head for n, head in enumerate(heads) if doors[n % len(doors)] == door] for door in doors}
    stage.reporters = [behind[door][0] for door in stage.buildings[CLUSTER]]
    stage.members_to_be = {
        "东山坪社区": [head for door in stage.buildings[CLUSTER] for head in behind[door][1:]],
        "中一路社区": [head for door in stage.buildings["中一路社区"] for head in behind[door][1:]],
    }
    stage.neighbours = [behind[door][0] for door in stage.buildings["中一路社区"]]


def household(building_id: str, number: int, head: Resident) -> Json:
    person = {"name": head.name, "phone": head.phone, "relation": "head", "birth_year": head.birth_year}
    return {"building_id": building_id, "dwelling": f"{number // 100 + 1}-{number % 100 + 1}", "people": [person]}


async def fill_groups(stage: Stage) -> None:
    stage.executive_posts = {name: await executive_post(stage, name) for name, _ in COMMUNITIES}
    for name, community, _, leader in GROUPS:
        await appoint(stage, leader, stage.groups[name], stage.executive_posts[community])
        await join(stage, name, community)
    await join_one(stage, "巧手妈妈", "member_craft", "secretary_zhongyilu")
    await join_one(stage, "公益服务", "member_service", "secretary_dongshanping")


async def executive_post(stage: Stage, community: str) -> str:
    """A leader is an executive of her community's federation first."""
    district = stage.act("district_officer")
    body = {"classification": "federation", "name": f"{community}妇联", "area_id": stage.areas[community]}
    federation = await district.post("members", "/v1/organizations", body, key=f"federation-{community}")
    post = {"role": "executive", "title": "执委", "seats": 12}
    path = f"/v1/organizations/{federation['id']}/posts"
    post_id: str = (await district.post("members", path, post, key=f"executives-{community}"))["id"]
    return post_id


async def appoint(stage: Stage, leader: str, group_id: str, post_id: str) -> None:
    district, person_id = stage.act("district_officer"), stage.act(leader).person_id
    body = {"person_id": person_id}
    await district.post("members", f"/v1/posts/{post_id}/holdings", body, key=f"executive-{leader}")
    noun = f"/v1/organizations/{group_id}"
    if (await district.get("members", noun))["leader_id"] != person_id:
        await district.move("members", noun, "appoint-leader", body)


async def join(stage: Stage, group: str, community: str) -> None:
    """The next residents who belong to no group yet become its core members."""
    wanted = CORE_MEMBERS.get(group, CORE_MEMBERS_ELSEWHERE) - (group in ("巧手妈妈", "公益服务"))
    joining, stage.members_to_be[community] = (
        stage.members_to_be[community][:wanted],
        stage.members_to_be[community][wanted:],
    )
    stage.members_of[group] = [stage.person_ids[resident.phone] for resident in joining]
    items = [{"person_id": person_id, "tier": "core"} for person_id in stage.members_of[group]]
    path = f"/v1/organizations/{stage.groups[group]}/memberships:batch"
    await secretary_of(stage, community).post("members", path, {"items": items}, key=f"join-{group}")


async def join_one(stage: Stage, group: str, key: str, by: str) -> None:
    body = {"person_id": stage.act(key).person_id, "tier": "core"}
    await stage.act(by).post("members", f"/v1/organizations/{stage.groups[group]}/memberships", body, key=f"join-{key}")


def secretary_of(stage: Stage, community: str) -> Person:
    return stage.act("secretary_dongshanping" if community == "东山坪社区" else "secretary_zhongyilu")
