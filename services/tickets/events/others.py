"""What is announced beside the moves of a case: categories, patrols, inbound words, routing, and confidential cases."""

from typing import Any, ClassVar, Self
from uuid import UUID

from services.tickets.domain.cluster import Cluster
from services.tickets.events.base import OTHER, SOME, SOMEBODY, Example


class CategoryChanged(Example, type="tickets.category_changed.v1"):
    """A category as it stands now, whole. Can be restated."""

    category: str
    label: str
    parent: str | None
    state: str
    EXAMPLE: ClassVar[dict[str, Any]] = {
        "category": "sanitation",
        "label": "卫生垃圾",
        "parent": None,
        "state": "active",
    }


class RoutingChanged(Example, type="tickets.routing_changed.v1"):
    """Another set of routing rules is in force."""

    version: int
    EXAMPLE: ClassVar[dict[str, Any]] = {"version": 1}


class _Cluster(Example):
    cluster_id: UUID
    building_id: UUID
    category: str
    households: int

    @classmethod
    def of(cls, cluster: Cluster) -> Self:
        return cls(
            cluster_id=cluster.id,
            building_id=cluster.building_id,
            category=cluster.category,
            households=cluster.households,
        )

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "cluster_id": SOME,
        "building_id": OTHER,
        "category": "water",
        "households": 3,
    }


class ClusterOpened(_Cluster, type="tickets.cluster_opened.v1"):
    """A hot spot: several households of one building with the same matter in a short time."""


class ClusterClosed(_Cluster, type="tickets.cluster_closed.v1"):
    """Seven days have passed without another report."""


class ReceivedTaken(Example, type="tickets.received_taken.v1"):
    """The words of one inbound text have become a note, a ticket or a draft."""

    received_id: UUID
    EXAMPLE: ClassVar[dict[str, Any]] = {"received_id": SOME}


class _PatrolRound(Example):
    patrol_id: UUID
    round_id: UUID
    person_ids: list[UUID]
    EXAMPLE: ClassVar[dict[str, Any]] = {"patrol_id": SOME, "round_id": OTHER, "person_ids": [SOMEBODY]}


class PatrolRoundPlanned(_PatrolRound, type="tickets.patrol_round_planned.v1"):
    """A walk is planned for these people."""


class PatrolRoundStarted(_PatrolRound, type="tickets.patrol_round_started.v1"):
    """They have set out."""


class PatrolRoundMissed(_PatrolRound, type="tickets.patrol_round_missed.v1"):
    """Nobody set out in time."""


class PatrolRoundFinished(_PatrolRound, type="tickets.patrol_round_finished.v1"):
    """Every checkpoint has been looked at, or skipped with a reason."""

    minutes: int
    findings: int
    EXAMPLE: ClassVar[dict[str, Any]] = {
        "patrol_id": SOME,
        "round_id": OTHER,
        "person_ids": [SOMEBODY],
        "minutes": 55,
        "findings": 1,
    }


class ConfidentialChanged(Example, type="tickets.confidential_changed.v1", restricted=True):
    """A confidential case has moved. Nothing more is said."""

    ticket_id: UUID
    state_type: str
    EXAMPLE: ClassVar[dict[str, Any]] = {"ticket_id": SOME, "state_type": "open"}


class CounsellorNudged(Example, type="tickets.counsellor_nudged.v1"):
    """These people should look at their own pages. No case is named."""

    person_ids: list[UUID]
    EXAMPLE: ClassVar[dict[str, Any]] = {"person_ids": [SOMEBODY]}
