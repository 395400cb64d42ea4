-- Everything a decision about an order may need, as the text of one JSON document: it is read once, by the program,
-- and never taken apart here. A payment of the order, when named, comes along. NULL if there is no such order.
DROP FUNCTION orders_lock(uuid, uuid);
DROP FUNCTION orders_read(uuid, uuid);
CREATE FUNCTION orders_read(wanted uuid, payment uuid DEFAULT NULL) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT json_build_object(
        'order', row_to_json(o),
        'tranches', (SELECT coalesce(json_agg(t ORDER BY t.number), '[]')
                     FROM orders_tranche t WHERE t.order_id = wanted),
        'lots', (SELECT coalesce(json_agg(l ORDER BY l.number), '[]')
                 FROM orders_lot l WHERE l.order_id = wanted),
        'balances', (SELECT json_object_agg(a.code, a.balance_minor) FROM ledger_account a
                     WHERE a.code IN ('escrow', 'frozen') AND a.owner = replace(wanted::text, '-', '')
                       AND a.currency = o.currency),
        'head', (SELECT json_build_object('seq', e.seq, 'hash', encode(e.hash, 'hex')) FROM record_event e
                 WHERE e.chain_id = wanted ORDER BY e.seq DESC LIMIT 1),
        'payment', (SELECT row_to_json(p) FROM rails_payment p WHERE p.id = payment AND p.order_id = wanted))::text
    FROM orders_order o WHERE o.id = wanted
$$;

-- Locks the order, then reads it: two statements, so that what is read is what the last holder of the lock left.
CREATE FUNCTION orders_lock(wanted uuid, payment uuid DEFAULT NULL) RETURNS text LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    found text;
BEGIN
    PERFORM 1 FROM orders_order WHERE id = wanted FOR UPDATE;
    SELECT orders_read(wanted, payment) INTO found;
    RETURN found;
END $$;
