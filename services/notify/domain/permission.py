"""Who may do what at notify: permission x role, as data. The keeper reads no text and sends nothing."""

from collections.abc import Mapping
from typing import Final

_STAFF: Final = frozenset({"operator", "message_manager", "secretary", "auditor", "district"})

PERMISSIONS: Final[Mapping[str, frozenset[str]]] = {
    "notify.messages.read": _STAFF,
    "notify.messages.mend": frozenset({"operator", "message_manager", "secretary"}),
    "notify.messages.send": frozenset({"operator", "message_manager", "secretary"}),
    "notify.messages.reveal": frozenset({"operator", "message_manager"}),
    "notify.notifications.read": _STAFF,
    "notify.keys.read": frozenset({"keeper", "auditor"}),
    "notify.keys.write": frozenset({"keeper"}),
    "notify.prompts.read": _STAFF,
    "notify.received.read": frozenset({"operator", "message_manager"}),
    "notify.templates.read": frozenset({"message_manager", "secretary", "operator", "auditor", "keeper"}),
    "notify.templates.write": frozenset({"message_manager"}),
    "notify.templates.approve": frozenset({"secretary"}),
    "notify.rules.write": frozenset({"message_manager", "secretary"}),
    "notify.rules.read": frozenset({"message_manager", "secretary", "operator", "auditor", "keeper"}),
    "notify.prompts.answer": frozenset({"operator", "message_manager"}),
    "notify.received.hand_over": frozenset({"operator", "message_manager"}),
    "notify.consents.read": frozenset({"operator", "message_manager", "auditor"}),
    "notify.consents.write": frozenset({"operator", "message_manager", "leader"}),
    "notify.budgets.read": frozenset({"message_manager", "secretary", "auditor"}),
    "notify.budgets.write": frozenset({"message_manager", "secretary"}),
    "notify.emergencies.read": frozenset({"message_manager", "secretary", "auditor"}),
    "notify.emergencies.authorise": frozenset({"message_manager", "secretary"}),
    "notify.counts.read": _STAFF | {"keeper"},
    "notify.robots.read": frozenset({"keeper", "auditor"}),
    "notify.robots.write": frozenset({"keeper"}),
    "notify.webhooks.read": frozenset({"keeper", "auditor"}),
    "notify.webhooks.write": frozenset({"keeper"}),
    "notify.providers.read": frozenset({"message_manager", "secretary", "auditor", "keeper"}),
    "notify.providers.pause": frozenset({"message_manager", "keeper"}),
    "notify.providers.write": frozenset({"keeper"}),
    "notify.senders.write": frozenset({"message_manager"}),
    "notify.campaigns.read": frozenset({"message_manager", "secretary", "auditor"}),
    "notify.campaigns.write": frozenset({"message_manager"}),
    "notify.campaigns.approve": frozenset({"secretary"}),
    "notify.codes.stop": frozenset({"secretary", "keeper"}),
}
AAL2: Final = frozenset(
    {
        "notify.codes.stop",
        "notify.emergencies.authorise",
        "notify.keys.write",
        "notify.webhooks.write",
        "notify.robots.write",
    }
)
SENSITIVE: Final = frozenset({"notify.received.read", "notify.messages.reveal"})
