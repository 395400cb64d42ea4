-- Locks many orders, by ID, then reads each as `orders_lock` does, with the payment named in the same place, if any.
-- Answers them by ID; what is not there is left out.
CREATE FUNCTION orders_lock_many(wanted uuid[], payments uuid[]) RETURNS SETOF text LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    PERFORM 1 FROM orders_order WHERE id = ANY (wanted) ORDER BY id FOR UPDATE;
    RETURN QUERY SELECT json_build_object(
        'order', row_to_json(o),
        'tranches', (SELECT coalesce(json_agg(t ORDER BY t.number), '[]')
                     FROM orders_tranche t WHERE t.order_id = o.id),
        'lots', (SELECT coalesce(json_agg(l ORDER BY l.number), '[]')
                 FROM orders_lot l WHERE l.order_id = o.id),
        'balances', (SELECT json_object_agg(a.code, a.balance_minor) FROM ledger_account a
                     WHERE a.code IN ('escrow', 'frozen') AND a.owner = replace(o.id::text, '-', '')
                       AND a.currency = o.currency),
        'head', (SELECT json_build_object('seq', e.seq, 'hash', encode(e.hash, 'hex')) FROM record_event e
                 WHERE e.chain_id = o.id ORDER BY e.seq DESC LIMIT 1),
        'guarantee', (SELECT json_build_object('state', g.state, 'required_minor', g.required_minor,
                                               'deposit_minor', coalesce(a.balance_minor, 0))
                      FROM parties_guarantee g LEFT JOIN ledger_account a ON a.id = g.account_id
                      WHERE g.organisation_id = o.supplier_id AND g.currency = o.currency),
        'payment', (SELECT row_to_json(p) FROM rails_payment p WHERE p.id = w.payment AND p.order_id = o.id))::text
    FROM unnest(wanted, payments) w (id, payment) JOIN orders_order o ON o.id = w.id ORDER BY o.id;
END $$;
