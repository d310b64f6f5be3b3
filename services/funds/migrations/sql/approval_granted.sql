-- K9: nothing is granted, or counts as used, without the votes that the rule requires and with one that refuses.
CREATE FUNCTION approval_granted() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.state IN ('granted', 'used') THEN
        RETURN NULL;
    END IF;
    IF approval_valid_yes(NEW.id) < NEW.required OR EXISTS (SELECT 1 FROM vote WHERE approval_id = NEW.id AND decision = 'no') THEN
        RAISE EXCEPTION 'approval % has not the votes it needs', NEW.id USING ERRCODE = '23514';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER approval_granted AFTER INSERT OR UPDATE ON approval
    FOR EACH ROW WHEN (NEW.state IN ('granted', 'used')) EXECUTE FUNCTION approval_granted();
