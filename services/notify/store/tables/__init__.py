"""Every table of notify; each column says what it may hold."""

from services.notify.store.tables.campaigns import campaign_rows, campaigns
from services.notify.store.tables.catalogue import senders, switches
from services.notify.store.tables.columns import metadata
from services.notify.store.tables.consent import budget_counters, budgets, consents, emergencies
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
from services.notify.store.tables.outside import (
    tray_items,
    webhook_deliveries,
    webhook_endpoints,
    webhook_positions,
)
from services.notify.store.tables.providers import (
    provider_health,
    providers,
    rate_slices,
    routes,
    udh_refs,
    weight_moves,
)
from services.notify.store.tables.templates import (
    catalogue_stamp,
    provider_templates,
    rules,
    template_versions,
    templates,
)

__all__ = [
    "answers",
    "api_keys",
    "budget_counters",
    "budgets",
    "campaign_rows",
    "campaigns",
    "cap_counters",
    "catalogue_stamp",
    "categories",
    "consents",
    "data_keys",
    "delivery_reports",
    "emergencies",
    "groups",
    "guest_list",
    "leaders",
    "messages",
    "metadata",
    "notifications",
    "opt_outs",
    "places",
    "prompts",
    "provider_health",
    "provider_templates",
    "providers",
    "rate_slices",
    "received",
    "routes",
    "rules",
    "senders",
    "stray_reports",
    "submissions",
    "switches",
    "template_versions",
    "templates",
    "tray_items",
    "udh_refs",
    "webhook_deliveries",
    "webhook_endpoints",
    "webhook_positions",
    "weight_moves",
]
