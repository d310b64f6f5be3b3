-- A payment needs a granted approval, its payer, and enough left of the commitment.
CREATE FUNCTION ledger_payment_refusal(p_book uuid, p_item jsonb) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_rest bigint;
BEGIN
    SELECT c.amount_fen - c.paid_fen - c.released_fen INTO v_rest
      FROM commitment c
      JOIN approval a ON a.id = c.approval_id AND a.state = 'granted'
      JOIN approval_part p ON p.approval_id = a.id AND p.part = 'payer' AND p.person_id = (p_item ->> 'prepared_by')::uuid
     WHERE c.book_id = p_book AND c.id = (p_item ->> 'commitment_id')::uuid AND c.approval_id = (p_item ->> 'approval_id')::uuid
       AND c.fund_id = (p_item ->> 'fund_id')::uuid AND c.state IN ('open', 'part_paid');
    IF v_rest IS NULL THEN
        RETURN '{"outcome": "not_authorised"}';
    END IF;
    IF (p_item ->> 'amount_fen')::bigint > v_rest THEN
        RETURN jsonb_build_object('outcome', 'over_commitment', 'rest_fen', v_rest);
    END IF;
    RETURN NULL;
END $$;
