"""What tickets announces: the published, versioned contract."""

from chassis.feed import Event
from services.tickets.events.cases import (
    DeliberationOpened,
    HelpRequested,
    IdeaDecided,
    ReporterIdentified,
    TaskForceRequested,
    TicketAccepted,
    TicketAssigned,
    TicketClosed,
    TicketConfirmed,
    TicketContacted,
    TicketFiled,
    TicketLinked,
    TicketRejected,
    TicketReopened,
    TicketResolved,
    TicketReturned,
    TicketStarted,
    TicketTriaged,
    TicketUnlinked,
    TicketWithdrawn,
)
from services.tickets.events.follow_ups import (
    AnswerRefused,
    FollowUpAnswered,
    FollowUpAsked,
    FollowUpCancelled,
    FollowUpExhausted,
    TicketDeadlineNear,
    TicketDeadlinePassed,
    TicketEscalated,
)
from services.tickets.events.others import (
    CategoryChanged,
    ConfidentialChanged,
    CounsellorNudged,
    PatrolRoundFinished,
    PatrolRoundMissed,
    PatrolRoundPlanned,
    PatrolRoundStarted,
    ReceivedTaken,
    RoutingChanged,
)

EVENTS: tuple[type[Event], ...] = (
    TicketFiled, ReporterIdentified, TicketConfirmed, TicketTriaged, CategoryChanged, TicketAssigned, TicketReturned,
    TicketAccepted, TicketStarted, TicketContacted, TaskForceRequested, HelpRequested, TicketResolved, FollowUpAsked,
    FollowUpAnswered, FollowUpExhausted, FollowUpCancelled, AnswerRefused, TicketClosed, TicketReopened,
    TicketRejected, TicketWithdrawn, TicketLinked, TicketUnlinked, TicketDeadlineNear, TicketDeadlinePassed,
    TicketEscalated, DeliberationOpened, IdeaDecided, PatrolRoundPlanned, PatrolRoundStarted, PatrolRoundFinished,
    PatrolRoundMissed, RoutingChanged, ReceivedTaken, ConfidentialChanged, CounsellorNudged,
)

__all__ = [
    "EVENTS", "AnswerRefused", "CategoryChanged", "ConfidentialChanged", "CounsellorNudged", "DeliberationOpened",
    "FollowUpAnswered", "FollowUpAsked", "FollowUpCancelled", "FollowUpExhausted", "HelpRequested", "IdeaDecided",
    "PatrolRoundFinished", "PatrolRoundMissed", "PatrolRoundPlanned", "PatrolRoundStarted", "ReceivedTaken",
    "ReporterIdentified", "RoutingChanged", "TaskForceRequested", "TicketAccepted", "TicketAssigned", "TicketClosed",
    "TicketConfirmed", "TicketContacted", "TicketDeadlineNear", "TicketDeadlinePassed", "TicketEscalated",
    "TicketFiled", "TicketLinked", "TicketRejected", "TicketReopened", "TicketResolved", "TicketReturned",
    "TicketStarted", "TicketTriaged", "TicketUnlinked", "TicketWithdrawn",
]
