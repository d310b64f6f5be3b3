-- One check per entry when its transaction commits (K1, K2, K8), as the owner: before PostgreSQL 18 a deferred trigger
-- runs as whoever commits.
CREATE FUNCTION entry_complete() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM entry_balanced(NEW);
    PERFORM entry_in_period(NEW);
    PERFORM entry_authorised(NEW);
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER entry_complete AFTER INSERT ON journal_entry DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION entry_complete();
