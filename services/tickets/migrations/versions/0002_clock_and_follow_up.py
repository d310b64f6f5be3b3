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
    """
CREATE TABLE leaves (
    id UUID NOT NULL,
    organization_id UUID NOT NULL,
    person_id UUID NOT NULL,
    state TEXT NOT NULL,
    valid_from TIMESTAMPTZ,
    valid_until TIMESTAMPTZ,
    PRIMARY KEY (id)
)
    """,
    "CREATE INDEX leaves_person ON leaves (organization_id, person_id)",
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
]


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
