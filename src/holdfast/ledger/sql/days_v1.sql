-- The calendar has one row. The zone may be set until a day is closed; a close goes forward only.
INSERT INTO ledger_calendar (singular, zone) VALUES (true, 'UTC');

CREATE FUNCTION ledger_zone(wanted text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(4202);
    UPDATE ledger_calendar SET zone = wanted WHERE closed_through IS NULL AND zone <> wanted;
END $$;
REVOKE ALL ON FUNCTION ledger_zone(text) FROM PUBLIC;

-- Closes the books through a day: waits for whoever is posting, then no transfer is booked on it or before it any
-- more. Writes a checkpoint for each account that moved since the last close and answers how many.
CREATE FUNCTION ledger_close(day date) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    before date;
    written integer;
BEGIN
    PERFORM pg_advisory_xact_lock(4202);
    SELECT closed_through INTO before FROM ledger_calendar;
    IF before >= day THEN
        RAISE EXCEPTION 'the books are closed through %', before USING ERRCODE = 'HF004';
    END IF;
    INSERT INTO ledger_checkpoint (account_id, booked_on, balance_minor)
    SELECT moved.account_id, day, moved.amount + coalesce((
        SELECT c.balance_minor FROM ledger_checkpoint c WHERE c.account_id = moved.account_id
        ORDER BY c.booked_on DESC LIMIT 1), 0)
    FROM (SELECT e.account_id, sum(e.amount_minor)::bigint AS amount
          FROM ledger_transfer t JOIN ledger_entry e ON e.transfer_id = t.id
          WHERE t.booked_on <= day AND (before IS NULL OR t.booked_on > before) GROUP BY e.account_id) moved;
    GET DIAGNOSTICS written = ROW_COUNT;
    UPDATE ledger_calendar SET closed_through = day;
    RETURN written;
END $$;
REVOKE ALL ON FUNCTION ledger_close(date) FROM PUBLIC;
