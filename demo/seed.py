"""The neighbourhood before the story begins: places, groups, people, one fund. All of it through the public APIs."""

from collections.abc import Sequence
from typing import Any

from demo.cast import PARTS, Part
from demo.feeds import drained
from demo.joining import HOUSEHOLDS, fill_groups, make_households
from demo.opening import open_fund
from demo.places import (
    BUILDINGS,
    CLUSTER,
    COMMUNITIES,
    DISTRICT,
    ESTATE,
    GROUPS,
    TOWNSHIPS,
    batches,
    id_of,
)
from demo.proofs import until
from demo.public_api import Json, Person
from demo.stage import Stage

# What the keeper gives by hand; leaders and members get theirs from their groups.
DISTRICT_STAFF = {"district_officer": ("district", "operator"), "message_manager": ("message_manager",)}
ROLES_OF_GROUPS = ("leader", "member")


async def seed(stage: Stage, households: int = HOUSEHOLDS) -> None:
    """In the order in which rights are handed down: the keeper, the district, the communities."""
    keeper = await keeper_signed_in(stage)
    for key in DISTRICT_STAFF:
        await enrol(stage, keeper, PARTS[key], stage.areas["root"])
    await stage.signed_in("district_officer")
    await make_places(stage)
    await make_groups(stage)
    for part in PARTS.values():
        if part.key not in DISTRICT_STAFF:
            await enrol(stage, keeper, part, stage.areas[part.community])
            await stage.signed_in(part.key)
    await make_households(stage, households)
    await fill_groups(stage)
    await open_fund(stage)
    await until("every service has heard of it all", lambda: drained(stage.system))


async def keeper_signed_in(stage: Stage) -> Person:
    keeper, account = Person(stage.api), stage.system.keeper
    await keeper.sign_in(account["login"], account["password"], account["totp_secret"])
    root = (await keeper.items("members", "/v1/areas", limit=1))[0]
    stage.areas["root"], stage.areas[root["name"]] = root["id"], root["id"]
    stage.people["keeper"] = keeper
    return keeper


async def enrol(stage: Stage, keeper: Person, part: Part, community_id: str) -> None:
    """A person with a telephone, an account and, where it comes from no post or group, her role."""
    account = {"login": part.login, "password": part.password, "totp_secret": part.totp_secret}
    body = person_body(part, community_id) | {"account": account}
    made = await keeper.post("members", "/v1/people", body, key=f"enrol-{part.key}")
    stage.person_ids[part.phone] = made["id"]
    await stage.phones.label(part.phone, part.name)
    for role in DISTRICT_STAFF.get(part.key, (part.role,)):
        if role not in ROLES_OF_GROUPS:
            await give(stage, keeper, part.key, role, community_id)


def person_body(who: Part, community_id: str) -> Json:
    phone = {"kind": "phone", "value": who.phone, "signs_in": True, "preferred": True, "verified": True}
    return {"name": who.name, "community_id": community_id, "contact_points": [phone]}


async def give(stage: Stage, giver: Person, key: str, role: str, area_id: str) -> None:
    body = {"subject_id": stage.person_ids[stage.phone(key)], "role": role, "scope_kind": "area", "scope_id": area_id}
    await giver.post("members", "/v1/grants", body, key=f"grant-{key}-{role}")


async def make_places(stage: Stage) -> None:
    district = stage.act("district_officer")
    rows = [*upper_areas(stage.areas["root"]), *building_areas()]
    for batch in batches(rows):
        await district.post("members", "/v1/areas:batch", {"items": batch}, key=f"areas-{batch[0]['name']}")
    stage.areas |= {row["name"]: row["id"] for row in upper_areas(stage.areas["root"])}
    for above, count, _ in BUILDINGS:
        stage.buildings[above] = [id_of(f"{above}/{number}栋") for number in range(1, count + 1)]
    estate = stage.buildings["中一路社区"] + stage.buildings["水云路社区"]
    body = {"name": ESTATE, "community_id": stage.areas["天文街道"], "building_ids": estate}
    await district.post("members", "/v1/estates", body, key="estate")


def upper_areas(root: str) -> list[Json]:
    rows = [area(DISTRICT, "county", root)]
    rows += [area(name, "township", id_of(DISTRICT), division_code=code) for name, code in TOWNSHIPS]
    rows += [area(name, "community", id_of(township)) for name, township in COMMUNITIES]
    return [*rows, area(CLUSTER, "cluster", id_of("东山坪社区"), has_property_management=False)]


def building_areas() -> list[Json]:
    return [
        area(f"{number}栋", "building", id_of(above), own_id=id_of(f"{above}/{number}栋"), local_code=str(number))
        for above, count, _ in BUILDINGS
        for number in range(1, count + 1)
    ]


def area(name: str, kind: str, parent_id: str, *, own_id: str = "", **more: Any) -> Json:
    return {"id": own_id or id_of(name), "kind": kind, "parent_id": parent_id, "name": name} | more


async def make_groups(stage: Stage) -> None:
    for name, community, categories, _ in GROUPS:
        stage.groups[name] = await found_group(stage, name, "womens_group", stage.areas[community], categories)


async def found_group(stage: Stage, name: str, classification: str, area_id: str, categories: Sequence[str]) -> str:
    """An organisation with its mandate, on duty for its categories in the whole area."""
    district = stage.act("district_officer")
    body = {"classification": classification, "name": name, "area_id": area_id, "mandate": list(categories)}
    group_id: str = (await district.post("members", "/v1/organizations", body, key=f"group-{name}"))["id"]
    for category in categories:
        row = {"area_id": area_id, "category": category, "rank": "lead"}
        await district.post("members", f"/v1/organizations/{group_id}/coverage", row, key=f"on-duty-{name}-{category}")
    return group_id
