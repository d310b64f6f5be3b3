"""Who may do what in members: the matrix of roles as data. The scope of the grant does the rest."""

from collections.abc import Mapping

PERMISSIONS: Mapping[str, frozenset[str]] = {
    "places.edit": frozenset({"district", "secretary"}),
    "organizations.edit": frozenset({"district", "secretary"}),
    "memberships.read": frozenset({"secretary", "operator", "leader", "member"}),
    "memberships.decide": frozenset({"secretary", "leader"}),
    "task_forces.form": frozenset({"secretary", "leader"}),
    "people.read": frozenset({"secretary", "operator", "leader"}),
    "people.enrol": frozenset({"secretary", "operator", "keeper"}),
    "households.edit": frozenset({"secretary", "operator"}),
    "contact.reveal": frozenset({"secretary", "operator", "leader"}),
    "grants.give": frozenset({"district", "secretary", "keeper"}),
    "grants.end": frozenset({"district", "secretary", "keeper"}),
    "access_log.read": frozenset({"auditor"}),
    "sessions.read": frozenset({"secretary", "keeper", "auditor"}),
    "sessions.revoke": frozenset({"secretary", "keeper"}),
}

# These need a second factor shown a short while ago.
STEP_UP_MINUTES = 15
AAL2 = frozenset(
    {
        "places.edit",
        "organizations.edit",
        "people.enrol",
        "households.edit",
        "contact.reveal",
        "grants.give",
        "grants.end",
        "access_log.read",
        "sessions.revoke",
    }
)

# These are refused while this copy of grants may be stale. members owns the grants: its own rows are never stale.
SENSITIVE: frozenset[str] = frozenset()
