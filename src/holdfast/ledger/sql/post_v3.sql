-- The one door into the ledger. Takes {"accounts": [...], "transfers": [...]}, in the order they happened.
-- Guarded accounts are locked once, by ID, before anything is written; their balance and version move with
-- each entry. Runs as the schema's owner: the application itself may write none of these tables.
--
-- A transfer is booked on the day on which it happened, in the operator's zone, or on the first day still open: the
-- share lock on the calendar holds the close back until all that is under way is written.
--
-- A command moves a few amounts of one currency: these are written one by one, by the cheapest statements there are,
-- since starting a large one costs more than they do. What moves more is written by `ledger_post_many`, set by set;
-- a test proves that both write the same rows.
CREATE OR REPLACE FUNCTION ledger_post(doc jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    held CONSTANT boolean := pg_advisory_xact_lock_shared(4202) IS NULL;
    lines CONSTANT jsonb := doc->'transfers';
    many CONSTANT integer := jsonb_array_length(lines);
    named CONSTANT jsonb := doc->'accounts';
    ascending boolean := true;
    zone_of_days text;
    first_open date;
    line jsonb;
    happened timestamptz;
    moved uuid[];
    debits uuid[];
    credits uuid[];
    amounts bigint[];
    accounts uuid[];
    currencies text[];
    balances bigint[];
    versions integer[];
    account uuid;
    opened jsonb;
    currency_there text;
    debit integer;
    credit integer;
    net bigint;
    entries integer;
    balance bigint;
    last integer;
BEGIN
    SELECT zone, closed_through + 1 INTO zone_of_days, first_open FROM ledger_calendar;
    FOR k IN 1..jsonb_array_length(named) LOOP
        accounts[k] := named->(k - 1)->>'id';
        ascending := ascending AND (k = 1 OR accounts[k] > accounts[k - 1]);
    END LOOP;
    IF many > 8 OR NOT ascending THEN
        PERFORM ledger_post_many(doc, zone_of_days, first_open);
        RETURN;
    END IF;

    FOR i IN 1..many LOOP
        line := lines->(i - 1);
        moved[i] := line->>'id';
        debits[i] := line->>'debit';
        credits[i] := line->>'credit';
        amounts[i] := line->>'amount_minor';
        happened := line->>'happened_at';
        INSERT INTO ledger_transfer (id, kind, debit_id, credit_id, amount_minor, currency, order_id, tranche, lot,
                                     subject_id, cause_id, happened_at, recorded_at, booked_on)
        VALUES (moved[i], line->>'kind', debits[i], credits[i], amounts[i], line->>'currency',
                (line->>'order_id')::uuid, (line->>'tranche')::smallint, (line->>'lot')::smallint,
                (line->>'subject_id')::uuid, (line->>'cause_id')::uuid, happened, clock_timestamp(),
                greatest((happened AT TIME ZONE zone_of_days)::date, first_open));
    END LOOP;

    -- By ID: who else wants one of these waits at the first, and holds none that we still want.
    FOR k IN 1..cardinality(accounts) LOOP
        account := accounts[k];
        net := 0;
        entries := 0;
        FOR i IN 1..many LOOP
            IF debits[i] = account THEN
                net := net - amounts[i];
                entries := entries + 1;
            ELSIF credits[i] = account THEN
                net := net + amounts[i];
                entries := entries + 1;
            END IF;
        END LOOP;
        opened := named->(k - 1);
        FOR attempt IN 1..3 LOOP
            IF (opened->>'guarded')::boolean THEN
                UPDATE ledger_account a SET balance_minor = a.balance_minor + net, version = a.version + entries
                WHERE a.id = account AND a.guarded
                RETURNING a.currency, a.balance_minor, a.version INTO currency_there, balance, last;
            ELSE
                SELECT a.currency, a.balance_minor, NULL INTO currency_there, balance, last
                FROM ledger_account a WHERE a.id = account AND NOT a.guarded;
            END IF;
            EXIT WHEN FOUND;
            -- Opened with what this act leaves on it; who was faster has opened it, and it is asked for again.
            INSERT INTO ledger_account (id, code, owner, currency, guarded, balance_minor, version)
            VALUES (account, opened->>'code', opened->>'owner', opened->>'currency', (opened->>'guarded')::boolean,
                    CASE WHEN (opened->>'guarded')::boolean THEN net END,
                    CASE WHEN (opened->>'guarded')::boolean THEN entries ELSE 0 END)
            ON CONFLICT DO NOTHING RETURNING currency, balance_minor, CASE WHEN guarded THEN version END
            INTO currency_there, balance, last;
            EXIT WHEN FOUND;
        END LOOP;
        currencies[k] := currency_there;
        balances[k] := balance - net;
        versions[k] := last - entries;
    END LOOP;

    FOR i IN 1..many LOOP
        debit := array_position(accounts, debits[i]);
        credit := array_position(accounts, credits[i]);
        IF (currencies[debit] = lines->(i - 1)->>'currency' AND currencies[debit] = currencies[credit]) IS NOT TRUE THEN
            RAISE EXCEPTION 'ledger_transfer_currency: transfer % names an account that is not there in its currency',
                moved[i] USING ERRCODE = 'foreign_key_violation';
        END IF;
        -- What nobody keeps a balance of stays NULL through every sum.
        balances[debit] := balances[debit] - amounts[i];
        versions[debit] := versions[debit] + 1;
        balances[credit] := balances[credit] + amounts[i];
        versions[credit] := versions[credit] + 1;
        INSERT INTO ledger_entry (transfer_id, account_id, amount_minor, balance_after_minor, version)
        VALUES (moved[i], debits[i], -amounts[i], balances[debit], versions[debit]),
               (moved[i], credits[i], amounts[i], balances[credit], versions[credit]);
    END LOOP;
END $$;

-- Opens the accounts that are not there yet.
CREATE FUNCTION ledger_open(accounts jsonb) RETURNS void
LANGUAGE sql SET search_path = public, pg_temp AS $$
    INSERT INTO ledger_account (id, code, owner, currency, guarded, balance_minor, version)
    SELECT a.id, a.code, a.owner, a.currency, a.guarded, CASE WHEN a.guarded THEN 0 END, 0
    FROM jsonb_to_recordset(accounts) a (id uuid, code text, owner text, currency text, guarded boolean)
    ORDER BY a.id
    ON CONFLICT DO NOTHING;
$$;
REVOKE ALL ON FUNCTION ledger_open(jsonb) FROM PUBLIC;

-- The same for any number of transfers of any currencies, set by set: the accounts get the last balance and version,
-- and entries count back from there. Called by the door, as the owner and behind the lock of the calendar.
CREATE FUNCTION ledger_post_many(doc jsonb, zone_of_days text, first_open date) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    strange uuid;
BEGIN
    PERFORM ledger_open(doc->'accounts');

    PERFORM 1 FROM ledger_account
    WHERE id = ANY (ARRAY(SELECT (t->>side)::uuid FROM jsonb_array_elements(doc->'transfers') t,
                                                       unnest('{debit,credit}'::text[]) side))
      AND guarded
    ORDER BY id FOR UPDATE;

    WITH written AS (
        INSERT INTO ledger_transfer (id, kind, debit_id, credit_id, amount_minor, currency, order_id, tranche, lot,
                                     subject_id, cause_id, happened_at, recorded_at, booked_on)
        SELECT t.id, t.kind, t.debit, t.credit, t.amount_minor, t.currency, t.order_id, t.tranche, t.lot,
               t.subject_id, t.cause_id, t.happened_at, clock_timestamp(),
               greatest((t.happened_at AT TIME ZONE zone_of_days)::date, first_open)
        FROM jsonb_to_recordset(doc->'transfers') t (
            id uuid, kind text, debit uuid, credit uuid, amount_minor bigint, currency text, order_id uuid,
            tranche smallint, lot smallint, subject_id uuid, cause_id uuid, happened_at timestamptz)
        RETURNING id, debit_id, credit_id, currency
    )
    SELECT w.id INTO strange FROM written w
    LEFT JOIN ledger_account d ON d.id = w.debit_id LEFT JOIN ledger_account c ON c.id = w.credit_id
    WHERE (d.currency = w.currency AND c.currency = w.currency) IS NOT TRUE LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'ledger_transfer_currency: transfer % names an account that is not there in its currency', strange
            USING ERRCODE = 'foreign_key_violation';
    END IF;

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
REVOKE ALL ON FUNCTION ledger_post_many(jsonb, text, date) FROM PUBLIC;
