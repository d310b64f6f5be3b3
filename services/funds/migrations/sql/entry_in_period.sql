-- K2: the period is open, the booking date lies in it, every account is postable and of the period's chart,
-- a cash line says where it stands in the cash flow statement and no other line does.
CREATE FUNCTION entry_in_period(e journal_entry) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    p period;
BEGIN
    SELECT * INTO p FROM period WHERE book_id = e.book_id AND number = e.period_id;
    IF p.state IS DISTINCT FROM 'open' OR e.booking_date NOT BETWEEN p.starts AND p.ends THEN
        RAISE EXCEPTION 'period % is not open for %', e.period_id, e.booking_date USING ERRCODE = '23514';
    END IF;
    IF EXISTS (
        SELECT 1 FROM journal_line l LEFT JOIN account a ON a.id = l.account_id LEFT JOIN fund f ON f.book_id = l.book_id AND f.id = l.fund_id
         WHERE l.book_id = e.book_id AND l.entry_id = e.id
           AND (a.postable IS NOT TRUE OR a.chart_id <> p.chart_id OR a.book_id <> e.book_id OR f.state IS DISTINCT FROM 'open'
                OR (a.cash = 'no') <> (l.cash_flow_item IS NULL))
    ) THEN
        RAISE EXCEPTION 'entry % has a line on an account or fund that cannot be used', e.id USING ERRCODE = '23514';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM journal_line WHERE book_id = e.book_id AND entry_id = e.id AND fund_id = e.lead_fund_id) THEN
        RAISE EXCEPTION 'entry % has no line in its leading fund', e.id USING ERRCODE = '23514';
    END IF;
END $$;
