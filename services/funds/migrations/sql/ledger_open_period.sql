-- Makes the month of a day the open one; the months before it are soft-closed, none is left out. First the book row and
-- every fund_head: so no entry slips into a month that ends.
CREATE FUNCTION ledger_open_period(p_book uuid, p_day date) RETURNS integer[] LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    target date := date_trunc('month', p_day)::date;
    month date;
    opened integer[] := '{}';
BEGIN
    IF EXISTS (SELECT 1 FROM period WHERE book_id = p_book AND state = 'open' AND starts >= target) THEN
        RETURN opened;
    END IF;
    PERFORM 1 FROM book WHERE id = p_book FOR UPDATE;
    PERFORM 1 FROM fund_head WHERE book_id = p_book ORDER BY fund_id FOR UPDATE;
    SELECT coalesce((max(starts) + interval '1 month')::date, target) INTO month FROM period WHERE book_id = p_book;
    WHILE month <= target LOOP
        UPDATE period SET state = 'soft_closed' WHERE book_id = p_book AND state = 'open';
        INSERT INTO period (book_id, number, chart_id, starts, ends, state)
        SELECT p_book, extract(year FROM month) * 100 + extract(month FROM month), id, month,
               (month + interval '1 month' - interval '1 day')::date, 'open'
          FROM chart WHERE month BETWEEN valid_from AND coalesce(valid_to, 'infinity');
        IF NOT FOUND THEN
            RAISE EXCEPTION 'no chart is in force in %', month USING ERRCODE = '23514';
        END IF;
        opened := opened || (extract(year FROM month) * 100 + extract(month FROM month))::integer;
        month := (month + interval '1 month')::date;
    END LOOP;
    RETURN opened;
END $$;
