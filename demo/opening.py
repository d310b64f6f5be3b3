"""The community's fund is opened, and its duties are proposed by one person and confirmed by another."""

from demo.proofs import until
from demo.public_api import Json, Refusal
from demo.stage import Stage

FUND_CODE = "F001"
FUND_NAME = "中一路社区公益基金"

# who, which duty
DUTIES = (
    ("member_craft", "clerk"),
    ("leader_craft", "clerk"),
    ("secretary_zhongyilu", "approver"),
    ("district_officer", "approver"),
    ("treasurer", "cashier"),
    ("operator_zhongyilu", "accountant"),
)


async def open_fund(stage: Stage) -> None:
    fund = await until("funds knows the community", lambda: fund_opened(stage))
    stage.facts["fund_id"] = fund["id"]
    for key, duty in DUTIES:
        await assign_duty(stage, fund["id"], key, duty)


async def fund_opened(stage: Stage) -> Json | None:
    body = {
        "code": FUND_CODE, "name": FUND_NAME, "kind": "charity", "community_id": stage.areas["中一路社区"]
    }  # fmt: skip
    try:
        return await stage.act("secretary_zhongyilu").post("funds", "/v1/funds", body, key="fund")
    except Refusal as refusal:
        if refusal.status in (401, 403, 404, 422):  # the copies of grants and places are still on their way
            return None
        raise


async def assign_duty(stage: Stage, fund_id: str, key: str, duty: str) -> None:
    """Neither of the two who decide is the one who gets it."""
    deciders = [who for who in ("operator_zhongyilu", "secretary_zhongyilu", "district_officer") if who != key]
    proposer, confirmer = stage.act(deciders[0]), stage.act(deciders[1])
    body = {"person_id": stage.act(key).person_id, "duty": duty}
    proposed = await proposer.post("funds", f"/v1/funds/{fund_id}/duties", body, key=f"duty-{key}-{duty}")
    revision = {"If-Match": f'"{proposed["revision"]}"'}
    await confirmer.post("funds", f"/v1/duties/{proposed['id']}:confirm", {}, key=f"confirm-{key}-{duty}", **revision)
