"""What must hold, as data and as SQL: copied by hand from the design, never from the code."""

# From which state a case may come to which.
LEGAL = {
    "": {"received", "draft"},
    "draft": {"draft", "received", "rejected", "withdrawn", "merged"},
    "received": {"received", "assigned", "rejected", "withdrawn", "deliberating", "merged"},
    "assigned": {"assigned", "accepted", "received", "rejected", "withdrawn", "deliberating"},
    "accepted": {"accepted", "in_progress", "resolved", "received", "withdrawn", "deliberating"},
    "in_progress": {"in_progress", "resolved", "withdrawn"},
    "deliberating": {"deliberating", "adopted", "closed", "withdrawn"},
    "adopted": {"adopted", "resolved", "withdrawn"},
    "resolved": {"following_up", "closed", "assigned"},
    "following_up": {"following_up", "closed", "assigned"},
    "closed": {"closed", "assigned"},
    "rejected": {"rejected"},
    "withdrawn": {"withdrawn"},
    "merged": {"merged"},
}


WRITES = {
    "/v1/tickets": ("tickets", "SELECT id FROM tickets"),
    "/v1/public/tickets": ("tickets", "SELECT id FROM tickets"),
    "/v1/donations": ("funds", "SELECT d.id FROM donation d JOIN journal_entry j ON j.id = d.entry_id"),
}

# What `World` asks for has a name of its own: who got no answer and asked again finds it once all the same.
NAMED_ONCE = {
    "tickets": "SELECT description FROM tickets WHERE description ~ '^第\\d+件$' GROUP BY 1 HAVING count(*) > 1",
    "funds": "SELECT reference FROM donation WHERE reference LIKE 'FAULTS-%' GROUP BY 1 HAVING count(*) > 1",
}


MONEY = {
    "unbalanced": "SELECT entry_id, fund_id FROM journal_line GROUP BY 1, 2 HAVING sum(amount_fen) <> 0",
    "an entry lacks lines": (
        "SELECT id FROM journal_entry j"
        " WHERE line_count <> (SELECT count(*) FROM journal_line l WHERE l.entry_id = j.id)"
    ),
    "vouchers have holes": (
        "SELECT lead_fund_id, period_id FROM journal_entry GROUP BY 1, 2"
        " HAVING count(*) <> max(voucher_no) OR count(*) <> count(DISTINCT voucher_no)"
    ),
    "a balance is not the sum of its lines": (
        "WITH folded AS (SELECT l.account_id, l.fund_id, j.period_id, sum(l.amount_fen) AS fen FROM journal_line l"
        " JOIN journal_entry j ON j.id = l.entry_id GROUP BY 1, 2, 3)"
        " SELECT account_id, fund_id, period_id FROM folded f FULL JOIN (SELECT account_id, fund_id, period_id,"
        " debit_fen - credit_fen AS fen FROM balance) b USING (account_id, fund_id, period_id)"
        " WHERE coalesce(f.fen, 0) <> coalesce(b.fen, 0)"
    ),
    "granted by fewer than two others": (
        "SELECT a.id FROM approval a WHERE a.state = 'granted' AND a.required > (SELECT count(DISTINCT v.person_id)"
        " FROM vote v JOIN application p ON p.id = a.subject_id WHERE v.approval_id = a.id AND v.decision = 'yes'"
        " AND v.person_id NOT IN (p.author_id, p.verifier_id))"
    ),
    "a limit is broken": "SELECT fund_id FROM fund_available WHERE cash_fen - held_fen - committed_fen < floor_fen",
}


SETTLED_SECONDS = 5  # what was announced just now may still be on its way
WAITING = (
    f"SELECT event_id FROM feed_event WHERE position IS NULL AND announced_at < now() - interval '{SETTLED_SECONDS} s'"
)
REACHED = (
    "SELECT lane, max(position) AS position FROM feed_event WHERE position IS NOT NULL"
    f" AND announced_at < now() - interval '{SETTLED_SECONDS} s' GROUP BY 1"
)
