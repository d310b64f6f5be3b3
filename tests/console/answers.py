"""Answers as the services give them: valid by default, a test overrides what it is about."""

from typing import Any
from uuid import UUID, uuid4

COMMUNITY = UUID("0192f0c1-0000-7000-8000-0000000000c1")
GROUP = UUID("0192f0c1-0000-7000-8000-0000000000d1")
PERSON = UUID("0192f0c1-0000-7000-8000-0000000000e1")
NOW = "2026-03-02T02:30:00Z"


def a_row(**changes: Any) -> dict[str, Any]:
    row = {
        "id": str(uuid4()), "number": "20260302-01-00042-4", "kind": "complaint", "category": "sanitation",
        "category_label": "卫生", "class": "general", "title": "楼道垃圾", "state": "assigned", "state_type": "open",
        "round": 1, "origin": "resident", "channel": "sms", "building_id": str(uuid4()), "place": "东坪一村3栋",
        "group_id": str(GROUP), "group_name": "物业管理", "handler_id": None, "reporter_id": None,
        "filed_at": "2026-03-02T01:00:00Z", "due_at": "2026-03-02T06:30:00Z", "due_clock": "accept", "outcome": None,
        "satisfaction": None, "revision": 3,
    }  # fmt: skip
    return row | changes


def a_ticket(**changes: Any) -> dict[str, Any]:
    whole = a_row() | {
        "description": "楼道垃圾没人收,灯也不亮", "community_id": str(COMMUNITY), "community": "东山坪社区",
        "where": {"building_id": None, "building": "东坪一村3栋", "unit": "2", "floor": "12", "room": ""},
        "sentence": "已派给物业管理", "result": None, "possible_moves": ["accept"],
        "actions": [
            {"name": "accept", "allowed": True, "why_not": None},
            {"name": "resolve", "allowed": False, "why_not": "contact_needed"},
        ],
    }  # fmt: skip
    return whole | changes


def listed(*items: dict[str, Any], **more: Any) -> dict[str, Any]:
    count = {"value": len(items), "relation": "exact"}
    return {"items": list(items), "next": None, "count": count, "as_of": NOW} | more


def a_message(**changes: Any) -> dict[str, Any]:
    message = {
        "id": str(uuid4()), "state": "delivered", "reason": None, "template": "case-received", "person_id": None,
        "about": None, "round": 1, "segments": 1, "attempt": 1,
        "possible_duplicate": False, "created_at": NOW, "submitted_at": NOW, "closed_at": NOW, "revision": 4,
    }  # fmt: skip
    return message | changes


def problem(status: int, code: str, **more: Any) -> dict[str, Any]:
    return {"type": f"/problems/{code}", "title": code, "status": status, "code": code, "trace_id": "0" * 32} | more


def me(*grants: tuple[str, str, UUID]) -> dict[str, Any]:
    held = [
        {"id": str(uuid4()), "role": role, "scope_kind": kind, "scope_id": str(scope), "scope_name": "东山坪社区"}
        for role, kind, scope in grants
    ]
    return {"person_id": str(PERSON), "name": "赵欣", "grants": held, "memberships": []}


def clocks() -> dict[str, Any]:
    clock = {"name": "accept", "due": "2026-03-02T06:30:00Z", "met_at": None, "state": "running", "used_percent": 20}
    return {"as_of": NOW, "clocks": [clock | {"why_due": "工作时间 4 小时"}]}


def timeline(*events: dict[str, Any]) -> dict[str, Any]:
    first = {"seq": 1, "type": "move", "move": "file", "state_to": "received", "actor_id": None, "round": 1, "at": NOW}
    return {"items": [first, *events], "as_of": NOW}
