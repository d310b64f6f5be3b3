"""Robots speak to a group's chat: everybody in it reads along, so a text for one says nothing about anybody."""

import re
from datetime import timedelta
from typing import Final
from uuid import UUID

from chassis.refused import Refused
from services.notify.domain.caps import Cap
from services.notify.domain.template import Template

KINDS: Final = frozenset({"wecom", "dingtalk"})
FIELDS: Final = frozenset({"category", "group", "due", "year"})
"""What a text for a chat may hold: no person, no number, no address, no word of a case."""
CAP: Final = Cap(20, timedelta(minutes=1))
TEXT_BYTES_MAX: Final = 2_048
TELLING: Final = "robot_text_telling"
_TELLING: Final = re.compile(r"\d{5,}|https?://|www\.|@")


def address(group_id: UUID) -> str:
    """What stands where a phone number stands for a person."""
    return f"robot:{group_id}"


def telling(template: Template) -> list[str]:
    """What of a template would tell a chat more than that something waits: fields, or words with numbers and links."""
    bodies = [body for body in template.bodies.values() if _TELLING.search(body)]
    return sorted(set(template.fields) - FIELDS) + bodies


def check(template: Template) -> None:
    """Refuse a template that may not be read by a whole chat."""
    if found := telling(template):
        raise Refused(TELLING, status=422, detail=", ".join(found))
