"""The plain sentences a resident reads: what happens, who comes, by when, what is next. Never a status code."""

from collections.abc import Mapping
from datetime import datetime, tzinfo

from services.tickets.domain.state import State

STEPS: Mapping[State, int] = {
    State.DRAFT: 1,
    State.RECEIVED: 1,
    State.ASSIGNED: 2,
    State.ACCEPTED: 2,
    State.DELIBERATING: 2,
    State.IN_PROGRESS: 3,
    State.ADOPTED: 3,
    State.WAITING_RESIDENT: 3,
    State.WAITING_EXTERNAL: 3,
    State.RESOLVED: 4,
    State.FOLLOWING_UP: 4,
    State.CLOSED: 4,
    State.REJECTED: 4,
    State.MERGED: 4,
    State.WITHDRAWN: 4,
}

WORDS: Mapping[State, str] = {
    State.DRAFT: "收到，正在核对",
    State.RECEIVED: "已收到，正在安排",
    State.ASSIGNED: "已派给{group}",
    State.ACCEPTED: "{group}会联系您",
    State.IN_PROGRESS: "{group}正在处理",
    State.DELIBERATING: "大家正在商量",
    State.ADOPTED: "决定采纳",
    State.WAITING_RESIDENT: "等您答复",
    State.WAITING_EXTERNAL: "等外部单位",
    State.RESOLVED: "已办好，请您确认",
    State.FOLLOWING_UP: "已办好，请您确认",
    State.CLOSED: "已结案",
    State.REJECTED: "不受理，您可以到社区说明情况",
    State.MERGED: "已合并到另一件，一起办理",
    State.WITHDRAWN: "已撤回",
}

OUTCOMES: Mapping[str, str] = {
    "solved": "已结案：已解决",
    "partly": "已结案：部分解决",
    "unsolved": "已结案：没有解决",
    "unanswered": "已结案：没有收到您的答复",
    "not_adopted": "已结案：没有采纳",
    "thanked": "已结案：已转达谢意",
}
EMERGENCY = "有人受伤、被困或着火，请先打110、119或120。"


def plain(state: State, *, group: str, outcome: str | None, due_at: datetime | None, zone: tzinfo, urgent: bool) -> str:
    """Where the matter stands, in words for the one who raised it."""
    words = OUTCOMES.get(outcome or "", WORDS[state]) if state is State.CLOSED else WORDS[state]
    sentence = words.format(group=group or "小组")
    if due_at is not None and STEPS[state] < 4:
        sentence += f"，{due_at.astimezone(zone):%m月%d日%H:%M}前"
    return (EMERGENCY if urgent and STEPS[state] < 4 else "") + sentence
