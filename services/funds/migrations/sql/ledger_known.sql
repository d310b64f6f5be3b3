-- K13: a business key has one entry for ever. The same request again finds it; another one under its key is told the fields.
CREATE FUNCTION ledger_known(p_book uuid, p_item jsonb) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    e journal_entry;
    differing text[];
BEGIN
    SELECT * INTO e FROM journal_entry
     WHERE book_id = p_book AND source_kind = p_item ->> 'source_kind' AND source_id = (p_item ->> 'source_id')::uuid
       AND step = p_item ->> 'step';
    IF e.id IS NULL THEN
        RETURN NULL;
    END IF;
    IF e.request_hash = decode(p_item ->> 'request_hash', 'hex') THEN
        RETURN jsonb_build_object('outcome', 'known', 'entry_id', e.id, 'period', e.period_id, 'voucher_no', e.voucher_no, 'seq', e.seq);
    END IF;
    SELECT array_agg(field) INTO differing FROM (VALUES
        ('fund_id', e.lead_fund_id::text), ('template', e.template), ('effective_date', e.effective_date::text),
        ('amount_fen', e.total_fen::text), ('narration_args', to_jsonb(e.narration_args)::text)) AS stored (field, value)
     WHERE value IS DISTINCT FROM p_item ->> field;
    RETURN jsonb_build_object('outcome', 'conflicting_source', 'entry_id', e.id, 'fields', coalesce(differing, '{}'));
END $$;
