-- K4: what is written in these tables stays as it is, for the owner too.
CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '% on % is never allowed', TG_OP, TG_TABLE_NAME USING ERRCODE = '42501';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON journal_entry FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON journal_line FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON approval_part FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON vote FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON commitment_event FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER keys_stay BEFORE DELETE OR TRUNCATE OR UPDATE OF id, book_id, chart_id, code ON account FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER keys_stay BEFORE DELETE OR TRUNCATE OR UPDATE OF id, book_id, fund_id, subject_id, subject_hash, required, amount_fen ON approval
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER keys_stay BEFORE DELETE OR TRUNCATE OR UPDATE OF id, book_id, fund_id, approval_id, amount_fen ON commitment
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();
