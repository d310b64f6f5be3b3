"""Valid by default; a test overrides only what it is about."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from services.notify.domain import message, prompt, submission
from services.notify.domain.message import Message, OnUnknown
from services.notify.domain.prompt import Option, Prompt
from services.notify.domain.submission import Submission

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
SOMEBODY = UUID(int=1)
YES_NO = (Option("1", "accept", "接单", words=("去",)), Option("2", "return", "退回", words=("不去",)))


def a_message(**changes: Any) -> Message:
    values: dict[str, Any] = {
        "id": UUID(int=10),
        "notification_id": UUID(int=11),
        "channel": "sms",
        "person_id": SOMEBODY,
        "challenge_id": None,
        "to_enc": None,
        "recipient_key": b"k" * 32,
        "message_class": "notice",
        "topic": "cases",
        "on_unknown": OnUnknown.ONCE,
        "priority": 2,
        "rule": "case-received",
        "template": "case-received",
        "template_version": 1,
        "prompt_id": None,
        "about": UUID(int=12),
        "round": 1,
        "purpose": "",
        "facts": {},
        "correlation": UUID(int=12),
        "community_id": None,
        "traceparent": "",
        "state": message.State.QUEUED,
        "reason": "",
        "waiting_for": "",
        "due_at": NOW,
        "valid_until": NOW + timedelta(hours=24),
        "attempt": 0,
        "extra": 0,
        "possible_duplicate": False,
        "segments": 0,
        "billable": 0,
        "body_enc": None,
        "created_at": NOW,
        "submitted_at": None,
        "closed_at": None,
        "revision": 1,
    }
    return Message(**(values | changes))


def a_submission(**changes: Any) -> Submission:
    values: dict[str, Any] = {
        "id": UUID(int=20),
        "message_id": UUID(int=10),
        "attempt": 1,
        "segment": 1,
        "provider": "aliyun",
        "state": submission.State.CLAIMED,
        "code": "",
        "provider_ref": None,
        "billed": None,
        "claimed_at": NOW,
        "lease_until": NOW + timedelta(seconds=60),
        "asked": 0,
        "ask_at": None,
        "closed_at": None,
    }
    return Submission(**(values | changes))


def a_prompt(**changes: Any) -> Prompt:
    values: dict[str, Any] = {
        "id": UUID(int=30),
        "about_type": "ticket",
        "about": UUID(int=12),
        "round": 1,
        "purpose": "accept",
        "person_id": SOMEBODY,
        "options": YES_NO,
        "changeable": False,
        "sender": "106900000427",
        "recipient_key": None,
        "ext": None,
        "ext_held": False,
        "link_hash": b"h" * 32,
        "state": prompt.State.PLANNED,
        "valid_hours": 4,
        "expires_at": None,
        "asked_at": None,
        "closed_at": None,
        "hinted": False,
        "late_told": False,
        "number": "",
        "category": "",
        "correlation": UUID(int=12),
        "community_id": None,
        "created_at": NOW,
        "revision": 1,
    }
    return Prompt(**(values | changes))
