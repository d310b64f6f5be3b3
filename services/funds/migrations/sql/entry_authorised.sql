-- K8: by which authority money moved. An inflow takes no cash from any fund. A payment has a granted approval of its fund,
-- was prepared by that approval's payer, uses no more than was approved, and the approval knows every fen of it.
CREATE FUNCTION entry_authorised(e journal_entry) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    a approval;
    spent numeric;
BEGIN
    IF e.kind = 'inflow' THEN
        IF EXISTS (
            SELECT 1 FROM journal_line l JOIN account c ON c.id = l.account_id
             WHERE l.book_id = e.book_id AND l.entry_id = e.id AND c.cash <> 'no' GROUP BY l.fund_id HAVING sum(l.amount_fen) < 0
        ) THEN
            RAISE EXCEPTION 'entry % takes cash out without authority', e.id USING ERRCODE = '23514';
        END IF;
        RETURN;
    END IF;
    SELECT * INTO a FROM approval WHERE id = e.approval_id AND book_id = e.book_id AND fund_id = e.lead_fund_id;
    IF a.id IS NULL OR a.state NOT IN ('granted', 'used') THEN
        RAISE EXCEPTION 'entry % has no granted approval of its fund', e.id USING ERRCODE = '23514';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM approval_part WHERE approval_id = a.id AND person_id = e.prepared_by AND part = 'payer') THEN
        RAISE EXCEPTION 'entry % was not prepared by the payer', e.id USING ERRCODE = '23514';
    END IF;
    IF EXISTS (SELECT 1 FROM journal_line WHERE book_id = e.book_id AND entry_id = e.id AND fund_id <> a.fund_id)
       OR NOT EXISTS (SELECT 1 FROM commitment WHERE id = e.commitment_id AND approval_id = a.id) THEN
        RAISE EXCEPTION 'entry % reaches beyond its approval', e.id USING ERRCODE = '23514';
    END IF;
    SELECT sum(total_fen) INTO spent FROM journal_entry WHERE book_id = e.book_id AND approval_id = a.id;
    IF spent <> a.used_fen OR spent > a.amount_fen THEN
        RAISE EXCEPTION 'entry % spends % of the % approved', e.id, spent, a.amount_fen USING ERRCODE = '23514';
    END IF;
END $$;
