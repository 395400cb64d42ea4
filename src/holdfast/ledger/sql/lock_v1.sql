-- Locks guarded accounts, by ID, to the end of the transaction and answers their balances. Runs as the schema's
-- owner, because a lock needs the right to change what the application may only read.
CREATE FUNCTION ledger_lock(asked uuid[]) RETURNS TABLE (account_id uuid, balance_minor bigint)
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT a.id, a.balance_minor FROM ledger_account a WHERE a.id = ANY (asked) AND a.guarded ORDER BY a.id FOR UPDATE
$$;
REVOKE ALL ON FUNCTION ledger_lock(uuid[]) FROM PUBLIC;
