-- Sets money aside for a granted approval, once. Available falls at once, or the outcome says how much there is.
CREATE FUNCTION ledger_reserve(p_approval uuid, p_commitment uuid, p_at timestamptz) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    a approval;
    v_available bigint;
    v_revision bigint;
    v_made uuid;
BEGIN
    SELECT * INTO a FROM approval WHERE id = p_approval;
    PERFORM ledger_lock(a.book_id, ARRAY[a.fund_id]);
    SELECT * INTO a FROM approval WHERE id = p_approval FOR UPDATE;
    SELECT id INTO v_made FROM commitment WHERE approval_id = p_approval;
    IF v_made IS NOT NULL THEN
        RETURN jsonb_build_object('outcome', 'known', 'commitment_id', v_made);
    END IF;
    IF a.state IS DISTINCT FROM 'granted' THEN
        RETURN '{"outcome": "not_granted"}';
    END IF;
    SELECT cash_fen - held_fen - committed_fen - floor_fen INTO v_available FROM fund_available
     WHERE book_id = a.book_id AND fund_id = a.fund_id;
    IF v_available < a.amount_fen THEN
        RETURN jsonb_build_object('outcome', 'not_enough_available', 'available_fen', v_available);
    END IF;
    UPDATE fund_available SET committed_fen = committed_fen + a.amount_fen WHERE book_id = a.book_id AND fund_id = a.fund_id;
    INSERT INTO commitment (book_id, id, fund_id, approval_id, amount_fen, paid_fen, released_fen, state, made_at)
    VALUES (a.book_id, p_commitment, a.fund_id, a.id, a.amount_fen, 0, 0, 'open', p_at);
    PERFORM ledger_note(a.book_id, p_commitment, 'made', a.amount_fen, NULL, p_at);
    UPDATE fund_head SET revision = revision + 1 WHERE book_id = a.book_id AND fund_id = a.fund_id RETURNING revision INTO v_revision;
    RETURN jsonb_build_object('outcome', 'made', 'commitment_id', p_commitment, 'revision', v_revision);
END $$;
