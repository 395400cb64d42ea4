-- The head of a chain that no order's row guards: its advisory lock is taken first and held to the end of the
-- transaction, so that the next place is ours.
CREATE FUNCTION record_head(chain uuid, OUT seq integer, OUT hash bytea) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(chain::text, 4201));
    SELECT e.seq, e.hash INTO seq, hash FROM record_event e WHERE e.chain_id = chain ORDER BY e.seq DESC LIMIT 1;
    IF NOT FOUND THEN
        seq := 0;
        hash := decode(repeat('00', 32), 'hex');
    END IF;
END $$;

-- Which transaction wrote an event: readers of the public list stop below the oldest one still running, so
-- that a late commit is never skipped. A database restored from a dump counts its transactions anew; whoever
-- restores one replaces this function by a number above every recorded one, so that the list goes on where it was.
CREATE FUNCTION record_epoch() RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN 0::bigint;
ALTER TABLE record_event ADD COLUMN recorded_xid bigint NOT NULL
    DEFAULT (pg_current_xact_id()::text::bigint + record_epoch());
CREATE INDEX record_event_listed ON record_event (recorded_xid, id);
