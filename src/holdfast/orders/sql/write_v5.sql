-- Writes the rows a decision changed: {"orders": [...], "tranches": [...], "lots": [...], "new_lots": [...]}.
-- Rows are written one by one: most acts change one. They come with every column that can change; of those that are
-- never nothing one that stays as it was may be left out, and costs nothing to carry and to read.
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
                ship_on = (r->>'ship_on')::date, expected_delivery_on = (r->>'expected_delivery_on')::date,
                production_started_at = (r->>'production_started_at')::timestamptz,
                ready_at = (r->>'ready_at')::timestamptz, cancel_proposed_by = r->>'cancel_proposed_by',
                cancelled_by = r->>'cancelled_by', first_paid_at = (r->>'first_paid_at')::timestamptz,
                completed_at = (r->>'completed_at')::timestamptz, closed_at = (r->>'closed_at')::timestamptz
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
                extended_by = coalesce(r->'extended_by', l.extended_by), received = nullif(r->'received', 'null'),
                expected_delivery_on = (r->>'expected_delivery_on')::date, delivered_on = (r->>'delivered_on')::date,
                delivered_at = (r->>'delivered_at')::timestamptz, received_at = (r->>'received_at')::timestamptz,
                receipt = r->>'receipt'
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
