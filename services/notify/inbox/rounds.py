"""What tickets tells beside its cases: rounds of patrols, and many households with one trouble."""

from uuid import UUID

from pydantic import Field

from chassis.reader import Reader


class OfRound(Reader):
    """One round of a patrol, and who walks it."""

    round_id: UUID
    person_ids: list[UUID] = Field(max_length=100)


class PlannedRound(OfRound, of="tickets.patrol_round_planned.v1"):
    """A round is to be walked."""


class MissedRound(OfRound, of="tickets.patrol_round_missed.v1"):
    """Nobody walked it."""


class OpenedCluster(Reader, of="tickets.cluster_opened.v1"):
    """Several households of one building report the same."""

    cluster_id: UUID
    category: str


ROUNDS = (PlannedRound, MissedRound, OpenedCluster)
