-- K9: the yes votes that count: cast on the case as it is now, each by an approver of the fund whose role still stands.
CREATE FUNCTION approval_valid_yes(p_approval uuid) RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT count(*)::integer
      FROM approval a
      JOIN application s ON s.id = a.subject_id AND s.subject_hash = a.subject_hash AND s.fund_id = a.fund_id AND s.proposed_fen = a.amount_fen
      JOIN vote v ON v.approval_id = a.id AND v.subject_hash = a.subject_hash AND v.decision = 'yes'
     WHERE a.id = p_approval AND duty_works(a.fund_id, v.person_id, 'approver')
$$;
