-- Opens the approval of an application: the amount is the one proposed, the author is the application's.
CREATE FUNCTION approval_open(p_id uuid, p_application uuid, p_rule text, p_required integer, p_expires_at timestamptz)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO approval (id, book_id, fund_id, subject_kind, subject_id, subject_hash, rule, required, amount_fen, used_fen, state, expires_at, revision)
    SELECT p_id, f.book_id, f.id, 'application', s.id, s.subject_hash, p_rule, p_required, s.proposed_fen, 0, 'open', p_expires_at, 1
      FROM application s JOIN fund f ON f.id = s.fund_id WHERE s.id = p_application;
    INSERT INTO approval_part (approval_id, person_id, part)
    SELECT p_id, author_id, 'author' FROM application WHERE id = p_application;
END $$;
