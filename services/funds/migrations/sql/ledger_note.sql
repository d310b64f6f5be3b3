-- One line of a commitment's history.
CREATE FUNCTION ledger_note(p_book uuid, p_commitment uuid, p_what text, p_amount bigint, p_entry uuid, p_at timestamptz)
RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO commitment_event (book_id, commitment_id, no, what, amount_fen, entry_id, at)
    SELECT p_book, p_commitment, 1 + count(*), p_what, p_amount, p_entry, p_at
      FROM commitment_event WHERE book_id = p_book AND commitment_id = p_commitment
$$;
