-- Posts 1 to 200 items under the locks of their funds: known, refused, or written, one outcome each, in order.
CREATE FUNCTION ledger_post(p_book uuid, p_items jsonb) RETURNS SETOF jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_item jsonb;
BEGIN
    PERFORM ledger_lock(p_book, ARRAY(SELECT DISTINCT (i ->> 'fund_id')::uuid FROM jsonb_array_elements(p_items) AS i));
    FOR v_item IN SELECT i FROM jsonb_array_elements(p_items) WITH ORDINALITY AS items (i, no) ORDER BY no LIMIT 200 LOOP
        RETURN NEXT coalesce(ledger_known(p_book, v_item), ledger_refusal(p_book, v_item), ledger_write(p_book, v_item));
    END LOOP;
END $$;
