"""Who may do what at notify: permission x role, as data. The keeper reads no text and sends nothing."""

from collections.abc import Mapping
from typing import Final

_STAFF: Final = frozenset({"operator", "message_manager", "secretary", "auditor", "district"})

PERMISSIONS: Final[Mapping[str, frozenset[str]]] = {
    "notify.messages.read": _STAFF,
    "notify.messages.mend": frozenset({"operator", "message_manager", "secretary"}),
    "notify.notifications.read": _STAFF,
    "notify.prompts.read": _STAFF,
    "notify.received.read": frozenset({"operator", "message_manager"}),
    "notify.templates.read": frozenset({"message_manager", "secretary", "operator", "auditor", "keeper"}),
    "notify.rules.read": frozenset({"message_manager", "secretary", "operator", "auditor", "keeper"}),
    "notify.counts.read": _STAFF | {"keeper"},
    "notify.codes.stop": frozenset({"secretary", "keeper"}),
}
AAL2: Final = frozenset({"notify.codes.stop"})
SENSITIVE: Final = frozenset({"notify.received.read"})
