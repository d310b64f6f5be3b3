-- K15: the running role reads, executes the ledger's functions, and writes case tables; it writes no ledger row and no
-- amount of an approval or commitment. {app} is that role.
REVOKE ALL ON book, chart, account, fund, period, fund_head, fund_period, fund_available, balance, journal_entry, journal_line,
    commitment, commitment_event, approval, approval_part, vote, duty_role, bank_account FROM {app};
GRANT SELECT ON book, chart, account, fund, period, fund_head, fund_period, fund_available, balance, journal_entry, journal_line,
    commitment, commitment_event, approval, approval_part, vote, duty_role, bank_account TO {app};
GRANT INSERT ON approval_part, vote TO {app};
GRANT UPDATE (state, decided_at, revision) ON approval TO {app};
REVOKE DELETE, TRUNCATE ON application, application_key, application_private, donation, payment, payee_private, fund_duty,
    document, attachment, area_ref, organization_ref, ticket_ref FROM {app};
DO $$
DECLARE
    f regprocedure;
BEGIN
    FOR f IN SELECT oid FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proowner = current_user::regrole LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
    END LOOP;
END $$;
GRANT EXECUTE ON FUNCTION ledger_lock(uuid, uuid[]), ledger_open_fund(uuid, jsonb), ledger_open_period(uuid, date),
    ledger_post(uuid, jsonb), ledger_reserve(uuid, uuid, timestamptz), ledger_release(uuid, text, timestamptz),
    approval_open(uuid, uuid, text, integer, timestamptz), approval_valid_yes(uuid), duty_works(uuid, uuid, text) TO {app};
