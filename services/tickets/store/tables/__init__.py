"""The tables of tickets."""

from services.tickets.store.tables.base import metadata
from services.tickets.store.tables.confidential import (
    confidential_cases,
    confidential_marks,
    confidential_moves,
    confidential_notes,
)
from services.tickets.store.tables.copies import (
    areas,
    calendar_days,
    categories,
    communities,
    coverage,
    group_leaders,
    memberships,
    organizations,
    routing_rules,
)
from services.tickets.store.tables.follow_through import (
    call_tasks,
    calls,
    cohandlers,
    group_settings,
    leaves,
    routing_sets,
)
from services.tickets.store.tables.patrols import check_results, checkpoints, patrol_rounds, patrols
from services.tickets.store.tables.tickets import (
    assignments,
    follow_ups,
    links,
    marks,
    moves,
    notes,
    stray_answers,
    task_forces,
    tickets,
    watchers,
)
from services.tickets.store.tables.waiting import pending_contacts, received_texts, tracking_tries
from services.tickets.store.tables.words import search_words

__all__ = [
    "routing_sets",
    "leaves",
    "group_settings",
    "cohandlers",
    "calls",
    "call_tasks",
    "areas",
    "assignments",
    "calendar_days",
    "categories",
    "check_results",
    "checkpoints",
    "communities",
    "confidential_cases",
    "confidential_marks",
    "confidential_moves",
    "confidential_notes",
    "coverage",
    "follow_ups",
    "group_leaders",
    "links",
    "marks",
    "memberships",
    "metadata",
    "moves",
    "notes",
    "organizations",
    "patrol_rounds",
    "patrols",
    "pending_contacts",
    "received_texts",
    "routing_rules",
    "search_words",
    "stray_answers",
    "task_forces",
    "tickets",
    "tracking_tries",
    "watchers",
]
