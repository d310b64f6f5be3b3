"""What residents say, made up: common phrases and rare words, the same for the same number."""

import random
from functools import cache

PHRASES = (
    "楼道垃圾没人清", "电梯坏了", "厨房漏水", "路灯不亮", "邻居太吵", "停车占道", "狗叫", "有老鼠",
    "下水道堵了", "燃气味道", "消防通道堵塞", "活动室吵架", "物业不管", "栏杆松动", "快递丢失", "门禁失灵",
    "墙皮脱落", "空调滴水", "施工扰民", "广场舞音响", "树枝折断", "老人没人照料", "孩子放学没人接", "想参加合唱团",
)  # fmt: skip
RARE_WORDS = 5_000
VARIETY = 20_000


@cache
def rare(number: int) -> str:
    """Three characters that hardly meet elsewhere."""
    dice = random.Random(number % RARE_WORDS)
    return "".join(chr(dice.randrange(0x4E00, 0x8E00)) for _ in range(3))


@cache
def _spoken(number: int) -> str:
    dice = random.Random(number)
    common = dice.sample(PHRASES, 3)
    return "，".join([*common, *(rare(dice.randrange(RARE_WORDS)) for _ in range(3))])


def spoken(number: int) -> str:
    """About 25 characters."""
    return _spoken(number % VARIETY)
