-- The auditor's named checks. Each query answers the ids of what is wrong; a clean ledger answers none.

-- check: every entry balances, in all and per fund
SELECT entry_id AS id FROM journal_line GROUP BY book_id, entry_id, fund_id HAVING sum(amount_fen) <> 0

-- check: every entry has the lines and the total its header says
SELECT e.id
  FROM journal_entry e LEFT JOIN journal_line l ON l.book_id = e.book_id AND l.entry_id = e.id
 GROUP BY e.book_id, e.id
HAVING count(l.line_no) <> e.line_count OR coalesce(sum(l.amount_fen) FILTER (WHERE l.amount_fen > 0), 0) <> e.total_fen

-- check: every period sums to zero
SELECT e.period_id::text AS id
  FROM journal_line l JOIN journal_entry e ON e.book_id = l.book_id AND e.id = l.entry_id
 GROUP BY e.book_id, e.period_id HAVING sum(l.amount_fen) <> 0

-- check: balances equal their lines
SELECT coalesce(b.account_id, l.account_id) AS id
  FROM balance b
  FULL JOIN (SELECT l.book_id, l.account_id, l.fund_id, e.period_id,
                    sum(greatest(l.amount_fen, 0)) AS debit_fen, sum(greatest(-l.amount_fen, 0)) AS credit_fen
               FROM journal_line l JOIN journal_entry e ON e.book_id = l.book_id AND e.id = l.entry_id
              GROUP BY 1, 2, 3, 4) AS l USING (book_id, account_id, fund_id, period_id)
 WHERE b.debit_fen IS DISTINCT FROM l.debit_fen OR b.credit_fen IS DISTINCT FROM l.credit_fen

-- check: available cash equals the own cash lines
SELECT v.fund_id AS id
  FROM fund_available v
  LEFT JOIN (SELECT l.fund_id, sum(l.amount_fen) AS cash_fen
               FROM journal_line l JOIN account a ON a.id = l.account_id AND a.cash = 'own' GROUP BY l.fund_id) AS own USING (fund_id)
 WHERE v.cash_fen <> coalesce(own.cash_fen, 0)

-- check: committed money equals the open rests
SELECT v.fund_id AS id
  FROM fund_available v
  LEFT JOIN (SELECT fund_id, sum(amount_fen - paid_fen - released_fen) AS rest_fen FROM commitment GROUP BY fund_id) AS c USING (fund_id)
 WHERE v.committed_fen <> coalesce(c.rest_fen, 0)

-- check: nothing is overdrawn
SELECT fund_id AS id FROM fund_available WHERE cash_fen - held_fen - committed_fen < floor_fen

-- check: commitments equal their history
SELECT c.id
  FROM commitment c LEFT JOIN commitment_event h ON h.commitment_id = c.id
 GROUP BY c.book_id, c.id
HAVING coalesce(sum(h.amount_fen) FILTER (WHERE h.what = 'made'), 0) <> c.amount_fen
    OR coalesce(sum(h.amount_fen) FILTER (WHERE h.what = 'paid'), 0) <> c.paid_fen
    OR coalesce(sum(h.amount_fen) FILTER (WHERE h.what = 'released'), 0) <> c.released_fen

-- check: vouchers and sequences have no hole
SELECT lead_fund_id AS id
  FROM (SELECT lead_fund_id, voucher_no, seq,
               row_number() OVER (PARTITION BY book_id, lead_fund_id, period_id ORDER BY voucher_no) AS nth_voucher,
               row_number() OVER (PARTITION BY book_id, lead_fund_id ORDER BY seq) AS nth
          FROM journal_entry) AS e
 WHERE voucher_no <> nth_voucher OR seq <> nth

-- check: heads stand where the last entry stands
SELECT h.fund_id AS id
  FROM fund_head h LEFT JOIN journal_entry e ON e.book_id = h.book_id AND e.lead_fund_id = h.fund_id
 GROUP BY h.book_id, h.fund_id HAVING h.last_seq <> coalesce(max(e.seq), 0)

-- check: every entry lies in its period and chart
SELECT DISTINCT l.entry_id AS id
  FROM journal_line l
  JOIN journal_entry e ON e.book_id = l.book_id AND e.id = l.entry_id
  LEFT JOIN period p ON p.book_id = e.book_id AND p.number = e.period_id
  LEFT JOIN account a ON a.id = l.account_id
 WHERE (e.booking_date BETWEEN p.starts AND p.ends AND a.chart_id = p.chart_id AND a.postable) IS NOT TRUE

-- check: money left only by an approval, through its payer
SELECT e.id
  FROM journal_entry e
  LEFT JOIN approval a ON a.id = e.approval_id AND a.fund_id = e.lead_fund_id
  LEFT JOIN approval_part p ON p.approval_id = a.id AND p.person_id = e.prepared_by AND p.part = 'payer'
 WHERE e.kind = 'payment' AND (a.state IN ('granted', 'used') AND p.person_id IS NOT NULL) IS NOT TRUE
 UNION
SELECT l.entry_id
  FROM journal_line l
  JOIN journal_entry e ON e.book_id = l.book_id AND e.id = l.entry_id AND e.kind = 'inflow'
  JOIN account a ON a.id = l.account_id AND a.cash <> 'no'
 GROUP BY l.entry_id, l.fund_id HAVING sum(l.amount_fen) < 0

-- check: approvals are used exactly as the payments say
SELECT a.id
  FROM approval a LEFT JOIN journal_entry e ON e.book_id = a.book_id AND e.approval_id = a.id
 GROUP BY a.id HAVING coalesce(sum(e.total_fen), 0) <> a.used_fen OR a.used_fen > a.amount_fen

-- check: two people approved, neither of them author or payer
SELECT a.id
  FROM approval a
 WHERE a.state IN ('granted', 'used')
   AND a.required > (SELECT count(*)
                       FROM vote v JOIN approval_part p ON p.approval_id = v.approval_id AND p.person_id = v.person_id AND p.part = 'approver'
                      WHERE v.approval_id = a.id AND v.decision = 'yes' AND v.subject_hash = a.subject_hash)
 UNION
SELECT approval_id FROM approval_part GROUP BY approval_id, person_id HAVING count(*) > 1
 UNION
SELECT a.id
  FROM approval a JOIN application s ON s.id = a.subject_id
 WHERE NOT EXISTS (SELECT 1 FROM approval_part p WHERE p.approval_id = a.id AND p.part = 'author')

-- check: payments and donations equal their entries
SELECT p.id
  FROM payment p LEFT JOIN journal_entry e ON e.id = p.entry_id
 WHERE p.state = 'sent' AND (e.total_fen = p.amount_fen AND e.lead_fund_id = p.fund_id AND e.prepared_by = p.payer_id) IS NOT TRUE
 UNION
SELECT d.id
  FROM donation d LEFT JOIN journal_entry e ON e.id = d.entry_id
 WHERE (e.total_fen = d.amount_fen AND e.lead_fund_id = d.fund_id) IS NOT TRUE
 UNION
SELECT e.id
  FROM journal_entry e
 WHERE NOT EXISTS (SELECT 1 FROM payment p WHERE p.entry_id = e.id) AND NOT EXISTS (SELECT 1 FROM donation d WHERE d.entry_id = e.id)

-- check: an approved application has its money set aside
SELECT s.id
  FROM application s LEFT JOIN commitment c ON c.id = s.commitment_id AND c.approval_id = s.approval_id
 WHERE s.state IN ('approved', 'paid', 'closed') AND c.id IS NULL
