-- Writes the rows a decision changed: {"orders": [...], "tranches": [...], "lots": [...], "new_lots": [...]}.
-- What a row leaves out stays as it was. An act of few rows, which changes what most acts change, is written by
-- `rows_v1.sql`.
-- `debts` come from the release before alone, which knows of a debt no more than what is owed and what has come in.
CREATE OR REPLACE FUNCTION orders_write(doc jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    list jsonb;
    r jsonb;
BEGIN
    IF doc ? 'orders' THEN
        list := doc->'orders';
        FOR i IN 0..jsonb_array_length(list) - 1 LOOP
            r := list->i;
            UPDATE orders_order o SET
                state = coalesce(r->>'state', o.state),
                cover_drawn_minor = coalesce((r->>'cover_drawn_minor')::bigint, o.cover_drawn_minor),
                paid_minor = coalesce((r->>'paid_minor')::bigint, o.paid_minor),
                unsettled_minor = coalesce((r->>'unsettled_minor')::bigint, o.unsettled_minor),
                released_minor = coalesce((r->>'released_minor')::bigint, o.released_minor),
                released_early_minor = coalesce((r->>'released_early_minor')::bigint, o.released_early_minor),
                refunded_minor = coalesce((r->>'refunded_minor')::bigint, o.refunded_minor),
                recourse_minor = coalesce((r->>'recourse_minor')::bigint, o.recourse_minor),
                fee_minor = coalesce((r->>'fee_minor')::bigint, o.fee_minor),
                rest_refunded_minor = coalesce((r->>'rest_refunded_minor')::bigint, o.rest_refunded_minor),
                rest_frozen_minor = coalesce((r->>'rest_frozen_minor')::bigint, o.rest_frozen_minor),
                rest_settled = coalesce((r->>'rest_settled')::boolean, o.rest_settled),
                inspection = coalesce(r->>'inspection', o.inspection),
                inspection_waived_by = coalesce(r->'inspection_waived_by', o.inspection_waived_by),
                overdue = coalesce((r->>'overdue')::boolean, o.overdue),
                claims_open = coalesce((r->>'claims_open')::smallint, o.claims_open),
                ship_on = CASE WHEN r ? 'ship_on' THEN (r->>'ship_on')::date ELSE o.ship_on END,
                expected_delivery_on = CASE WHEN r ? 'expected_delivery_on' THEN (r->>'expected_delivery_on')::date ELSE o.expected_delivery_on END,
                production_started_at = CASE WHEN r ? 'production_started_at' THEN (r->>'production_started_at')::timestamptz ELSE o.production_started_at END,
                ready_at = CASE WHEN r ? 'ready_at' THEN (r->>'ready_at')::timestamptz ELSE o.ready_at END,
                cancel_proposed_by = CASE WHEN r ? 'cancel_proposed_by' THEN r->>'cancel_proposed_by' ELSE o.cancel_proposed_by END,
                cancelled_by = CASE WHEN r ? 'cancelled_by' THEN r->>'cancelled_by' ELSE o.cancelled_by END,
                first_paid_at = CASE WHEN r ? 'first_paid_at' THEN (r->>'first_paid_at')::timestamptz ELSE o.first_paid_at END,
                completed_at = CASE WHEN r ? 'completed_at' THEN (r->>'completed_at')::timestamptz ELSE o.completed_at END,
                closed_at = CASE WHEN r ? 'closed_at' THEN (r->>'closed_at')::timestamptz ELSE o.closed_at END
            WHERE o.id = (r->>'id')::uuid;
        END LOOP;
    END IF;
    IF doc ? 'tranches' THEN
        list := doc->'tranches';
        FOR i IN 0..jsonb_array_length(list) - 1 LOOP
            r := list->i;
            UPDATE orders_tranche t SET state = r->>'state', funded_minor = (r->>'funded_minor')::bigint
            WHERE t.id = (r->>'id')::uuid;
        END LOOP;
    END IF;
    IF doc ? 'new_lots' THEN
        -- A program that does not know versions yet ships under the first.
        INSERT INTO orders_lot SELECT l.* FROM jsonb_array_elements(doc->'new_lots') e,
            jsonb_populate_record(NULL::orders_lot, '{"version": 1}'::jsonb || e) l;
    END IF;
    IF doc ? 'lots' THEN
        list := doc->'lots';
        FOR i IN 0..jsonb_array_length(list) - 1 LOOP
            r := list->i;
            UPDATE orders_lot l SET
                state = coalesce(r->>'state', l.state), grade = coalesce(r->>'grade', l.grade),
                refunded_minor = coalesce((r->>'refunded_minor')::bigint, l.refunded_minor),
                frozen_minor = coalesce((r->>'frozen_minor')::bigint, l.frozen_minor),
                reserved_minor = coalesce((r->>'reserved_minor')::bigint, l.reserved_minor),
                shipped_on = coalesce((r->>'shipped_on')::date, l.shipped_on),
                extended_by = coalesce(r->'extended_by', l.extended_by),
                received = CASE WHEN r ? 'received' THEN nullif(r->'received', 'null') ELSE l.received END,
                expected_delivery_on = CASE WHEN r ? 'expected_delivery_on' THEN (r->>'expected_delivery_on')::date ELSE l.expected_delivery_on END,
                delivered_on = CASE WHEN r ? 'delivered_on' THEN (r->>'delivered_on')::date ELSE l.delivered_on END,
                delivered_at = CASE WHEN r ? 'delivered_at' THEN (r->>'delivered_at')::timestamptz ELSE l.delivered_at END,
                received_at = CASE WHEN r ? 'received_at' THEN (r->>'received_at')::timestamptz ELSE l.received_at END,
                receipt = CASE WHEN r ? 'receipt' THEN r->>'receipt' ELSE l.receipt END
            WHERE l.id = (r->>'id')::uuid;
        END LOOP;
    END IF;
    IF doc ? 'debts' THEN
        list := doc->'debts';
        FOR i IN 0..jsonb_array_length(list) - 1 LOOP
            r := list->i;
            UPDATE orders_debt d SET
                collected_minor = (r->>'collected_minor')::bigint,
                state = CASE WHEN (r->>'collected_minor')::bigint = d.amount_minor THEN 'collected' ELSE d.state END,
                ended_at = CASE WHEN (r->>'collected_minor')::bigint = d.amount_minor THEN clock_timestamp() END
            WHERE d.id = (r->>'id')::uuid AND d.state = 'open' AND d.advanced_minor = 0;
            CONTINUE WHEN FOUND;
            -- One that was paid ahead, written off or collected is there already: what comes in of it is not for the
            -- release before to place, and the key refuses it.
            INSERT INTO orders_debt (id, order_id, supplier_id, claim_id, currency, amount_minor, collected_minor,
                                     recorded_at, kind, state, advanced_minor, reserve_minor, reminders, reference,
                                     write_off_reason)
            VALUES ((r->>'id')::uuid, (r->>'order_id')::uuid, (r->>'supplier_id')::uuid, (r->>'claim_id')::uuid,
                    r->>'currency', (r->>'amount_minor')::bigint, (r->>'collected_minor')::bigint,
                    (r->>'recorded_at')::timestamptz,
                    CASE WHEN (r->>'is_processing')::boolean THEN 'processing' ELSE 'refund' END, 'open', 0, 0, 0,
                    orders_debt_reference((r->>'id')::uuid), '');
        END LOOP;
    END IF;
END $$;
