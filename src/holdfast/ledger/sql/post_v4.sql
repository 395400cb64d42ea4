-- The door into the ledger for many amounts. Takes {"accounts": [...], "transfers": [...]}, in the order they happened;
-- guarded accounts are locked once, by ID, before anything is written. Runs as the schema's owner: the application itself
-- may write none of these tables.
--
-- A transfer is booked on the day on which it happened, in the operator's zone, or on the first day still open: the
-- share lock on the calendar holds the close back until all that is under way is written.
CREATE OR REPLACE FUNCTION ledger_post(doc jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    held CONSTANT boolean := pg_advisory_xact_lock_shared(4202) IS NULL;
    zone_of_days text;
    first_open date;
BEGIN
    SELECT zone, closed_through + 1 INTO zone_of_days, first_open FROM ledger_calendar;
    PERFORM ledger_post_many(doc, zone_of_days, first_open);
END $$;

-- The same door for a few amounts of one currency, of one cause and moment, column by column; the accounts come by ID.
-- These are written one by one, by the cheapest statements there are, since starting a large one costs more than they do.
-- A test proves that both write the same rows.
CREATE FUNCTION ledger_post_few(
    moved uuid[], kinds text[], debits uuid[], credits uuid[], amounts bigint[], unit text, orders uuid[],
    tranches smallint[], lots smallint[], subjects uuid[], cause uuid, happened timestamptz,
    accounts uuid[], codes text[], owners text[], guards boolean[]
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    held CONSTANT boolean := pg_advisory_xact_lock_shared(4202) IS NULL;
    many CONSTANT integer := cardinality(moved);
    booked date;
    balances bigint[];
    versions integer[];
    account uuid;
    debit integer;
    credit integer;
    net bigint;
    entries integer;
    unit_there text;
    balance bigint;
    last integer;
BEGIN
    SELECT greatest((happened AT TIME ZONE zone)::date, closed_through + 1) INTO booked FROM ledger_calendar;
    FOR i IN 1..many LOOP
        INSERT INTO ledger_transfer (id, kind, debit_id, credit_id, amount_minor, currency, order_id, tranche, lot,
                                     subject_id, cause_id, happened_at, recorded_at, booked_on)
        VALUES (moved[i], kinds[i], debits[i], credits[i], amounts[i], unit, orders[i], tranches[i], lots[i],
                subjects[i], cause, happened, clock_timestamp(), booked);
    END LOOP;

    -- By ID: who else wants one of these waits at the first, and holds none that we still want.
    FOR k IN 1..cardinality(accounts) LOOP
        account := accounts[k];
        IF k > 1 AND account <= accounts[k - 1] THEN
            RAISE EXCEPTION 'ledger_accounts_by_id: account % comes twice or out of order', account
                USING ERRCODE = 'check_violation';
        END IF;
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
        FOR attempt IN 1..3 LOOP
            IF guards[k] THEN
                UPDATE ledger_account a SET balance_minor = a.balance_minor + net, version = a.version + entries
                WHERE a.id = account AND a.guarded
                RETURNING a.currency, a.balance_minor, a.version INTO unit_there, balance, last;
            ELSE
                SELECT a.currency, a.balance_minor, NULL INTO unit_there, balance, last
                FROM ledger_account a WHERE a.id = account AND NOT a.guarded;
            END IF;
            EXIT WHEN FOUND;
            -- Opened with what this act leaves on it; who was faster has opened it, and it is asked for again.
            INSERT INTO ledger_account (id, code, owner, currency, guarded, balance_minor, version)
            VALUES (account, codes[k], owners[k], unit, guards[k], CASE WHEN guards[k] THEN net END,
                    CASE WHEN guards[k] THEN entries ELSE 0 END)
            ON CONFLICT DO NOTHING RETURNING currency, balance_minor, CASE WHEN guarded THEN version END
            INTO unit_there, balance, last;
            EXIT WHEN FOUND;
        END LOOP;
        IF unit_there IS DISTINCT FROM unit THEN
            RAISE EXCEPTION 'ledger_transfer_currency: account % is not there in %', account, unit
                USING ERRCODE = 'foreign_key_violation';
        END IF;
        balances[k] := balance - net;
        versions[k] := last - entries;
    END LOOP;

    FOR i IN 1..many LOOP
        debit := array_position(accounts, debits[i]);
        credit := array_position(accounts, credits[i]);
        IF debit IS NULL OR credit IS NULL THEN
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
REVOKE ALL ON FUNCTION ledger_post_few FROM PUBLIC;
