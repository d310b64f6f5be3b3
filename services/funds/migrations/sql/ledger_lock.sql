-- fund_head is the lock of a fund. Everything that moves or promises its money holds it, taken in one order.
CREATE FUNCTION ledger_lock(p_book uuid, p_funds uuid[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM 1 FROM fund_head WHERE book_id = p_book AND fund_id = ANY (p_funds) ORDER BY fund_id FOR UPDATE;
END $$;
