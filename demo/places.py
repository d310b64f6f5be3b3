"""The map of the story: its places and groups by their public names."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any
from uuid import NAMESPACE_DNS, uuid5

BATCH = 200  # the most that one call may carry

DISTRICT, ESTATE, CLUSTER = "南岸区", "城南家园", "东坪一村"
TOWNSHIPS = (("天文街道", "500108008"), ("弹子石街道", "500108006"))
COMMUNITIES = (("中一路社区", "天文街道"), ("水云路社区", "天文街道"), ("东山坪社区", "弹子石街道"))
BUILDINGS = (("中一路社区", 10, None), ("水云路社区", 10, None), (CLUSTER, 10, False))

# name, community, categories it looks after, its leader
GROUPS = (
    ("馨南文艺", "中一路社区", ("venue", "noise"), "leader_arts"),
    ("巧手妈妈", "中一路社区", ("hardship", "care", "services"), "leader_craft"),
    ("情感疏导", "中一路社区", ("counselling", "rights"), "leader_care"),
    ("公益服务", "东山坪社区", ("care", "services"), "leader_service"),
    ("邻里互助", "东山坪社区", ("neighbours", "animals", "sanitation"), "leader_mutual"),
    ("物业管理", "东山坪社区", ("property",), "leader_property"),
)


def id_of(name: str) -> str:
    """Ids that the caller chooses make a repeated seed find what is there."""
    return str(uuid5(NAMESPACE_DNS, f"demo.yihu.example/{name}"))


def batches(rows: Sequence[Any], size: int = BATCH) -> Iterator[list[Any]]:
    left = iter(rows)
    while batch := list(islice(left, size)):
        yield batch
