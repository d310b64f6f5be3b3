"""Every table of notify; each column says what it may hold."""

from services.notify.store.tables.catalogue import providers, rules, senders, switches, templates
from services.notify.store.tables.columns import metadata
from services.notify.store.tables.copies import categories, groups, leaders, places
from services.notify.store.tables.incoming import answers, data_keys, opt_outs, prompts, received
from services.notify.store.tables.keys import api_keys, guest_list
from services.notify.store.tables.outgoing import (
    cap_counters,
    delivery_reports,
    messages,
    notifications,
    stray_reports,
    submissions,
)

__all__ = [
    "answers",
    "api_keys",
    "cap_counters",
    "categories",
    "data_keys",
    "delivery_reports",
    "groups",
    "guest_list",
    "leaders",
    "messages",
    "metadata",
    "notifications",
    "opt_outs",
    "places",
    "prompts",
    "providers",
    "received",
    "rules",
    "senders",
    "stray_reports",
    "submissions",
    "switches",
    "templates",
]
