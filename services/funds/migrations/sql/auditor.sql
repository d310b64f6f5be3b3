-- K15: the role that checks the books. It reads everything but what is under seal, and it writes nothing.
GRANT SELECT ON book, chart, account, bank_account, fund, period, fund_head, fund_period, fund_available, balance, journal_entry,
    journal_line, commitment, commitment_event, approval, approval_part, vote, duty_role, fund_duty, application, donation, payment,
    attachment, area_ref, organization_ref, ticket_ref, audit, access_log TO yihu_funds_auditor;
GRANT SELECT (id, fund_id, sha256, media_type, size, uploaded_by, at) ON document TO yihu_funds_auditor;
