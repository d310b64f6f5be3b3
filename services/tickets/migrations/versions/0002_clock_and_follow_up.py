"""Pauses, extensions, calls and look-backs."""

from alembic import op

revision = "0002"
down_revision = "0001"

STATEMENTS: list[str] = [
    """
ALTER TABLE tickets
    ADD COLUMN hidden BOOLEAN NOT NULL DEFAULT false,
    ADD COLUMN about_group_id UUID,
    ADD COLUMN waiting_until TIMESTAMPTZ,
    ADD COLUMN parent_id UUID,
    ADD COLUMN overloaded BOOLEAN NOT NULL DEFAULT false
    """,
    """
CREATE TABLE call_tasks (
    id UUID NOT NULL,
    ticket_id UUID NOT NULL,
    round INTEGER NOT NULL,
    purpose TEXT NOT NULL,
    why TEXT NOT NULL,
    state TEXT NOT NULL,
    opened_at TIMESTAMPTZ NOT NULL,
    claimed_by UUID,
    claimed_until TIMESTAMPTZ,
    not_before TIMESTAMPTZ NOT NULL,
    calls SMALLINT NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT call_tasks_once UNIQUE (ticket_id, round, purpose),
    FOREIGN KEY (ticket_id) REFERENCES tickets (id)
)
    """,
    "CREATE INDEX call_tasks_open ON call_tasks (not_before, id) WHERE state = 'open'",
    """
CREATE TABLE calls (
    id UUID NOT NULL,
    task_id UUID NOT NULL,
    by UUID NOT NULL,
    result TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY (task_id) REFERENCES call_tasks (id)
)
    """,
    "CREATE INDEX calls_task ON calls (task_id, at)",
    """
CREATE TABLE cohandlers (
    child_id UUID NOT NULL,
    ticket_id UUID NOT NULL,
    group_id UUID NOT NULL,
    required BOOLEAN NOT NULL,
    PRIMARY KEY (child_id),
    FOREIGN KEY (child_id) REFERENCES tickets (id),
    FOREIGN KEY (ticket_id) REFERENCES tickets (id)
)
    """,
    "CREATE INDEX cohandlers_ticket ON cohandlers (ticket_id)",
    # A verifier: no handler of that round, nobody of a helping group's, no leader of the group, nobody of the group a
    # report is about. Asked in the query that claims a call, so that nobody who did the work can claim it.
    """
CREATE FUNCTION is_independent(of_ticket UUID, of_round INTEGER, person UUID) RETURNS BOOLEAN LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT 1 FROM tickets t WHERE t.id = of_ticket AND t.handler_id IS DISTINCT FROM person
        AND NOT EXISTS (SELECT 1 FROM group_leaders l WHERE l.organization_id IN (t.group_id, t.about_group_id)
            AND person IN (l.leader_id, l.deputy_id))
        AND NOT EXISTS (SELECT 1 FROM moves m WHERE m.ticket_id = t.id AND m.round = of_round
            AND m.move IN ('accept', 'hand_over') AND m.details->>'handler_id' = CAST(person AS text))
        AND NOT EXISTS (SELECT 1 FROM tickets c LEFT JOIN group_leaders l ON l.organization_id = c.group_id
            WHERE c.parent_id = t.id AND person IN (c.handler_id, l.leader_id, l.deputy_id))
        AND NOT EXISTS (SELECT 1 FROM memberships b WHERE b.organization_id = t.about_group_id
            AND b.person_id = person AND b.state = 'active'))
$$
    """,
    "CREATE INDEX tickets_parent ON tickets (parent_id) WHERE parent_id IS NOT NULL",
    """
CREATE TABLE group_settings (
    organization_id UUID NOT NULL,
    cap SMALLINT NOT NULL,
    chooses_at_once BOOLEAN NOT NULL,
    members_accept BOOLEAN NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (organization_id)
)
    """,
    """
CREATE TABLE routing_sets (
    community_id UUID NOT NULL,
    version INTEGER NOT NULL,
    rules JSONB NOT NULL,
    effective_from TIMESTAMPTZ NOT NULL,
    made_by UUID,
    made_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (community_id, version)
)
    """,
    """
CREATE TABLE macros (
    id UUID NOT NULL,
    community_id UUID NOT NULL,
    name TEXT NOT NULL,
    commands JSONB NOT NULL,
    made_by UUID,
    made_at TIMESTAMPTZ NOT NULL,
    retired_at TIMESTAMPTZ,
    PRIMARY KEY (id)
)
    """,
    "CREATE INDEX macros_community ON macros (community_id)",
    """
CREATE TABLE canned_replies (
    id UUID NOT NULL,
    community_id UUID NOT NULL,
    name TEXT NOT NULL,
    text TEXT NOT NULL,
    made_by UUID,
    made_at TIMESTAMPTZ NOT NULL,
    retired_at TIMESTAMPTZ,
    PRIMARY KEY (id)
)
    """,
    "CREATE INDEX canned_replies_community ON canned_replies (community_id)",
    """
CREATE TABLE mediations (
    ticket_id UUID NOT NULL,
    mediators UUID[] NOT NULL,
    parties UUID[] NOT NULL,
    state TEXT NOT NULL,
    opened_at TIMESTAMPTZ NOT NULL,
    settled_at TIMESTAMPTZ,
    outcome TEXT NOT NULL,
    agreement_ref UUID,
    PRIMARY KEY (ticket_id),
    FOREIGN KEY (ticket_id) REFERENCES tickets (id)
)
    """,
    """
CREATE TABLE mediation_sessions (
    id UUID NOT NULL,
    ticket_id UUID NOT NULL,
    held_at TIMESTAMPTZ NOT NULL,
    present UUID[] NOT NULL,
    minutes TEXT NOT NULL,
    noted_by UUID,
    PRIMARY KEY (id),
    FOREIGN KEY (ticket_id) REFERENCES mediations (ticket_id)
)
    """,
    "CREATE INDEX mediation_sessions_ticket ON mediation_sessions (ticket_id, held_at)",
    """
CREATE TABLE patrol_recurrences (
    patrol_id UUID NOT NULL,
    rule TEXT NOT NULL,
    first_day DATE NOT NULL,
    starts_at TIME NOT NULL,
    minutes SMALLINT NOT NULL,
    person_ids UUID[] NOT NULL,
    PRIMARY KEY (patrol_id),
    FOREIGN KEY (patrol_id) REFERENCES patrols (id)
)
    """,
    """
CREATE TABLE recurring_rounds (
    patrol_id UUID NOT NULL,
    day DATE NOT NULL,
    round_id UUID NOT NULL,
    PRIMARY KEY (patrol_id, day),
    FOREIGN KEY (patrol_id) REFERENCES patrols (id)
)
    """,
    """
CREATE TABLE offline_checks (
    client_id UUID NOT NULL,
    round_id UUID NOT NULL,
    ticket_id UUID,
    noted_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (client_id),
    FOREIGN KEY (round_id) REFERENCES patrol_rounds (id)
)
    """,
]


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
