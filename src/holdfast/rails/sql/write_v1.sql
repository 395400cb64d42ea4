-- Finished rows of payments, refunds, payouts and strays: {"payments": [...], "payments_changed": [...], ...}.
-- A changed row names in `was` the state it leaves; if it is in another by then, everything is undone.
CREATE FUNCTION rails_write(doc jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    item jsonb;
BEGIN
    INSERT INTO rails_payment SELECT * FROM jsonb_populate_recordset(NULL::rails_payment, doc->'payments');
    INSERT INTO rails_refund SELECT * FROM jsonb_populate_recordset(NULL::rails_refund, doc->'refunds');
    INSERT INTO rails_payout SELECT * FROM jsonb_populate_recordset(NULL::rails_payout, doc->'payouts');
    INSERT INTO rails_stray SELECT * FROM jsonb_populate_recordset(NULL::rails_stray, doc->'strays');

    FOR item IN SELECT * FROM jsonb_array_elements(doc->'payments_changed') LOOP
        UPDATE rails_payment p
        SET state = n.state, captured_minor = n.captured_minor, returned_minor = n.returned_minor,
            netted_minor = n.netted_minor, instrument = n.instrument, provider_ref = n.provider_ref,
            reason = n.reason, expires_at = n.expires_at, captured_at = n.captured_at, settles_at = n.settles_at,
            settled_at = n.settled_at
        FROM jsonb_populate_record(NULL::rails_payment, item) n
        WHERE p.id = n.id AND p.state = item->>'was';
        IF NOT FOUND THEN
            RAISE EXCEPTION 'payment % is no longer %', item->>'id', item->>'was' USING ERRCODE = 'HF003';
        END IF;
    END LOOP;

    FOR item IN SELECT * FROM jsonb_array_elements(doc->'refunds_changed') LOOP
        UPDATE rails_refund p
        SET state = n.state, provider_ref = n.provider_ref, reason = n.reason, sent_at = n.sent_at,
            ended_at = n.ended_at
        FROM jsonb_populate_record(NULL::rails_refund, item) n
        WHERE p.id = n.id AND p.state = item->>'was';
        IF NOT FOUND THEN
            RAISE EXCEPTION 'refund % is no longer %', item->>'id', item->>'was' USING ERRCODE = 'HF003';
        END IF;
    END LOOP;

    FOR item IN SELECT * FROM jsonb_array_elements(doc->'payouts_changed') LOOP
        UPDATE rails_payout p
        SET state = n.state, provider_ref = n.provider_ref, reason = n.reason, sent_at = n.sent_at,
            ended_at = n.ended_at
        FROM jsonb_populate_record(NULL::rails_payout, item) n
        WHERE p.id = n.id AND p.state = item->>'was';
        IF NOT FOUND THEN
            RAISE EXCEPTION 'payout % is no longer %', item->>'id', item->>'was' USING ERRCODE = 'HF003';
        END IF;
    END LOOP;

    FOR item IN SELECT * FROM jsonb_array_elements(doc->'strays_changed') LOOP
        UPDATE rails_stray p
        SET state = n.state, payment_id = n.payment_id, order_id = n.order_id, ended_at = n.ended_at
        FROM jsonb_populate_record(NULL::rails_stray, item) n
        WHERE p.id = n.id AND p.state = item->>'was';
        IF NOT FOUND THEN
            RAISE EXCEPTION 'stray % is no longer %', item->>'id', item->>'was' USING ERRCODE = 'HF003';
        END IF;
    END LOOP;
END $$;
