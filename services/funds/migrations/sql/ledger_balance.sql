-- Adds an entry's lines to the balances per account, fund and period, and its own cash to what the fund has.
CREATE FUNCTION ledger_balance(p_book uuid, p_entry uuid, p_period integer) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO balance (book_id, account_id, fund_id, period_id, debit_fen, credit_fen)
    SELECT p_book, account_id, fund_id, p_period, sum(greatest(amount_fen, 0)), sum(greatest(-amount_fen, 0))
      FROM journal_line WHERE book_id = p_book AND entry_id = p_entry GROUP BY account_id, fund_id ORDER BY account_id, fund_id
        ON CONFLICT (book_id, account_id, fund_id, period_id) DO UPDATE
       SET debit_fen = balance.debit_fen + excluded.debit_fen, credit_fen = balance.credit_fen + excluded.credit_fen;
    UPDATE fund_available f SET cash_fen = f.cash_fen + own.amount_fen
      FROM (SELECT l.fund_id, sum(l.amount_fen) AS amount_fen FROM journal_line l JOIN account a ON a.id = l.account_id AND a.cash = 'own'
             WHERE l.book_id = p_book AND l.entry_id = p_entry GROUP BY l.fund_id) AS own
     WHERE f.book_id = p_book AND f.fund_id = own.fund_id;
END $$;
