-- As before, with the guarantee that the supplier must have and what it has: a release may keep back what is missing.
CREATE OR REPLACE FUNCTION orders_read(wanted uuid, payment uuid DEFAULT NULL) RETURNS text LANGUAGE sql STABLE AS $$
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
        'guarantee', (SELECT json_build_object('state', g.state, 'required_minor', g.required_minor,
                                               'deposit_minor', coalesce(a.balance_minor, 0))
                      FROM parties_guarantee g LEFT JOIN ledger_account a ON a.id = g.account_id
                      WHERE g.organisation_id = o.supplier_id AND g.currency = o.currency),
        'payment', (SELECT row_to_json(p) FROM rails_payment p WHERE p.id = payment AND p.order_id = wanted))::text
    FROM orders_order o WHERE o.id = wanted
$$;
