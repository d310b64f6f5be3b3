"""Links, watchers, hot spots, search words and attachments."""

from alembic import op

revision = "0003"
down_revision = "0002"

STATEMENTS: list[str] = [
    "ALTER TABLE tickets ADD COLUMN household BYTEA",
    "ALTER TABLE tickets ADD COLUMN merged_into UUID",
    "ALTER TABLE tickets ADD COLUMN answers JSONB DEFAULT '{}'::jsonb NOT NULL",
    "ALTER TABLE tickets ADD COLUMN outside_area BOOLEAN DEFAULT false NOT NULL",
    "CREATE INDEX tickets_filed ON tickets (filed_at, id)",
    "DROP INDEX tickets_group",
    "CREATE INDEX tickets_group ON tickets (group_id, filed_at, id)",
    "DROP INDEX tickets_reporter",
    "CREATE INDEX tickets_reporter ON tickets (reporter_id, filed_at, id)",
    "DROP INDEX tickets_handler",
    "CREATE INDEX tickets_handler ON tickets (handler_id, filed_at, id)",
    "CREATE INDEX tickets_open_group ON tickets (group_id, due_at, id) WHERE state NOT IN"
    " ('closed', 'rejected', 'merged', 'withdrawn') AND origin <> 'import'",
    "CREATE INDEX tickets_state ON tickets (community_id, state, filed_at, id) WHERE state <> 'closed'",
    "CREATE INDEX tickets_group_state ON tickets (group_id, state, filed_at, id) WHERE state <> 'closed'",
    "CREATE INDEX tickets_call_back ON tickets (community_id) WHERE call_back",
    "ALTER TABLE watchers ADD COLUMN filed_at TIMESTAMP WITH TIME ZONE",
    "UPDATE watchers w SET filed_at = t.filed_at FROM tickets t WHERE t.id = w.ticket_id",
    "ALTER TABLE watchers ALTER COLUMN filed_at SET NOT NULL",
    "DROP INDEX watchers_person",
    "CREATE INDEX watchers_person ON watchers (person_id, filed_at, ticket_id)",
    """
CREATE TABLE search_words (
    ticket_id UUID NOT NULL,
    text TEXT NOT NULL,
    words TSVECTOR NOT NULL,
    PRIMARY KEY (ticket_id),
    FOREIGN KEY(ticket_id) REFERENCES tickets (id)
)
    """,
    """
CREATE TABLE reference_version (
    one BOOLEAN NOT NULL,
    version UUID NOT NULL,
    PRIMARY KEY (one)
)
    """,
    """
CREATE TABLE clusters (
    id UUID NOT NULL,
    community_id UUID,
    building_id UUID NOT NULL,
    category TEXT NOT NULL,
    opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
    last_at TIMESTAMP WITH TIME ZONE NOT NULL,
    households INTEGER NOT NULL,
    closed_at TIMESTAMP WITH TIME ZONE,
    parent_id UUID,
    revision INTEGER NOT NULL,
    PRIMARY KEY (id)
)
    """,
    "CREATE UNIQUE INDEX clusters_open_once ON clusters (building_id, category) WHERE closed_at IS NULL",
    "CREATE INDEX clusters_community ON clusters (community_id, opened_at)",
    """
CREATE TABLE attachments (
    id UUID NOT NULL,
    sha256 TEXT NOT NULL,
    media_type TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    width INTEGER,
    height INTEGER,
    uploader_id UUID,
    by_staff BOOLEAN NOT NULL,
    uploaded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ticket_id UUID,
    round INTEGER,
    attached_at TIMESTAMP WITH TIME ZONE,
    released_at TIMESTAMP WITH TIME ZONE,
    released_by UUID,
    removed_at TIMESTAMP WITH TIME ZONE,
    removed_by UUID,
    reason TEXT NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(ticket_id) REFERENCES tickets (id)
)
    """,
    "CREATE INDEX attachments_ticket ON attachments (ticket_id)",
    "CREATE INDEX attachments_content ON attachments (sha256)",
    """
CREATE TABLE category_versions (
    community_id UUID NOT NULL,
    code TEXT NOT NULL,
    version INTEGER NOT NULL,
    effective_from TIMESTAMP WITH TIME ZONE NOT NULL,
    parent TEXT,
    label TEXT NOT NULL,
    label_en TEXT NOT NULL,
    class TEXT NOT NULL,
    keywords TEXT[] NOT NULL,
    ordinal INTEGER NOT NULL,
    kinds TEXT[] NOT NULL,
    visible BOOLEAN NOT NULL,
    public BOOLEAN NOT NULL,
    review_first BOOLEAN NOT NULL,
    photo_required BOOLEAN NOT NULL,
    checklist TEXT[] NOT NULL,
    standard_code TEXT NOT NULL,
    questions JSONB NOT NULL,
    made_by UUID,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (community_id, code, version)
)
    """,
    """
CREATE TABLE saved_views (
    id UUID NOT NULL,
    person_id UUID NOT NULL,
    name TEXT NOT NULL,
    filters JSONB NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT saved_views_name UNIQUE (person_id, name)
)
    """,
    """
CREATE TABLE visits (
    id UUID NOT NULL,
    ticket_id UUID NOT NULL,
    round INTEGER NOT NULL,
    planned_by UUID,
    planned_at TIMESTAMP WITH TIME ZONE,
    made_by UUID,
    made_at TIMESTAMP WITH TIME ZONE,
    result TEXT NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(ticket_id) REFERENCES tickets (id)
)
    """,
    "CREATE INDEX visits_ticket ON visits (ticket_id)",
    "CREATE INDEX search_words_gin ON search_words USING gin (words)",
]


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
