"""What notify announces: ids, codes and counts. Never a number, a name or a text."""

from datetime import UTC, datetime
from typing import Any, Final, Self
from uuid import UUID

from pydantic import Field

from chassis.feed import Event
from services.notify.domain.campaign import Campaign
from services.notify.domain.emergency import Emergency
from services.notify.domain.message import Message
from services.notify.domain.prompt import Prompt

_EXAMPLE_ID: Final = UUID("01920000-0000-7000-8000-000000000001")


class _OfMessage(Event):
    """What became of one message that a rule made for one person."""

    notification_id: UUID
    about: UUID | None
    round: int
    purpose: str
    person_id: UUID | None
    rule: str
    template: str
    message_class: str = Field(alias="class")
    channel: str
    attempt: int
    segments: int
    billable: int
    possible_duplicate: bool
    reason: str

    @classmethod
    def of(cls, message: Message) -> Self:
        shared = {name: getattr(message, name) for name in cls.model_fields if name != "message_class"}
        return cls.model_validate(shared | {"class": message.message_class})

    @classmethod
    def example(cls) -> Self:
        values: dict[str, Any] = {
            "notification_id": _EXAMPLE_ID,
            "about": _EXAMPLE_ID,
            "round": 1,
            "purpose": "follow_up",
            "person_id": _EXAMPLE_ID,
            "rule": "case-follow-up",
            "template": "case-follow-up",
            "class": "notice",
            "channel": "sms",
            "attempt": 1,
            "segments": 2,
            "billable": 2,
            "possible_duplicate": False,
            "reason": "",
        }
        return cls.model_validate(values)


class MessageSubmitted(_OfMessage, type="notify.message_submitted.v1"):
    """A provider took the message."""


class MessageDelivered(_OfMessage, type="notify.message_delivered.v1"):
    """The handset has the message."""


class MessageFailed(_OfMessage, type="notify.message_failed.v1"):
    """The message did not and will not arrive; `reason` says why."""


class MessageSuppressed(_OfMessage, type="notify.message_suppressed.v1"):
    """The message was not sent because it must not be; `reason` says why."""


class _OfPrompt(Event):
    """What became of one question to one person."""

    about: UUID
    round: int
    purpose: str
    person_id: UUID

    @classmethod
    def _asked(cls, prompt: Prompt) -> dict[str, Any]:
        return {"about": prompt.about, "round": prompt.round, "purpose": prompt.purpose, "person_id": prompt.person_id}


class _Answer(_OfPrompt):
    """An option somebody chose."""

    option: str
    revision: int
    channel: str
    received_id: UUID | None

    @classmethod
    def of(cls, prompt: Prompt, *, option: str, channel: str, received_id: UUID | None) -> Self:
        return cls(
            **cls._asked(prompt), option=option, revision=prompt.revision, channel=channel, received_id=received_id
        )

    @classmethod
    def example(cls) -> Self:
        return cls(
            about=_EXAMPLE_ID,
            round=1,
            purpose="follow_up",
            person_id=_EXAMPLE_ID,
            option="solved_satisfied",
            revision=3,
            channel="sms",
            received_id=None,
        )


class PromptAnswered(_Answer, type="notify.prompt_answered.v1"):
    """A question was answered in time. `received_id` is there when words came with the option."""


class PromptAnsweredLate(_Answer, type="notify.prompt_answered_late.v1"):
    """An answer came after the question had closed; it changes nothing here."""


class PromptUnclear(_OfPrompt, type="notify.prompt_unclear.v1"):
    """Somebody replied to a question with words that are none of its options; the question stays open."""

    received_id: UUID

    @classmethod
    def of(cls, prompt: Prompt, received_id: UUID) -> Self:
        return cls(**cls._asked(prompt), received_id=received_id)

    @classmethod
    def example(cls) -> Self:
        return cls(about=_EXAMPLE_ID, round=1, purpose="follow_up", person_id=_EXAMPLE_ID, received_id=_EXAMPLE_ID)


class PromptExpired(_OfPrompt, type="notify.prompt_expired.v1"):
    """A question's time is over without an answer."""

    @classmethod
    def of(cls, prompt: Prompt) -> Self:
        return cls(**cls._asked(prompt))

    @classmethod
    def example(cls) -> Self:
        return cls(about=_EXAMPLE_ID, round=1, purpose="follow_up", person_id=_EXAMPLE_ID)


class TextReceived(Event, type="notify.text_received.v1"):
    """Somebody sent us words that answer no question. Whoever needs them asks for them by id."""

    received_id: UUID
    person_id: UUID | None
    hints: list[UUID]
    confidential: bool

    @classmethod
    def example(cls) -> Self:
        return cls(received_id=_EXAMPLE_ID, person_id=_EXAMPLE_ID, hints=[_EXAMPLE_ID], confidential=False)


class ContactOptedOut(Event, type="notify.contact_opted_out.v1"):
    """A person wants to hear no more of a topic (`*` is all of them) on a channel."""

    person_id: UUID
    topic: str
    channel: str
    source: str

    @classmethod
    def example(cls) -> Self:
        return cls(person_id=_EXAMPLE_ID, topic="cases", channel="sms", source="sms")


class ContactOptedIn(Event, type="notify.contact_opted_in.v1"):
    """A person wants to hear of a topic (`*` is what she had refused as a whole) on a channel."""

    person_id: UUID
    topic: str
    channel: str
    source: str

    @classmethod
    def example(cls) -> Self:
        return cls(person_id=_EXAMPLE_ID, topic="activities", channel="sms", source="page")


class BudgetReached(Event, type="notify.budget_reached.v1"):
    """So many percent of a budget have been spent: 80 warns, at 100 its messages wait for the next period."""

    reason: str
    level: int

    @classmethod
    def example(cls) -> Self:
        return cls(reason="notice_month", level=80)


class _OfEmergency(Event):
    """An authorisation by two people to reach everybody of an area."""

    emergency_id: UUID
    area_id: UUID
    until: datetime | None
    requested_by: UUID
    approved_by: UUID | None

    @classmethod
    def of(cls, emergency: Emergency) -> Self:
        return cls(
            emergency_id=emergency.id,
            area_id=emergency.area_id,
            until=emergency.ended_at or emergency.ends_at,
            requested_by=emergency.requested_by,
            approved_by=emergency.approved_by,
        )

    @classmethod
    def example(cls) -> Self:
        return cls(
            emergency_id=_EXAMPLE_ID,
            area_id=_EXAMPLE_ID,
            until=datetime(2026, 3, 2, 10, tzinfo=UTC),
            requested_by=_EXAMPLE_ID,
            approved_by=UUID(int=_EXAMPLE_ID.int + 1),
        )


class EmergencyAuthorised(_OfEmergency, type="notify.emergency_authorised.v1"):
    """Two people have put an emergency in force until a time."""


class EmergencyEnded(_OfEmergency, type="notify.emergency_ended.v1"):
    """An emergency is over, by itself or by a person."""


class _OfCampaign(Event):
    """How far a campaign has come: what was found in its file, and what became of its messages by state and reason."""

    state: str
    reason: str
    recipients: int
    billable: int
    counts: dict[str, int]

    @classmethod
    def of(cls, campaign: Campaign, counts: dict[str, int]) -> Self:
        return cls(
            state=str(campaign.state),
            reason=campaign.reason,
            recipients=campaign.recipients,
            billable=campaign.billable,
            counts=counts,
        )

    @classmethod
    def example(cls) -> Self:
        counts = {"delivered": 300, "failed:expired": 2, "queued": 98}
        return cls(state="paused", reason="failing", recipients=400, billable=800, counts=counts)


class CampaignStarted(_OfCampaign, type="notify.campaign_started.v1"):
    """A campaign runs, for the first time or again."""


class CampaignProgressed(_OfCampaign, type="notify.campaign_progressed.v1"):
    """More of a campaign's rows have become messages. At most every two seconds."""


class CampaignPaused(_OfCampaign, type="notify.campaign_paused.v1"):
    """A campaign stands still: a person's wish, too many failures, or no budget."""


class CampaignFinished(_OfCampaign, type="notify.campaign_finished.v1"):
    """A campaign is over: no message is open any more, or somebody has cancelled it."""


EVENTS: Final[tuple[type[Event], ...]] = (
    MessageSubmitted,
    MessageDelivered,
    MessageFailed,
    MessageSuppressed,
    PromptAnswered,
    PromptAnsweredLate,
    PromptUnclear,
    PromptExpired,
    TextReceived,
    ContactOptedOut,
    ContactOptedIn,
    BudgetReached,
    EmergencyAuthorised,
    EmergencyEnded,
    CampaignStarted,
    CampaignProgressed,
    CampaignPaused,
    CampaignFinished,
)
