-- K3: a line comes in the transaction of its header and has one of the header's numbers. The numbers hold also after a
-- restore, where transaction numbers start again.
CREATE FUNCTION lines_in_time() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM added l LEFT JOIN journal_entry e ON e.book_id = l.book_id AND e.id = l.entry_id
         WHERE e.id IS NULL OR e.xid <> pg_current_xact_id()::text::bigint OR l.line_no NOT BETWEEN 1 AND e.line_count
    ) THEN
        RAISE EXCEPTION 'a line without its header, too late, or beyond its count' USING ERRCODE = '23514';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER lines_in_time AFTER INSERT ON journal_line REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION lines_in_time();
