-- Finished rows of payments, refunds, payouts and strays: {"payments": [...], "payments_changed": [...], ...}.
-- A changed row names in `was` the state it leaves; if it is in another by then, everything is undone. A part that
-- is not there costs nothing.
CREATE OR REPLACE FUNCTION rails_write(doc jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    changed integer;
BEGIN
    IF doc ? 'payments' THEN
        INSERT INTO rails_payment SELECT * FROM jsonb_populate_recordset(NULL::rails_payment, doc->'payments');
    END IF;
    IF doc ? 'payments_changed' THEN
        UPDATE rails_payment p
        SET state = n.state, captured_minor = n.captured_minor, returned_minor = n.returned_minor,
            netted_minor = n.netted_minor, instrument = n.instrument, provider_ref = n.provider_ref,
            reason = n.reason, expires_at = n.expires_at, captured_at = n.captured_at, settles_at = n.settles_at,
            settled_at = n.settled_at
        FROM jsonb_array_elements(doc->'payments_changed') item, jsonb_populate_record(NULL::rails_payment, item) n
        WHERE p.id = n.id AND p.state = item->>'was';
        GET DIAGNOSTICS changed = ROW_COUNT;
        IF changed <> jsonb_array_length(doc->'payments_changed') THEN
            RAISE EXCEPTION 'a payment is no longer %', doc->'payments_changed'->0->>'was'
                USING ERRCODE = 'HF003';
        END IF;
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
        INSERT INTO rails_payout SELECT * FROM jsonb_populate_recordset(NULL::rails_payout, doc->'payouts');
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
