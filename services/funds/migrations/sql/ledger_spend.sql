-- A payment uses its commitment and its approval. When it is the final one, the rest becomes available again.
CREATE FUNCTION ledger_spend(p_book uuid, p_commitment uuid, p_entry uuid, p_amount bigint, p_final boolean, p_at timestamptz)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    c commitment;
    v_rest bigint;
BEGIN
    SELECT * INTO c FROM commitment WHERE book_id = p_book AND id = p_commitment FOR UPDATE;
    v_rest := CASE WHEN p_final THEN c.amount_fen - c.paid_fen - c.released_fen - p_amount ELSE 0 END;
    UPDATE commitment SET paid_fen = paid_fen + p_amount, released_fen = released_fen + v_rest,
           state = CASE WHEN paid_fen + p_amount + released_fen + v_rest = amount_fen THEN 'settled' ELSE 'part_paid' END
     WHERE book_id = p_book AND id = p_commitment RETURNING * INTO c;
    PERFORM ledger_note(p_book, p_commitment, 'paid', p_amount, p_entry, p_at);
    IF v_rest > 0 THEN
        PERFORM ledger_note(p_book, p_commitment, 'released', v_rest, NULL, p_at);
    END IF;
    UPDATE approval SET used_fen = used_fen + p_amount, revision = revision + 1,
           state = CASE WHEN c.state = 'settled' THEN 'used' ELSE state END
     WHERE id = c.approval_id;
    UPDATE fund_available SET committed_fen = committed_fen - p_amount - v_rest
     WHERE book_id = p_book AND fund_id = c.fund_id;
END $$;
