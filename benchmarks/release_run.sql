-- What a release run is held against: one statement that writes the rows of every receipt by silence that is due, set by
-- set, with no rule asked and no lock taken beyond its own. The same tables, constraints, indexes and triggers.
WITH due AS MATERIALIZED (
    SELECT d.id AS deadline_id, o.id AS order_id, o.buyer_id, o.supplier_id, o.currency, o.paid_minor AS amount,
           o.paid_minor * 25 / 1000 AS fee, l.id AS lot_id, t.id AS tranche_id, e.id AS escrow_id, p.id AS payable_id,
           f.id AS fee_id, gen_random_uuid() AS released, gen_random_uuid() AS taken, gen_random_uuid() AS event_id,
           h.seq + 1 AS seq, h.hash AS prev, row_number() OVER (PARTITION BY p.id ORDER BY o.id) AS place
    FROM record_deadline d
    JOIN orders_lot l ON l.id = d.subject_id
    JOIN orders_order o ON o.id = l.order_id
    JOIN orders_tranche t ON t.order_id = o.id
    JOIN ledger_account e ON e.code = 'escrow' AND e.owner = replace(o.id::text, '-', '') AND e.currency = o.currency
    JOIN ledger_account p ON p.code = 'payable' AND p.owner = replace(o.supplier_id::text, '-', '')
                         AND p.currency = o.currency
    JOIN ledger_account f ON f.code = 'fee_income' AND f.owner = 'operator' AND f.currency = o.currency
    CROSS JOIN LATERAL (SELECT seq, hash FROM record_event WHERE chain_id = o.id ORDER BY seq DESC LIMIT 1) h
    WHERE d.kind = 'lot.receipt' AND d.state = 'open' AND d.due_at <= %(now)s
), orders AS (
    UPDATE orders_order o SET state = 'completed', released_minor = due.amount, fee_minor = due.fee, completed_at = %(now)s
    FROM due WHERE o.id = due.order_id
), tranches AS (
    UPDATE orders_tranche t SET state = 'released' FROM due WHERE t.id = due.tranche_id
), lots AS (
    UPDATE orders_lot l SET state = 'received', received = l.quantities, received_at = %(now)s, receipt = 'silence'
    FROM due WHERE l.id = due.lot_id
), escrows AS (
    UPDATE ledger_account a SET balance_minor = a.balance_minor - due.amount, version = a.version + 1
    FROM due WHERE a.id = due.escrow_id RETURNING a.id, a.balance_minor, a.version
), payables AS (
    UPDATE ledger_account a SET balance_minor = a.balance_minor + s.amount, version = a.version + s.entries
    FROM (SELECT payable_id, sum(amount - fee)::bigint AS amount, 2 * count(*)::integer AS entries FROM due GROUP BY 1) s
    WHERE a.id = s.payable_id RETURNING a.id, a.balance_minor - s.amount AS balance, a.version - s.entries AS version
), transfers AS (
    INSERT INTO ledger_transfer (id, kind, debit_id, credit_id, amount_minor, currency, order_id, lot, cause_id,
                                 happened_at, recorded_at, booked_on)
    SELECT released, 'released', escrow_id, payable_id, amount, currency, order_id, 1, event_id, %(now)s,
           clock_timestamp(), %(now)s::date FROM due
    UNION ALL
    SELECT taken, 'fee_taken', payable_id, fee_id, fee, currency, order_id, NULL, event_id, %(now)s,
           clock_timestamp(), %(now)s::date FROM due
), entries AS (
    INSERT INTO ledger_entry (transfer_id, account_id, amount_minor, balance_after_minor, version)
    SELECT released, escrow_id, -amount, e.balance_minor, e.version FROM due JOIN escrows e ON e.id = escrow_id
    UNION ALL
    SELECT released, payable_id, amount, p.balance + sum(amount - fee) OVER up_to + fee, p.version + 2 * place - 1
    FROM due JOIN payables p ON p.id = payable_id WINDOW up_to AS (PARTITION BY payable_id ORDER BY place)
    UNION ALL
    SELECT taken, payable_id, -fee, p.balance + sum(amount - fee) OVER up_to, p.version + 2 * place
    FROM due JOIN payables p ON p.id = payable_id WINDOW up_to AS (PARTITION BY payable_id ORDER BY place)
    UNION ALL
    SELECT taken, fee_id, fee, NULL, NULL FROM due
), events AS (
    INSERT INTO record_event (id, chain_kind, chain_id, seq, name, at, payload, prev, hash)
    SELECT event_id, 'order', order_id, seq, 'lot.received', %(now)s, payload, prev, sha256(prev || payload::text::bytea)
    FROM due CROSS JOIN LATERAL (SELECT jsonb_build_object(
        'chain', 'order:' || replace(order_id::text, '-', ''), 'seq', seq, 'event', 'lot.received', 'at', %(now)s,
        'by', jsonb_build_object('kind', 'clock', 'id', NULL, 'for', NULL, 'role', 'clock'),
        'about', jsonb_build_object('order', order_id, 'buyer', buyer_id, 'supplier', supplier_id, 'lot', lot_id),
        'data', jsonb_build_object('lot', 1, 'receipt', 'silence', 'released_minor', amount, 'notified_at', %(now)s)
    ) AS payload) made
), outbox AS (
    INSERT INTO record_outbox (event_id, state, attempts) SELECT event_id, 'waiting', 0 FROM due
), closed AS (
    UPDATE record_deadline d SET state = 'done', closed_at = %(now)s FROM due
    WHERE d.subject_id IN (due.lot_id, due.order_id, due.tranche_id) AND d.state = 'open'
)
INSERT INTO record_deadline (id, kind, subject_kind, subject_id, order_id, who, due_at, zone, basis, state, attempts)
SELECT gen_random_uuid(), 'order.close', 'order', order_id, order_id, 'operator', %(now)s::timestamptz + interval '90 days',
       'America/New_York', '{"rule": "window.last"}', 'open', 0 FROM due
