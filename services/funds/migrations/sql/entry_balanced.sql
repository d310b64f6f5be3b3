-- K1: as many lines as the header says, its total on each side, zero overall and zero per fund.
CREATE FUNCTION entry_balanced(e journal_entry) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    lines bigint;
    debit numeric;
    sum_all numeric;
BEGIN
    SELECT count(*), coalesce(sum(amount_fen) FILTER (WHERE amount_fen > 0), 0), coalesce(sum(amount_fen), 0)
      INTO lines, debit, sum_all FROM journal_line WHERE book_id = e.book_id AND entry_id = e.id;
    IF lines <> e.line_count OR lines < 2 THEN
        RAISE EXCEPTION 'entry % has % lines, its header says %', e.id, lines, e.line_count USING ERRCODE = '23514';
    END IF;
    IF sum_all <> 0 OR debit <> e.total_fen THEN
        RAISE EXCEPTION 'entry % does not balance', e.id USING ERRCODE = '23514';
    END IF;
    IF EXISTS (SELECT 1 FROM journal_line WHERE book_id = e.book_id AND entry_id = e.id GROUP BY fund_id HAVING sum(amount_fen) <> 0) THEN
        RAISE EXCEPTION 'entry % does not balance in each fund', e.id USING ERRCODE = '23514';
    END IF;
END $$;
