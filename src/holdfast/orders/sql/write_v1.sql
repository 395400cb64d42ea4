-- Writes the rows a decision changed: {"orders": [...], "tranches": [...], "lots": [...], "new_lots": [...],
-- "debts": [...]}. Rows come complete; columns that never change are left alone.
CREATE FUNCTION orders_write(doc jsonb) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF doc ? 'orders' THEN
        UPDATE orders_order o SET
            state = r.state, cover_drawn_minor = r.cover_drawn_minor, paid_minor = r.paid_minor,
            unsettled_minor = r.unsettled_minor,
            released_minor = r.released_minor, released_early_minor = r.released_early_minor,
            refunded_minor = r.refunded_minor, recourse_minor = r.recourse_minor, fee_minor = r.fee_minor,
            rest_refunded_minor = r.rest_refunded_minor, rest_frozen_minor = r.rest_frozen_minor,
            rest_settled = r.rest_settled, inspection = r.inspection, inspection_waived_by = r.inspection_waived_by,
            ship_on = r.ship_on, expected_delivery_on = r.expected_delivery_on,
            production_started_at = r.production_started_at, ready_at = r.ready_at, overdue = r.overdue, claims_open = r.claims_open,
            cancel_proposed_by = r.cancel_proposed_by, cancelled_by = r.cancelled_by,
            first_paid_at = r.first_paid_at, completed_at = r.completed_at, closed_at = r.closed_at
        FROM jsonb_populate_recordset(NULL::orders_order, doc->'orders') r WHERE o.id = r.id;
    END IF;
    IF doc ? 'tranches' THEN
        UPDATE orders_tranche t SET state = r.state, funded_minor = r.funded_minor
        FROM jsonb_populate_recordset(NULL::orders_tranche, doc->'tranches') r WHERE t.id = r.id;
    END IF;
    IF doc ? 'new_lots' THEN
        INSERT INTO orders_lot SELECT * FROM jsonb_populate_recordset(NULL::orders_lot, doc->'new_lots');
    END IF;
    IF doc ? 'lots' THEN
        UPDATE orders_lot l SET
            state = r.state, received = r.received, refunded_minor = r.refunded_minor, frozen_minor = r.frozen_minor,
            reserved_minor = r.reserved_minor, grade = r.grade, shipped_on = r.shipped_on,
            expected_delivery_on = r.expected_delivery_on, delivered_on = r.delivered_on,
            delivered_at = r.delivered_at, received_at = r.received_at, receipt = r.receipt,
            extended_by = r.extended_by
        FROM jsonb_populate_recordset(NULL::orders_lot, doc->'lots') r WHERE l.id = r.id;
    END IF;
    IF doc ? 'debts' THEN
        INSERT INTO orders_debt AS d
        SELECT * FROM jsonb_populate_recordset(NULL::orders_debt, doc->'debts')
        ON CONFLICT (id) DO UPDATE SET collected_minor = excluded.collected_minor;
    END IF;
END $$;
