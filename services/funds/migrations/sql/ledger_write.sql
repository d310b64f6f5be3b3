-- Writes one entry under the fund's lock: numbers from the locked rows, header, lines, balances, available, commitment.
CREATE FUNCTION ledger_write(p_book uuid, p_item jsonb) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    i record;
    v_period period;
    v_seq bigint;
    v_revision bigint;
    v_voucher bigint;
BEGIN
    SELECT * INTO i FROM jsonb_to_record(p_item) AS r (
        entry_id uuid, fund_id uuid, kind text, template text, template_version smallint, booking_date date, effective_date date,
        recorded_at timestamptz, source_kind text, source_id uuid, step text, request_hash text, amount_fen bigint,
        narration_code text, narration_args text[], prepared_by uuid, approval_id uuid, commitment_id uuid, final boolean, documents text[]);
    SELECT * INTO v_period FROM period WHERE book_id = p_book AND i.booking_date BETWEEN starts AND ends;
    UPDATE fund_head SET last_seq = last_seq + 1, revision = revision + 1 WHERE book_id = p_book AND fund_id = i.fund_id
        RETURNING last_seq, revision INTO v_seq, v_revision;
    INSERT INTO fund_period (book_id, fund_id, period_id, last_voucher_no) VALUES (p_book, i.fund_id, v_period.number, 1)
        ON CONFLICT (book_id, fund_id, period_id) DO UPDATE SET last_voucher_no = fund_period.last_voucher_no + 1
        RETURNING last_voucher_no INTO v_voucher;
    INSERT INTO journal_entry (book_id, id, lead_fund_id, period_id, voucher_no, seq, kind, template, template_version, booking_date,
        effective_date, recorded_at, source_kind, source_id, step, request_hash, line_count, total_fen, narration_code, narration_args,
        prepared_by, approval_id, commitment_id, documents, xid)
    VALUES (p_book, i.entry_id, i.fund_id, v_period.number, v_voucher, v_seq, i.kind, i.template, i.template_version, i.booking_date,
        i.effective_date, i.recorded_at, i.source_kind, i.source_id, i.step, decode(i.request_hash, 'hex'),
        jsonb_array_length(p_item -> 'lines'), i.amount_fen, i.narration_code, i.narration_args,
        i.prepared_by, i.approval_id, i.commitment_id, i.documents, pg_current_xact_id()::text::bigint);
    INSERT INTO journal_line (book_id, entry_id, line_no, account_id, fund_id, amount_fen, cash_flow_item)
    SELECT p_book, i.entry_id, l.no, a.id, i.fund_id, (l.line ->> 'amount_fen')::bigint, l.line ->> 'cash_flow_item'
      FROM jsonb_array_elements(p_item -> 'lines') WITH ORDINALITY AS l (line, no)
      JOIN account a ON a.chart_id = v_period.chart_id AND a.code = l.line ->> 'account' AND (a.book_id IS NULL OR a.book_id = p_book);
    IF i.kind = 'payment' THEN
        PERFORM ledger_spend(p_book, i.commitment_id, i.entry_id, i.amount_fen, coalesce(i.final, false), i.recorded_at);
    END IF;
    PERFORM ledger_balance(p_book, i.entry_id, v_period.number);
    RETURN jsonb_build_object('outcome', 'posted', 'entry_id', i.entry_id, 'period', v_period.number, 'voucher_no', v_voucher,
        'seq', v_seq, 'revision', v_revision);
END $$;
