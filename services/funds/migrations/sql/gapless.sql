-- K5: vouchers of a fund and month, and the entries of a fund, are numbered 1, 2, 3 without a hole. A header also names
-- the transaction that writes it, so that K3 can hold its lines to it.
CREATE FUNCTION gapless() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM added n
         WHERE n.xid <> pg_current_xact_id()::text::bigint
            OR n.voucher_no > 1 AND NOT EXISTS (
                SELECT 1 FROM journal_entry e WHERE e.book_id = n.book_id AND e.lead_fund_id = n.lead_fund_id
                   AND e.period_id = n.period_id AND e.voucher_no = n.voucher_no - 1)
            OR n.seq > 1 AND NOT EXISTS (
                SELECT 1 FROM journal_entry e WHERE e.book_id = n.book_id AND e.lead_fund_id = n.lead_fund_id AND e.seq = n.seq - 1)
    ) THEN
        RAISE EXCEPTION 'a voucher number leaves a hole' USING ERRCODE = '23514';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER gapless AFTER INSERT ON journal_entry REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION gapless();
