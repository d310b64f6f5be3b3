CREATE TABLE answers (
    prompt_id UUID NOT NULL,
    revision INTEGER NOT NULL,
    option TEXT NOT NULL,
    channel TEXT NOT NULL,
    received_id UUID,
    late BOOLEAN NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (prompt_id, revision)
);
CREATE TABLE cap_counters (
    recipient_key BYTEA NOT NULL,
    message_class TEXT NOT NULL,
    minute TIMESTAMP WITH TIME ZONE NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (recipient_key, message_class, minute)
);
CREATE TABLE categories (
    category TEXT NOT NULL,
    label TEXT NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (category)
);
CREATE TABLE data_keys (
    recipient_key BYTEA NOT NULL,
    wrapped BYTEA NOT NULL,
    PRIMARY KEY (recipient_key)
);
CREATE TABLE delivery_reports (
    ordinal BIGINT GENERATED ALWAYS AS IDENTITY,
    provider TEXT NOT NULL,
    provider_ref TEXT NOT NULL,
    status TEXT NOT NULL,
    submission_id UUID NOT NULL,
    code TEXT NOT NULL,
    verdict TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE,
    received_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (ordinal),
    UNIQUE (provider, submission_id, provider_ref, status)
);
CREATE TABLE groups (
    group_id UUID NOT NULL,
    name TEXT NOT NULL,
    area_id UUID,
    state TEXT NOT NULL,
    PRIMARY KEY (group_id)
);
CREATE TABLE leaders (
    group_id UUID NOT NULL,
    leader_id UUID,
    deputy_id UUID,
    PRIMARY KEY (group_id)
);
CREATE TABLE messages (
    id UUID NOT NULL,
    notification_id UUID NOT NULL,
    channel TEXT NOT NULL,
    person_id UUID,
    challenge_id UUID,
    to_enc BYTEA,
    recipient_key BYTEA,
    message_class TEXT NOT NULL,
    topic TEXT NOT NULL,
    on_unknown TEXT NOT NULL,
    priority SMALLINT NOT NULL,
    rule TEXT NOT NULL,
    template TEXT NOT NULL,
    template_version INTEGER NOT NULL,
    prompt_id UUID,
    about UUID,
    round INTEGER NOT NULL,
    purpose TEXT NOT NULL,
    facts JSONB NOT NULL,
    correlation UUID NOT NULL,
    community_id UUID,
    traceparent TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    waiting_for TEXT NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE NOT NULL,
    valid_until TIMESTAMP WITH TIME ZONE NOT NULL,
    attempt INTEGER NOT NULL,
    extra SMALLINT NOT NULL,
    possible_duplicate BOOLEAN NOT NULL,
    segments INTEGER NOT NULL,
    billable INTEGER NOT NULL,
    body_enc BYTEA,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    submitted_at TIMESTAMP WITH TIME ZONE,
    closed_at TIMESTAMP WITH TIME ZONE,
    revision INTEGER NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT messages_one_extra CHECK (extra <= 1)
);
CREATE INDEX messages_correlation ON messages (correlation);
CREATE INDEX messages_due ON messages (priority, due_at) WHERE state = 'queued';
CREATE INDEX messages_expiry ON messages (valid_until) WHERE state IN ('queued', 'parked');
CREATE INDEX messages_open ON messages (state) WHERE state IN ('parked', 'unknown', 'claimed');
CREATE INDEX messages_prompt ON messages (prompt_id) WHERE prompt_id IS NOT NULL;
CREATE INDEX messages_recipient ON messages (recipient_key, created_at) WHERE recipient_key IS NOT NULL;
CREATE INDEX messages_silent ON messages (submitted_at) WHERE state = 'submitted';
CREATE TABLE notifications (
    id UUID NOT NULL,
    event_id UUID NOT NULL,
    event_type TEXT NOT NULL,
    rule TEXT NOT NULL,
    person_id UUID,
    about UUID,
    round INTEGER NOT NULL,
    purpose TEXT NOT NULL,
    correlation UUID NOT NULL,
    community_id UUID,
    traceparent TEXT NOT NULL,
    trace JSONB NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id),
    UNIQUE NULLS NOT DISTINCT (event_id, rule, person_id)
);
CREATE INDEX notifications_correlation ON notifications (correlation);
CREATE TABLE opt_outs (
    id UUID NOT NULL,
    recipient_key BYTEA NOT NULL,
    person_id UUID,
    topic TEXT NOT NULL,
    channel TEXT NOT NULL,
    source TEXT NOT NULL,
    evidence UUID,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX opt_outs_number ON opt_outs (recipient_key);
CREATE INDEX opt_outs_person ON opt_outs (person_id) WHERE person_id IS NOT NULL;
CREATE TABLE places (
    area_id UUID NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    path UUID[] NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (area_id)
);
CREATE TABLE prompts (
    id UUID NOT NULL,
    about_type TEXT NOT NULL,
    about UUID NOT NULL,
    round INTEGER NOT NULL,
    purpose TEXT NOT NULL,
    person_id UUID NOT NULL,
    options JSONB NOT NULL,
    changeable BOOLEAN NOT NULL,
    sender TEXT NOT NULL,
    recipient_key BYTEA,
    ext TEXT,
    ext_held BOOLEAN NOT NULL,
    link_hash BYTEA NOT NULL,
    state TEXT NOT NULL,
    valid_hours INTEGER NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE,
    asked_at TIMESTAMP WITH TIME ZONE,
    closed_at TIMESTAMP WITH TIME ZONE,
    hinted BOOLEAN NOT NULL,
    late_told BOOLEAN NOT NULL,
    number TEXT NOT NULL,
    category TEXT NOT NULL,
    correlation UUID NOT NULL,
    community_id UUID,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (link_hash)
);
CREATE INDEX prompts_correlation ON prompts (correlation);
CREATE INDEX prompts_expiry ON prompts (expires_at) WHERE state = 'open';
CREATE UNIQUE INDEX prompts_ext ON prompts (sender, recipient_key, ext) WHERE ext_held;
CREATE UNIQUE INDEX prompts_open ON prompts (about, purpose, person_id) WHERE state IN ('planned', 'open');
CREATE INDEX prompts_recipient ON prompts (recipient_key, closed_at) WHERE recipient_key IS NOT NULL;
CREATE INDEX prompts_release ON prompts (closed_at) WHERE ext_held;
CREATE TABLE providers (
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    base_url TEXT NOT NULL,
    in_flight INTEGER NOT NULL,
    left_out_until TIMESTAMP WITH TIME ZONE,
    left_out_for TEXT NOT NULL,
    PRIMARY KEY (id)
);
CREATE TABLE received (
    id UUID NOT NULL,
    provider TEXT NOT NULL,
    dedupe_key TEXT NOT NULL,
    recipient_key BYTEA NOT NULL,
    from_enc BYTEA NOT NULL,
    dest TEXT NOT NULL,
    text_enc BYTEA NOT NULL,
    outcome TEXT NOT NULL,
    reason TEXT NOT NULL,
    person_id UUID,
    prompt_id UUID,
    hints UUID[] NOT NULL,
    correlation UUID NOT NULL,
    community_id UUID,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (dedupe_key)
);
CREATE INDEX received_at ON received (at, id);
CREATE INDEX received_sender ON received (recipient_key, at);
CREATE TABLE rules (
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    event TEXT NOT NULL,
    body JSONB NOT NULL,
    enabled BOOLEAN NOT NULL,
    PRIMARY KEY (name, version)
);
CREATE TABLE senders (
    base_number TEXT NOT NULL,
    signature TEXT NOT NULL,
    ext_width INTEGER NOT NULL,
    PRIMARY KEY (base_number)
);
CREATE TABLE stray_reports (
    id UUID NOT NULL,
    provider TEXT NOT NULL,
    verdict TEXT NOT NULL,
    client_ref UUID,
    provider_ref TEXT NOT NULL,
    recipient_key BYTEA,
    status TEXT NOT NULL,
    code TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE,
    billed INTEGER,
    received_at TIMESTAMP WITH TIME ZONE NOT NULL,
    match_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id)
);
CREATE INDEX stray_reports_waiting ON stray_reports (match_at) WHERE match_at IS NOT NULL;
CREATE TABLE submissions (
    id UUID NOT NULL,
    message_id UUID NOT NULL,
    attempt INTEGER NOT NULL,
    segment INTEGER NOT NULL,
    provider TEXT NOT NULL,
    state TEXT NOT NULL,
    code TEXT NOT NULL,
    provider_ref TEXT,
    billed INTEGER,
    claimed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    lease_until TIMESTAMP WITH TIME ZONE NOT NULL,
    asked INTEGER NOT NULL,
    ask_at TIMESTAMP WITH TIME ZONE,
    closed_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id),
    UNIQUE (message_id, attempt, segment)
);
CREATE INDEX submissions_lease ON submissions (lease_until) WHERE state = 'claimed';
CREATE INDEX submissions_unknown ON submissions (ask_at) WHERE state = 'unknown';
CREATE TABLE switches (
    id UUID NOT NULL,
    message_class TEXT NOT NULL,
    stopped BOOLEAN NOT NULL,
    reason TEXT NOT NULL,
    by TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (message_class)
);
CREATE TABLE templates (
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    message_class TEXT NOT NULL,
    topic TEXT NOT NULL,
    body TEXT NOT NULL,
    provider_code TEXT NOT NULL,
    filed_text TEXT NOT NULL,
    live BOOLEAN NOT NULL,
    PRIMARY KEY (name, version)
);
CREATE UNIQUE INDEX templates_live ON templates (name) WHERE live;
REVOKE UPDATE, DELETE ON opt_outs FROM {app};
REVOKE UPDATE, DELETE ON answers FROM {app};
REVOKE UPDATE, DELETE ON delivery_reports FROM {app};
