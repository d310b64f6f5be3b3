"""The tables of tickets."""

from services.tickets.store.tables.attachments import attachments
from services.tickets.store.tables.base import metadata
from services.tickets.store.tables.clusters import clusters
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
from services.tickets.store.tables.desk import canned_replies, macros
from services.tickets.store.tables.doors import open311_filings, open311_keys, open311_updates
from services.tickets.store.tables.figures import household_counts, rate_definitions, rate_exclusions, rate_reports
from services.tickets.store.tables.follow_through import (
    call_tasks,
    calls,
    cohandlers,
    group_settings,
    routing_sets,
)
from services.tickets.store.tables.follow_ups import follow_ups, stray_answers
from services.tickets.store.tables.imports import exports, import_chunks, import_rows, imports
from services.tickets.store.tables.mediations import mediation_sessions, mediations
from services.tickets.store.tables.patrols import check_results, checkpoints, patrol_rounds, patrols
from services.tickets.store.tables.recurring import offline_checks, patrol_recurrences, recurring_rounds
from services.tickets.store.tables.references import category_versions, class_versions, reference_version
from services.tickets.store.tables.tickets import (
    assignments,
    links,
    marks,
    moves,
    notes,
    task_forces,
    tickets,
    watchers,
)
from services.tickets.store.tables.views import saved_views
from services.tickets.store.tables.visits import visits
from services.tickets.store.tables.waiting import pending_contacts, received_texts, tracking_tries
from services.tickets.store.tables.words import search_words

__all__ = [
    "areas",
    "assignments",
    "attachments",
    "calendar_days",
    "call_tasks",
    "calls",
    "canned_replies",
    "categories",
    "category_versions",
    "check_results",
    "checkpoints",
    "class_versions",
    "clusters",
    "cohandlers",
    "communities",
    "confidential_cases",
    "confidential_marks",
    "confidential_moves",
    "confidential_notes",
    "coverage",
    "exports",
    "follow_ups",
    "group_leaders",
    "group_settings",
    "household_counts",
    "import_chunks",
    "import_rows",
    "imports",
    "links",
    "macros",
    "marks",
    "mediation_sessions",
    "mediations",
    "memberships",
    "metadata",
    "moves",
    "notes",
    "offline_checks",
    "open311_filings",
    "open311_keys",
    "open311_updates",
    "organizations",
    "patrol_recurrences",
    "patrol_rounds",
    "patrols",
    "pending_contacts",
    "rate_definitions",
    "rate_exclusions",
    "rate_reports",
    "received_texts",
    "recurring_rounds",
    "reference_version",
    "routing_rules",
    "routing_sets",
    "saved_views",
    "search_words",
    "stray_answers",
    "task_forces",
    "tickets",
    "tracking_tries",
    "visits",
    "watchers",
]
