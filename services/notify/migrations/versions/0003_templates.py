"""Templates and rules as people write them: versions with author and approver, languages, what is on file where.

A text is approved by another person than its author, and once submitted its words never change; one code at a provider
stands for one text. Whoever changes templates or rules moves the stamp by which running processes notice.
"""

from alembic import op

from chassis.database import app_role

revision = "0003"
down_revision = "0002"

STATEMENTS: list[str] = [
    "CREATE EXTENSION IF NOT EXISTS btree_gist",
    "ALTER TABLE templates RENAME TO template_versions",
    "ALTER TABLE template_versions RENAME CONSTRAINT templates_pkey TO template_versions_pkey",
    """
    CREATE TABLE templates (
        id UUID NOT NULL PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        message_class TEXT NOT NULL,
        topic TEXT NOT NULL,
        channel TEXT NOT NULL,
        hours_begin TIME,
        hours_end TIME,
        links BOOLEAN NOT NULL,
        downgrade BOOLEAN NOT NULL,
        confidential BOOLEAN NOT NULL,
        organization_id UUID,
        created_at TIMESTAMPTZ NOT NULL,
        created_by UUID,
        CONSTRAINT templates_hours CHECK ((hours_begin IS NULL) = (hours_end IS NULL) AND hours_begin < hours_end)
    )
    """,
    """
    INSERT INTO templates
    SELECT gen_random_uuid(), name, message_class, topic, 'sms', NULL, NULL, false, false, false, NULL, now(), NULL
    FROM (SELECT DISTINCT ON (name) * FROM template_versions ORDER BY name, version DESC) AS newest
    """,
    """
    CREATE TABLE provider_templates (
        id UUID NOT NULL PRIMARY KEY,
        template TEXT NOT NULL,
        version INTEGER NOT NULL,
        provider TEXT NOT NULL,
        language TEXT NOT NULL,
        shown JSONB NOT NULL,
        code TEXT NOT NULL,
        text TEXT NOT NULL,
        parameters JSONB NOT NULL,
        state TEXT NOT NULL,
        revision INTEGER NOT NULL,
        FOREIGN KEY (template, version) REFERENCES template_versions (name, version),
        CONSTRAINT provider_templates_one_code_one_text
            EXCLUDE USING gist (provider WITH =, code WITH =, text WITH <>) WHERE (state IN ('filed', 'approved'))
    )
    """,
    """
    CREATE UNIQUE INDEX provider_templates_standing ON provider_templates (template, version, provider, language, shown)
    WHERE state IN ('filed', 'approved')
    """,
    """
    INSERT INTO provider_templates
    SELECT gen_random_uuid(), name, version, 'aliyun', 'zh-CN', '[]', provider_code, filed_text,
        coalesce((SELECT jsonb_agg(found ORDER BY at) FROM (
            SELECT m[1] AS found, min(place) AS at
            FROM regexp_matches(filed_text, '\\$\\{([A-Za-z0-9_]+)\\}', 'g') WITH ORDINALITY AS x(m, place) GROUP BY 1
        ) AS parameters), '[]'), 'approved', 1
    FROM template_versions WHERE live
    """,
    """
    ALTER TABLE template_versions
        ADD COLUMN id UUID, ADD COLUMN bodies JSONB, ADD COLUMN subjects JSONB NOT NULL DEFAULT '{}',
        ADD COLUMN author UUID, ADD COLUMN approver UUID, ADD COLUMN state TEXT, ADD COLUMN note TEXT NOT NULL DEFAULT '',
        ADD COLUMN created_at TIMESTAMPTZ NOT NULL DEFAULT now(), ADD COLUMN revision INTEGER NOT NULL DEFAULT 1
    """,
    """
    UPDATE template_versions SET id = gen_random_uuid(), bodies = jsonb_build_object('zh-CN', body),
        state = CASE WHEN live THEN 'live' ELSE 'superseded' END
    """,
    "DROP INDEX templates_live",
    """
    ALTER TABLE template_versions
        ALTER COLUMN id SET NOT NULL, ALTER COLUMN bodies SET NOT NULL, ALTER COLUMN state SET NOT NULL,
        ALTER COLUMN subjects DROP DEFAULT, ALTER COLUMN note DROP DEFAULT, ALTER COLUMN created_at DROP DEFAULT,
        ALTER COLUMN revision DROP DEFAULT,
        DROP COLUMN message_class, DROP COLUMN topic, DROP COLUMN body, DROP COLUMN provider_code,
        DROP COLUMN filed_text, DROP COLUMN live,
        ADD UNIQUE (id),
        ADD FOREIGN KEY (name) REFERENCES templates (name),
        ADD CONSTRAINT template_versions_two_people CHECK (approver <> author),
        ADD CONSTRAINT template_versions_approved
            CHECK (author IS NULL OR approver IS NOT NULL OR state NOT IN ('approved', 'live', 'superseded'))
    """,
    "CREATE UNIQUE INDEX template_versions_live ON template_versions (name) WHERE state = 'live'",
    """
    CREATE FUNCTION words_stay() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF OLD.state <> 'draft' AND (OLD.bodies <> NEW.bodies OR OLD.subjects <> NEW.subjects) THEN
            RAISE EXCEPTION 'the words of a submitted version do not change' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER words_stay BEFORE UPDATE ON template_versions FOR EACH ROW EXECUTE FUNCTION words_stay()
    """,
    "ALTER TABLE messages ADD COLUMN language TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE messages ALTER COLUMN language DROP DEFAULT",
    """
    ALTER TABLE rules
        ADD COLUMN id UUID NOT NULL DEFAULT gen_random_uuid(), ADD COLUMN author UUID, ADD COLUMN switched_by UUID,
        ADD COLUMN created_at TIMESTAMPTZ NOT NULL DEFAULT now(), ADD COLUMN revision INTEGER NOT NULL DEFAULT 1
    """,
    """
    ALTER TABLE rules ALTER COLUMN id DROP DEFAULT, ALTER COLUMN created_at DROP DEFAULT,
        ALTER COLUMN revision DROP DEFAULT, ADD UNIQUE (id)
    """,
    "CREATE UNIQUE INDEX rules_enabled ON rules (name) WHERE enabled",
    "CREATE TABLE catalogue_stamp (\"only\" BOOLEAN NOT NULL PRIMARY KEY CHECK (\"only\"), stamp BIGINT NOT NULL)",
    "INSERT INTO catalogue_stamp VALUES (true, 1)",
    """
    CREATE FUNCTION move_stamp() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE catalogue_stamp SET stamp = stamp + 1;
        RETURN NULL;
    END $$
    """,
    *(
        f"CREATE TRIGGER move_stamp AFTER INSERT OR UPDATE OR DELETE ON {table} EXECUTE FUNCTION move_stamp()"
        for table in ("templates", "template_versions", "provider_templates", "rules")
    ),
    "REVOKE DELETE ON template_versions, provider_templates, rules FROM {app}",
    "REVOKE INSERT, DELETE ON catalogue_stamp FROM {app}",
]


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement.replace("{app}", app_role()))
