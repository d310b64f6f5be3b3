-- Gives up what is left of a commitment: available rises by exactly the rest. Refused while a slip of it is in hand.
CREATE FUNCTION ledger_release(p_commitment uuid, p_state text, p_at timestamptz) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    c commitment;
    v_rest bigint;
    v_revision bigint;
BEGIN
    SELECT * INTO c FROM commitment WHERE id = p_commitment;
    PERFORM ledger_lock(c.book_id, ARRAY[c.fund_id]);
    SELECT * INTO c FROM commitment WHERE id = p_commitment FOR UPDATE;
    IF c.state NOT IN ('open', 'part_paid') OR p_state NOT IN ('released', 'expired') THEN
        RETURN '{"outcome": "not_open"}';
    END IF;
    IF EXISTS (SELECT 1 FROM payment WHERE commitment_id = p_commitment AND state = 'in_hand') THEN
        RETURN '{"outcome": "payment_in_hand"}';
    END IF;
    v_rest := c.amount_fen - c.paid_fen - c.released_fen;
    UPDATE commitment SET released_fen = released_fen + v_rest, state = p_state WHERE id = p_commitment;
    PERFORM ledger_note(c.book_id, p_commitment, 'released', v_rest, NULL, p_at);
    UPDATE fund_available SET committed_fen = committed_fen - v_rest WHERE book_id = c.book_id AND fund_id = c.fund_id;
    UPDATE approval SET state = 'used', revision = revision + 1 WHERE id = c.approval_id AND state = 'granted';
    UPDATE fund_head SET revision = revision + 1 WHERE book_id = c.book_id AND fund_id = c.fund_id RETURNING revision INTO v_revision;
    RETURN jsonb_build_object('outcome', 'released', 'rest_fen', v_rest, 'paid_fen', c.paid_fen, 'revision', v_revision);
END $$;
