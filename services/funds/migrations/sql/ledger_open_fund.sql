-- Opens a fund with its head and its available sum. The book row is the lock against a period that ends meanwhile.
CREATE FUNCTION ledger_open_fund(p_book uuid, p_fund jsonb) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_id uuid := (p_fund ->> 'id')::uuid;
BEGIN
    PERFORM 1 FROM book WHERE id = p_book FOR UPDATE;
    IF EXISTS (SELECT 1 FROM fund WHERE id = v_id OR book_id = p_book AND code = p_fund ->> 'code') THEN
        RETURN 'code_taken';
    END IF;
    INSERT INTO fund (book_id, id, community_id, code, name, kind, opens, state)
    VALUES (p_book, v_id, (p_fund ->> 'community_id')::uuid, p_fund ->> 'code', p_fund ->> 'name', p_fund ->> 'kind',
            (p_fund ->> 'opens')::date, 'open');
    INSERT INTO fund_head (book_id, fund_id, last_seq, revision) VALUES (p_book, v_id, 0, 1);
    INSERT INTO fund_available (book_id, fund_id, cash_fen, held_fen, committed_fen, floor_fen) VALUES (p_book, v_id, 0, 0, 0, 0);
    RETURN 'opened';
END $$;
