-- A payment that changed, with all that can change of it. `was` is the state it leaves; if it is in another by then,
-- everything is undone.
CREATE FUNCTION rails_payment_change(
    payment uuid, was text, turned text, captured bigint, returned bigint, netted bigint, paid_with jsonb,
    known_as text, because text, expires timestamptz, came timestamptz, settles timestamptz, settled timestamptz
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE rails_payment p
    SET state = turned, captured_minor = captured, returned_minor = returned, netted_minor = netted,
        instrument = paid_with, provider_ref = known_as, reason = because, expires_at = expires, captured_at = came,
        settles_at = settles, settled_at = settled
    WHERE p.id = payment AND p.state = was;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'a payment is no longer %', was USING ERRCODE = 'HF003';
    END IF;
END $$;
