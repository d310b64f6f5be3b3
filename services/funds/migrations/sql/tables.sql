-- The tables as this version has them. The app role's rights are taken in roles.sql.
CREATE TABLE area_ref (
    id UUID NOT NULL,
    kind TEXT NOT NULL,
    path UUID[] NOT NULL,
    name TEXT NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (id)
);
CREATE TABLE book (
    id UUID NOT NULL,
    currency CHAR(3) NOT NULL,
    zone TEXT NOT NULL,
    PRIMARY KEY (id)
);
CREATE TABLE chart (
    id UUID NOT NULL,
    standard TEXT NOT NULL,
    valid_from DATE NOT NULL,
    valid_to DATE,
    verified BOOLEAN NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (standard)
);
CREATE TABLE duty_role (
    duty TEXT NOT NULL,
    role TEXT NOT NULL,
    PRIMARY KEY (duty, role)
);
CREATE TABLE journal_entry (
    book_id UUID NOT NULL,
    id UUID NOT NULL,
    lead_fund_id UUID NOT NULL,
    period_id INTEGER NOT NULL,
    voucher_no BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    kind TEXT NOT NULL,
    template TEXT NOT NULL,
    template_version SMALLINT NOT NULL,
    booking_date DATE NOT NULL,
    effective_date DATE NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    source_kind TEXT NOT NULL,
    source_id UUID NOT NULL,
    step TEXT NOT NULL,
    request_hash BYTEA NOT NULL,
    line_count SMALLINT NOT NULL,
    total_fen BIGINT NOT NULL,
    narration_code TEXT NOT NULL,
    narration_args TEXT[] NOT NULL,
    prepared_by UUID NOT NULL,
    approval_id UUID,
    commitment_id UUID,
    documents TEXT[] NOT NULL,
    xid BIGINT NOT NULL,
    PRIMARY KEY (book_id, id),
    CONSTRAINT voucher_once UNIQUE (book_id, lead_fund_id, period_id, voucher_no),
    CONSTRAINT seq_once UNIQUE (book_id, lead_fund_id, seq),
    CONSTRAINT source_once UNIQUE (book_id, source_kind, source_id, step),
    CONSTRAINT entry_kind CHECK (kind IN ('inflow', 'payment')),
    CONSTRAINT entry_whole CHECK (line_count >= 2 AND total_fen > 0),
    CONSTRAINT entry_dates CHECK (effective_date <= booking_date),
    CONSTRAINT entry_authority CHECK ((kind = 'payment') = (approval_id IS NOT NULL)),
    CONSTRAINT entry_commitment CHECK ((approval_id IS NULL) = (commitment_id IS NULL)),
    CONSTRAINT entry_numbers CHECK (voucher_no > 0 AND seq > 0)
);
CREATE INDEX journal_entry_approval ON journal_entry (book_id, approval_id) WHERE approval_id IS NOT NULL;
CREATE TABLE journal_line (
    book_id UUID NOT NULL,
    entry_id UUID NOT NULL,
    line_no SMALLINT NOT NULL,
    account_id UUID NOT NULL,
    fund_id UUID NOT NULL,
    amount_fen BIGINT NOT NULL,
    cash_flow_item TEXT,
    PRIMARY KEY (book_id, entry_id, line_no),
    CONSTRAINT line_amount CHECK (amount_fen <> 0)
);
CREATE INDEX journal_line_account ON journal_line (book_id, account_id, fund_id);
CREATE TABLE organization_ref (
    id UUID NOT NULL,
    area_id UUID,
    path UUID[] NOT NULL,
    name TEXT NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX organization_ref_area ON organization_ref (area_id);
CREATE TABLE payee_private (
    id UUID NOT NULL,
    key_wrapped BYTEA NOT NULL,
    payee BYTEA NOT NULL,
    PRIMARY KEY (id)
);
CREATE TABLE ticket_ref (
    id UUID NOT NULL,
    number TEXT NOT NULL,
    community_id UUID NOT NULL,
    correlation UUID NOT NULL,
    reporter_id UUID,
    state TEXT NOT NULL,
    PRIMARY KEY (id)
);
CREATE TABLE account (
    id UUID NOT NULL,
    book_id UUID,
    chart_id UUID NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    element TEXT NOT NULL,
    cash TEXT NOT NULL,
    postable BOOLEAN NOT NULL,
    parent_id UUID,
    PRIMARY KEY (id),
    CONSTRAINT account_code_once UNIQUE NULLS NOT DISTINCT (book_id, chart_id, code),
    CONSTRAINT account_element CHECK (element IN ('asset', 'liability', 'net_assets', 'income', 'expense')),
    CONSTRAINT account_cash CHECK (cash IN ('own', 'agency', 'no')),
    FOREIGN KEY(book_id) REFERENCES book (id),
    FOREIGN KEY(chart_id) REFERENCES chart (id),
    FOREIGN KEY(parent_id) REFERENCES account (id)
);
CREATE TABLE bank_account (
    id UUID NOT NULL,
    book_id UUID NOT NULL,
    account_code TEXT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (book_id),
    FOREIGN KEY(book_id) REFERENCES book (id)
);
CREATE TABLE fund (
    book_id UUID NOT NULL,
    id UUID NOT NULL,
    community_id UUID NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    opens DATE NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (book_id, id),
    CONSTRAINT fund_code_once UNIQUE (book_id, code),
    CONSTRAINT fund_code CHECK (code ~ '^[A-Z][A-Z0-9]{1,7}$'),
    CONSTRAINT fund_kind CHECK (kind IN ('charity', 'group_org')),
    CONSTRAINT fund_state CHECK (state = 'open'),
    FOREIGN KEY(book_id) REFERENCES book (id),
    UNIQUE (id)
);
CREATE TABLE period (
    book_id UUID NOT NULL,
    number INTEGER NOT NULL,
    chart_id UUID NOT NULL,
    starts DATE NOT NULL,
    ends DATE NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (book_id, number),
    CONSTRAINT period_is_its_month CHECK (number = extract(year FROM starts) * 100 + extract(month FROM starts) AND extract(day FROM starts) = 1 AND ends = starts + interval '1 month' - interval '1 day'),
    CONSTRAINT period_state CHECK (state IN ('open', 'soft_closed')),
    FOREIGN KEY(book_id) REFERENCES book (id),
    FOREIGN KEY(chart_id) REFERENCES chart (id)
);
CREATE UNIQUE INDEX period_one_open ON period (book_id) WHERE state = 'open';
CREATE TABLE application (
    id UUID NOT NULL,
    code TEXT NOT NULL,
    ticket_id UUID NOT NULL,
    community_id UUID NOT NULL,
    correlation UUID NOT NULL,
    fund_id UUID,
    category TEXT NOT NULL,
    asked_fen BIGINT,
    proposed_fen BIGINT,
    urgent BOOLEAN NOT NULL,
    applicant_id UUID,
    beneficiary_id UUID,
    author_id UUID,
    verifier_id UUID,
    approval_id UUID,
    commitment_id UUID,
    state TEXT NOT NULL,
    revision BIGINT NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    subject_hash BYTEA GENERATED ALWAYS AS (sha256((id::text || ' ' || coalesce(fund_id::text, '') || ' ' || category || ' ' || coalesce(proposed_fen::text, '') || ' ' || coalesce(beneficiary_id::text, ''))::bytea)) STORED,
    PRIMARY KEY (id),
    CONSTRAINT application_two_clerks CHECK (author_id <> verifier_id),
    CONSTRAINT application_amounts CHECK (asked_fen > 0 AND proposed_fen > 0),
    CONSTRAINT application_category CHECK (category ~ '^[a-z_]+$'),
    UNIQUE (code),
    FOREIGN KEY(fund_id) REFERENCES fund (id)
);
CREATE INDEX application_fund ON application (fund_id, state);
CREATE UNIQUE INDEX application_one_live ON application (ticket_id, category) WHERE state NOT IN ('closed', 'rejected', 'withdrawn', 'lapsed');
CREATE TABLE balance (
    book_id UUID NOT NULL,
    account_id UUID NOT NULL,
    fund_id UUID NOT NULL,
    period_id INTEGER NOT NULL,
    debit_fen BIGINT NOT NULL,
    credit_fen BIGINT NOT NULL,
    PRIMARY KEY (book_id, account_id, fund_id, period_id),
    FOREIGN KEY(book_id, fund_id) REFERENCES fund (book_id, id),
    CONSTRAINT sides_not_negative CHECK (debit_fen >= 0 AND credit_fen >= 0),
    FOREIGN KEY(account_id) REFERENCES account (id)
)
 WITH (fillfactor = 70);
CREATE TABLE document (
    id UUID NOT NULL,
    fund_id UUID NOT NULL,
    sha256 TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size BIGINT NOT NULL,
    key_wrapped BYTEA NOT NULL,
    content BYTEA NOT NULL,
    uploaded_by UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(fund_id) REFERENCES fund (id)
);
CREATE TABLE donation (
    id UUID NOT NULL,
    fund_id UUID NOT NULL,
    form TEXT NOT NULL,
    amount_fen BIGINT NOT NULL,
    received_on DATE NOT NULL,
    donor_id UUID,
    publish TEXT NOT NULL,
    reference TEXT,
    entry_id UUID NOT NULL,
    state TEXT NOT NULL,
    revision BIGINT NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT donation_form CHECK (form IN ('money', 'sale_proceeds')),
    CONSTRAINT donation_amount CHECK (amount_fen > 0),
    FOREIGN KEY(fund_id) REFERENCES fund (id)
);
CREATE INDEX donation_fund ON donation (fund_id, id);
CREATE TABLE fund_available (
    book_id UUID NOT NULL,
    fund_id UUID NOT NULL,
    cash_fen BIGINT NOT NULL,
    held_fen BIGINT NOT NULL,
    committed_fen BIGINT NOT NULL,
    floor_fen BIGINT NOT NULL,
    PRIMARY KEY (book_id, fund_id),
    FOREIGN KEY(book_id, fund_id) REFERENCES fund (book_id, id),
    CONSTRAINT no_overdraft CHECK (cash_fen - held_fen - committed_fen >= floor_fen),
    CONSTRAINT parts_not_negative CHECK (held_fen >= 0 AND committed_fen >= 0 AND floor_fen >= 0)
)
 WITH (fillfactor = 50);
CREATE TABLE fund_duty (
    id UUID NOT NULL,
    fund_id UUID NOT NULL,
    person_id UUID NOT NULL,
    duty TEXT NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE,
    state TEXT NOT NULL,
    proposed_by UUID NOT NULL,
    confirmed_by UUID,
    revision BIGINT NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT duty_not_own CHECK (person_id <> proposed_by AND person_id <> confirmed_by),
    CONSTRAINT duty_two_people CHECK (proposed_by <> confirmed_by),
    CONSTRAINT duty_confirmed_by_somebody CHECK (state <> 'confirmed' OR confirmed_by IS NOT NULL),
    CONSTRAINT duty_dates CHECK (valid_until >= valid_from),
    FOREIGN KEY(fund_id) REFERENCES fund (id)
);
CREATE UNIQUE INDEX duty_once ON fund_duty (fund_id, person_id, duty) WHERE state <> 'ended';
CREATE TABLE fund_head (
    book_id UUID NOT NULL,
    fund_id UUID NOT NULL,
    last_seq BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    PRIMARY KEY (book_id, fund_id),
    FOREIGN KEY(book_id, fund_id) REFERENCES fund (book_id, id)
)
 WITH (fillfactor = 50);
CREATE TABLE fund_period (
    book_id UUID NOT NULL,
    fund_id UUID NOT NULL,
    period_id INTEGER NOT NULL,
    last_voucher_no BIGINT NOT NULL,
    PRIMARY KEY (book_id, fund_id, period_id),
    FOREIGN KEY(book_id, fund_id) REFERENCES fund (book_id, id),
    FOREIGN KEY(book_id, period_id) REFERENCES period (book_id, number)
)
 WITH (fillfactor = 50);
CREATE TABLE application_key (
    application_id UUID NOT NULL,
    key_wrapped BYTEA NOT NULL,
    PRIMARY KEY (application_id),
    FOREIGN KEY(application_id) REFERENCES application (id)
);
CREATE TABLE application_private (
    id UUID NOT NULL,
    application_id UUID NOT NULL,
    place TEXT NOT NULL,
    words BYTEA NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(application_id) REFERENCES application (id)
);
CREATE INDEX application_private_application ON application_private (application_id);
CREATE TABLE approval (
    id UUID NOT NULL,
    book_id UUID NOT NULL,
    fund_id UUID NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id UUID NOT NULL,
    subject_hash BYTEA NOT NULL,
    rule TEXT NOT NULL,
    required SMALLINT NOT NULL,
    amount_fen BIGINT NOT NULL,
    used_fen BIGINT NOT NULL,
    state TEXT NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    decided_at TIMESTAMP WITH TIME ZONE,
    revision BIGINT NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(book_id, fund_id) REFERENCES fund (book_id, id),
    CONSTRAINT approval_subject_kind CHECK (subject_kind = 'application'),
    CONSTRAINT approval_two_votes CHECK (required >= 2),
    CONSTRAINT approval_used_within CHECK (used_fen BETWEEN 0 AND amount_fen AND amount_fen > 0),
    CONSTRAINT approval_state CHECK (state IN ('open', 'granted', 'refused', 'void', 'expired', 'used')),
    FOREIGN KEY(subject_id) REFERENCES application (id)
);
CREATE INDEX approval_fund ON approval (fund_id, state);
CREATE UNIQUE INDEX approval_one_undecided ON approval (subject_id) WHERE state IN ('open', 'granted');
CREATE TABLE attachment (
    application_id UUID NOT NULL,
    document_id UUID NOT NULL,
    place TEXT NOT NULL,
    PRIMARY KEY (application_id, document_id, place),
    FOREIGN KEY(application_id) REFERENCES application (id),
    FOREIGN KEY(document_id) REFERENCES document (id)
);
CREATE TABLE approval_part (
    approval_id UUID NOT NULL,
    person_id UUID NOT NULL,
    part TEXT NOT NULL,
    PRIMARY KEY (approval_id, person_id),
    CONSTRAINT approval_part_key UNIQUE (approval_id, person_id, part),
    CONSTRAINT approval_part_known CHECK (part IN ('author', 'approver', 'payer')),
    FOREIGN KEY(approval_id) REFERENCES approval (id)
);
CREATE TABLE commitment (
    book_id UUID NOT NULL,
    id UUID NOT NULL,
    fund_id UUID NOT NULL,
    approval_id UUID NOT NULL,
    amount_fen BIGINT NOT NULL,
    paid_fen BIGINT NOT NULL,
    released_fen BIGINT NOT NULL,
    state TEXT NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (book_id, id),
    FOREIGN KEY(book_id, fund_id) REFERENCES fund (book_id, id),
    CONSTRAINT commitment_within CHECK (paid_fen >= 0 AND released_fen >= 0 AND amount_fen > 0 AND paid_fen + released_fen <= amount_fen),
    CONSTRAINT commitment_state CHECK (state IN ('open', 'part_paid', 'settled', 'released', 'expired')),
    CONSTRAINT commitment_rest CHECK ((state IN ('open', 'part_paid')) = (paid_fen + released_fen < amount_fen)),
    UNIQUE (id),
    UNIQUE (approval_id),
    FOREIGN KEY(approval_id) REFERENCES approval (id)
);
CREATE TABLE commitment_event (
    book_id UUID NOT NULL,
    commitment_id UUID NOT NULL,
    no SMALLINT NOT NULL,
    what TEXT NOT NULL,
    amount_fen BIGINT NOT NULL,
    entry_id UUID,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (book_id, commitment_id, no),
    CONSTRAINT commitment_event_what CHECK (what IN ('made', 'paid', 'released')),
    FOREIGN KEY(commitment_id) REFERENCES commitment (id)
);
CREATE TABLE payment (
    id UUID NOT NULL,
    fund_id UUID NOT NULL,
    application_id UUID NOT NULL,
    commitment_id UUID NOT NULL,
    approval_id UUID NOT NULL,
    payee_id UUID NOT NULL,
    amount_fen BIGINT NOT NULL,
    final BOOLEAN NOT NULL,
    slip_code TEXT NOT NULL,
    author_id UUID NOT NULL,
    author_part TEXT GENERATED ALWAYS AS ('author') STORED NOT NULL,
    payer_id UUID,
    payer_part TEXT GENERATED ALWAYS AS ('payer') STORED NOT NULL,
    bank_account_id UUID NOT NULL,
    bank_ref TEXT,
    paid_on DATE,
    entry_id UUID,
    state TEXT NOT NULL,
    revision BIGINT NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT payment_author FOREIGN KEY(approval_id, author_id, author_part) REFERENCES approval_part (approval_id, person_id, part),
    CONSTRAINT payment_payer FOREIGN KEY(approval_id, payer_id, payer_part) REFERENCES approval_part (approval_id, person_id, part),
    CONSTRAINT bank_reference_once UNIQUE (bank_account_id, bank_ref),
    CONSTRAINT payment_two_people CHECK (author_id <> payer_id),
    CONSTRAINT payment_amount CHECK (amount_fen > 0),
    CONSTRAINT payment_sent_whole CHECK ((state = 'sent') = (entry_id IS NOT NULL AND bank_ref IS NOT NULL AND payer_id IS NOT NULL)),
    FOREIGN KEY(fund_id) REFERENCES fund (id),
    FOREIGN KEY(application_id) REFERENCES application (id),
    FOREIGN KEY(commitment_id) REFERENCES commitment (id),
    FOREIGN KEY(payee_id) REFERENCES payee_private (id),
    UNIQUE (slip_code),
    FOREIGN KEY(bank_account_id) REFERENCES bank_account (id)
);
CREATE INDEX payment_commitment ON payment (commitment_id);
CREATE INDEX payment_fund ON payment (fund_id, state);
CREATE TABLE vote (
    approval_id UUID NOT NULL,
    person_id UUID NOT NULL,
    part TEXT GENERATED ALWAYS AS ('approver') STORED NOT NULL,
    decision TEXT NOT NULL,
    subject_hash BYTEA NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (approval_id, person_id),
    FOREIGN KEY(approval_id, person_id, part) REFERENCES approval_part (approval_id, person_id, part),
    CONSTRAINT vote_decision CHECK (decision IN ('yes', 'no'))
);
