-- The one door into the ledger. Takes {"accounts": [...], "transfers": [...]}, in the order they happened.
-- Guarded accounts are locked once, by ID, before anything is written; their balance and version move with
-- each entry. Runs as the schema's owner: the application itself may write none of these tables.
CREATE FUNCTION ledger_post(doc jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    item jsonb;
    side record;
    after bigint;
    next_version integer;
BEGIN
    IF jsonb_array_length(doc->'accounts') > 0 THEN
        INSERT INTO ledger_account (id, code, owner, currency, guarded, balance_minor, version)
        SELECT (a->>'id')::uuid, a->>'code', a->>'owner', a->>'currency', (a->>'guarded')::boolean,
               CASE WHEN (a->>'guarded')::boolean THEN 0 END, 0
        FROM jsonb_array_elements(doc->'accounts') a
        ORDER BY 1
        ON CONFLICT DO NOTHING;
    END IF;

    PERFORM 1 FROM ledger_account
    WHERE id IN (SELECT (t->>'debit')::uuid FROM jsonb_array_elements(doc->'transfers') t
                 UNION SELECT (t->>'credit')::uuid FROM jsonb_array_elements(doc->'transfers') t)
      AND guarded
    ORDER BY id FOR UPDATE;

    FOR item IN SELECT * FROM jsonb_array_elements(doc->'transfers') LOOP
        INSERT INTO ledger_transfer (id, kind, debit_id, credit_id, amount_minor, currency, order_id, tranche, lot,
                                     subject_id, cause_id, happened_at, recorded_at)
        VALUES ((item->>'id')::uuid, item->>'kind', (item->>'debit')::uuid, (item->>'credit')::uuid,
                (item->>'amount_minor')::bigint, item->>'currency', (item->>'order_id')::uuid,
                (item->>'tranche')::smallint, (item->>'lot')::smallint, (item->>'subject_id')::uuid,
                (item->>'cause_id')::uuid, (item->>'happened_at')::timestamptz, clock_timestamp());
        FOR side IN SELECT (item->>'debit')::uuid AS account, -(item->>'amount_minor')::bigint AS delta
                    UNION ALL SELECT (item->>'credit')::uuid, (item->>'amount_minor')::bigint LOOP
            UPDATE ledger_account SET balance_minor = balance_minor + side.delta, version = version + 1
            WHERE id = side.account AND guarded
            RETURNING balance_minor, version INTO after, next_version;
            INSERT INTO ledger_entry (transfer_id, account_id, amount_minor, balance_after_minor, version)
            VALUES ((item->>'id')::uuid, side.account, side.delta, after, next_version);
        END LOOP;
    END LOOP;
END $$;

-- A new function may be called by everybody: this one by whom the grants name, which is the application's role.
REVOKE ALL ON FUNCTION ledger_post(jsonb) FROM PUBLIC;
