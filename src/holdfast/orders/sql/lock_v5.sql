-- Locks the order, then reads what hangs on it: two statements, so that what is read is what the last holder of the lock
-- left. It reads what `orders_read` answers; written out here, because a function called from a function costs as much
-- again. The order itself is read as it is locked.
CREATE OR REPLACE FUNCTION orders_lock(wanted uuid, payment uuid DEFAULT NULL) RETURNS text LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    locked record;
BEGIN
    SELECT row_to_json(o) AS whole, o.supplier_id, o.currency INTO locked FROM orders_order o WHERE o.id = wanted FOR UPDATE;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    RETURN json_build_object(
        'order', locked.whole,
        'tranches', (SELECT coalesce(json_agg(t ORDER BY t.number), '[]')
                     FROM orders_tranche t WHERE t.order_id = wanted),
        'lots', (SELECT coalesce(json_agg(l ORDER BY l.number), '[]')
                 FROM orders_lot l WHERE l.order_id = wanted),
        'balances', (SELECT json_object_agg(a.code, a.balance_minor) FROM ledger_account a
                     WHERE a.code IN ('escrow', 'frozen') AND a.owner = replace(wanted::text, '-', '')
                       AND a.currency = locked.currency),
        'head', (SELECT json_build_object('seq', e.seq, 'hash', encode(e.hash, 'hex')) FROM record_event e
                 WHERE e.chain_id = wanted ORDER BY e.seq DESC LIMIT 1),
        'guarantee', (SELECT json_build_object('state', g.state, 'required_minor', g.required_minor,
                                               'deposit_minor', coalesce(a.balance_minor, 0))
                      FROM parties_guarantee g LEFT JOIN ledger_account a ON a.id = g.account_id
                      WHERE g.organisation_id = locked.supplier_id AND g.currency = locked.currency),
        'payment', CASE WHEN payment IS NOT NULL THEN
                     (SELECT row_to_json(p) FROM rails_payment p WHERE p.id = payment AND p.order_id = wanted)
                   END)::text;
END $$;
