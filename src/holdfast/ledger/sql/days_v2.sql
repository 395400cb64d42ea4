-- Closes the books through a day, as before. The checkpoints there are are read once, and before any is written: asked
-- for each account that moved, a table that was empty when the plan was made would be walked through for each of them.
CREATE OR REPLACE FUNCTION ledger_close(day date) RETURNS integer
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
    WITH last AS MATERIALIZED (
        SELECT DISTINCT ON (c.account_id) c.account_id, c.balance_minor FROM ledger_checkpoint c
        ORDER BY c.account_id, c.booked_on DESC
    ), moved AS MATERIALIZED (
        SELECT e.account_id, sum(e.amount_minor)::bigint AS amount
        FROM ledger_transfer t JOIN ledger_entry e ON e.transfer_id = t.id
        WHERE t.booked_on <= day AND (before IS NULL OR t.booked_on > before) GROUP BY e.account_id
    ), now_there AS MATERIALIZED (
        SELECT moved.account_id, moved.amount + coalesce(last.balance_minor, 0) AS balance_minor
        FROM moved LEFT JOIN last ON last.account_id = moved.account_id
    )
    INSERT INTO ledger_checkpoint (account_id, booked_on, balance_minor)
    SELECT account_id, day, balance_minor FROM now_there;
    GET DIAGNOSTICS written = ROW_COUNT;
    UPDATE ledger_calendar SET closed_through = day;
    RETURN written;
END $$;
