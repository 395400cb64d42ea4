-- The one door into the ledger. Takes {"accounts": [...], "transfers": [...]}, in the order they happened.
-- Guarded accounts are locked once, by ID, before anything is written; their balance and version move with
-- each entry: the accounts get the last ones, and entries count back from there. Runs as the schema's owner:
-- the application itself may write none of these tables.
--
-- A transfer is booked on the day on which it happened, in the operator's zone, or on the first day still open: the
-- share lock on the calendar holds the close back until all that is under way is written.
CREATE OR REPLACE FUNCTION ledger_post(doc jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    calendar ledger_calendar;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(4202);
    SELECT * INTO calendar FROM ledger_calendar;

    INSERT INTO ledger_account (id, code, owner, currency, guarded, balance_minor, version)
    SELECT a.id, a.code, a.owner, a.currency, a.guarded, CASE WHEN a.guarded THEN 0 END, 0
    FROM jsonb_to_recordset(doc->'accounts') a (id uuid, code text, owner text, currency text, guarded boolean)
    ORDER BY a.id
    ON CONFLICT DO NOTHING;

    PERFORM 1 FROM ledger_account
    WHERE id = ANY (ARRAY(SELECT (t->>side)::uuid FROM jsonb_array_elements(doc->'transfers') t,
                                                       unnest('{debit,credit}'::text[]) side))
      AND guarded
    ORDER BY id FOR UPDATE;

    INSERT INTO ledger_transfer (id, kind, debit_id, credit_id, amount_minor, currency, order_id, tranche, lot,
                                 subject_id, cause_id, happened_at, recorded_at, booked_on)
    SELECT t.id, t.kind, t.debit, t.credit, t.amount_minor, t.currency, t.order_id, t.tranche, t.lot,
           t.subject_id, t.cause_id, t.happened_at, clock_timestamp(),
           greatest((t.happened_at AT TIME ZONE calendar.zone)::date, calendar.closed_through + 1)
    FROM jsonb_to_recordset(doc->'transfers') t (
        id uuid, kind text, debit uuid, credit uuid, amount_minor bigint, currency text, order_id uuid,
        tranche smallint, lot smallint, subject_id uuid, cause_id uuid, happened_at timestamptz);

    WITH side AS MATERIALIZED (
        SELECT (t->>'id')::uuid AS transfer, (t->>name)::uuid AS account, sign * (t->>'amount_minor')::bigint AS amount,
               row_number() OVER (ORDER BY place, sign) AS place
        FROM jsonb_array_elements(doc->'transfers') WITH ORDINALITY one (t, place),
             (VALUES ('debit', -1), ('credit', 1)) two (name, sign)
    ), moved AS (
        UPDATE ledger_account a SET balance_minor = a.balance_minor + s.amount, version = a.version + s.entries
        FROM (SELECT account, sum(amount)::bigint AS amount, count(*)::integer AS entries FROM side GROUP BY account) s
        WHERE a.id = s.account AND a.guarded
        RETURNING a.id, a.balance_minor, a.version
    )
    INSERT INTO ledger_entry (transfer_id, account_id, amount_minor, balance_after_minor, version)
    SELECT s.transfer, s.account, s.amount, m.balance_minor - coalesce(sum(s.amount) OVER later, 0),
           m.version - count(*) OVER later
    FROM side s LEFT JOIN moved m ON m.id = s.account
    WINDOW later AS (PARTITION BY s.account ORDER BY s.place ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING)
    ORDER BY s.place;
END $$;
