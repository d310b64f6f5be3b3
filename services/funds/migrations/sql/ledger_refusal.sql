-- Why an item cannot be posted, or NULL. A refused item is an outcome, not a failure: nothing of it is written.
CREATE FUNCTION ledger_refusal(p_book uuid, p_item jsonb) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_day date := (p_item ->> 'booking_date')::date;
    v_period period;
    v_open date;
BEGIN
    IF NOT EXISTS (SELECT 1 FROM fund WHERE book_id = p_book AND id = (p_item ->> 'fund_id')::uuid AND state = 'open') THEN
        RETURN '{"outcome": "fund_not_open"}';
    END IF;
    SELECT * INTO v_period FROM period WHERE book_id = p_book AND v_day BETWEEN starts AND ends;
    IF v_period.state IS DISTINCT FROM 'open' THEN
        SELECT starts INTO v_open FROM period WHERE book_id = p_book AND state = 'open' AND ends >= v_day;
        RETURN jsonb_build_object('outcome', 'period_closed', 'next_open_date', v_open);
    END IF;
    IF EXISTS (
        SELECT 1 FROM jsonb_array_elements(p_item -> 'lines') AS l
          LEFT JOIN account a ON a.chart_id = v_period.chart_id AND a.code = l ->> 'account' AND (a.book_id IS NULL OR a.book_id = p_book)
         WHERE a.postable IS NOT TRUE
    ) THEN
        RETURN '{"outcome": "account_not_usable"}';
    END IF;
    IF (SELECT count(*) < 2 OR sum((l ->> 'amount_fen')::numeric) <> 0 FROM jsonb_array_elements(p_item -> 'lines') AS l) THEN
        RETURN '{"outcome": "unbalanced"}';
    END IF;
    IF p_item ->> 'kind' = 'payment' THEN
        RETURN ledger_payment_refusal(p_book, p_item);
    END IF;
    RETURN NULL;
END $$;
