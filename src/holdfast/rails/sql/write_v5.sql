-- Finished rows of payments, refunds, payouts and strays: {"payments": [...], "payments_changed": [...], ...}.
-- A changed row names in `was` the state it leaves; if it is in another by then, everything is undone. A part that
-- is not there costs nothing. A payment changes on the way of every order: of it comes only what can change, and it is
-- read straight from the document.
CREATE OR REPLACE FUNCTION rails_write(doc jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    list jsonb;
    r jsonb;
    changed integer;
BEGIN
    IF doc ? 'payments' THEN
        -- The release before does not know of disputes.
        INSERT INTO rails_payment SELECT p.* FROM jsonb_array_elements(doc->'payments') e,
            jsonb_populate_record(NULL::rails_payment, '{"disputed_minor": 0}'::jsonb || e) p;
    END IF;
    IF doc ? 'payments_changed' THEN
        list := doc->'payments_changed';
        FOR i IN 0..jsonb_array_length(list) - 1 LOOP
            r := list->i;
            UPDATE rails_payment p
            SET state = r->>'state', captured_minor = (r->>'captured_minor')::bigint,
                returned_minor = (r->>'returned_minor')::bigint, netted_minor = (r->>'netted_minor')::bigint,
                instrument = r->'instrument', provider_ref = r->>'provider_ref', reason = r->>'reason',
                expires_at = (r->>'expires_at')::timestamptz, captured_at = (r->>'captured_at')::timestamptz,
                settles_at = (r->>'settles_at')::timestamptz, settled_at = (r->>'settled_at')::timestamptz
            WHERE p.id = (r->>'id')::uuid AND p.state = r->>'was';
            IF NOT FOUND THEN
                RAISE EXCEPTION 'a payment is no longer %', r->>'was' USING ERRCODE = 'HF003';
            END IF;
        END LOOP;
    END IF;
    IF doc ? 'refunds' THEN
        INSERT INTO rails_refund SELECT * FROM jsonb_populate_recordset(NULL::rails_refund, doc->'refunds');
    END IF;
    IF doc ? 'refunds_changed' THEN
        UPDATE rails_refund p
        SET state = n.state, provider_ref = n.provider_ref, reason = n.reason, sent_at = n.sent_at,
            ended_at = n.ended_at, beneficiary_id = n.beneficiary_id, destination = n.destination,
            batch_id = n.batch_id
        FROM jsonb_array_elements(doc->'refunds_changed') item, jsonb_populate_record(NULL::rails_refund, item) n
        WHERE p.id = n.id AND p.state = item->>'was';
        GET DIAGNOSTICS changed = ROW_COUNT;
        IF changed <> jsonb_array_length(doc->'refunds_changed') THEN
            RAISE EXCEPTION 'a refund is no longer %', doc->'refunds_changed'->0->>'was'
                USING ERRCODE = 'HF003';
        END IF;
    END IF;
    IF doc ? 'payouts' THEN
        -- The release before does not know which payouts a second person looks at: then one looks at all of its own.
        INSERT INTO rails_payout SELECT p.* FROM jsonb_array_elements(doc->'payouts') e,
            jsonb_populate_record(NULL::rails_payout, '{"needs_approval": true}'::jsonb || e) p;
    END IF;
    IF doc ? 'payouts_changed' THEN
        UPDATE rails_payout p
        SET state = n.state, provider_ref = n.provider_ref, reason = n.reason, sent_at = n.sent_at,
            ended_at = n.ended_at, approved_by = n.approved_by, approved_at = n.approved_at, batch_id = n.batch_id
        FROM jsonb_array_elements(doc->'payouts_changed') item, jsonb_populate_record(NULL::rails_payout, item) n
        WHERE p.id = n.id AND p.state = item->>'was';
        GET DIAGNOSTICS changed = ROW_COUNT;
        IF changed <> jsonb_array_length(doc->'payouts_changed') THEN
            RAISE EXCEPTION 'a payout is no longer %', doc->'payouts_changed'->0->>'was'
                USING ERRCODE = 'HF003';
        END IF;
    END IF;
    IF doc ? 'strays' THEN
        INSERT INTO rails_stray SELECT * FROM jsonb_populate_recordset(NULL::rails_stray, doc->'strays');
    END IF;
    IF doc ? 'strays_changed' THEN
        UPDATE rails_stray p
        SET state = n.state, payment_id = n.payment_id, order_id = n.order_id, ended_at = n.ended_at
        FROM jsonb_array_elements(doc->'strays_changed') item, jsonb_populate_record(NULL::rails_stray, item) n
        WHERE p.id = n.id AND p.state = item->>'was';
        GET DIAGNOSTICS changed = ROW_COUNT;
        IF changed <> jsonb_array_length(doc->'strays_changed') THEN
            RAISE EXCEPTION 'a stray is no longer %', doc->'strays_changed'->0->>'was'
                USING ERRCODE = 'HF003';
        END IF;
    END IF;
END $$;
