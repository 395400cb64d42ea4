-- One row each, with plain arguments: what an act of few rows is written with. `record_write` takes many.
CREATE FUNCTION record_event_add(
    event uuid, kind text, chain uuid, place integer, named text, happened timestamptz, told jsonb, before bytea,
    hashed bytea
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO record_event (id, chain_kind, chain_id, seq, name, at, payload, prev, hash)
    VALUES (event, kind, chain, place, named, happened, told, before, hashed);
    INSERT INTO record_outbox (event_id, state, attempts) VALUES (event, 'waiting', 0);
END $$;

CREATE FUNCTION record_private_add(event uuid, named text, salted bytea, said jsonb)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO record_private (event_id, field, salt, value) VALUES (event, named, salted, said);
END $$;

-- Of the kinds named, or of every kind.
CREATE FUNCTION record_deadline_close(subject uuid, ends text, happened timestamptz, kinds text[])
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE record_deadline d SET state = ends, closed_at = happened
    WHERE d.subject_id = subject AND d.state = 'open' AND (kinds IS NULL OR d.kind = ANY (kinds));
END $$;

CREATE FUNCTION record_deadline_open(
    deadline uuid, kind text, about text, subject uuid, of_order uuid, side text, due timestamptz, in_zone text,
    grounds jsonb
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO record_deadline (id, kind, subject_kind, subject_id, order_id, who, due_at, zone, basis, state, attempts)
    VALUES (deadline, kind, about, subject, of_order, side, due, in_zone, grounds, 'open', 0);
END $$;

CREATE FUNCTION record_answer_keep(
    asked_by uuid, asked_as text, print bytea, code smallint, said text, happened timestamptz
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO record_answer (owner, key, fingerprint, status, body, at)
    VALUES (asked_by, asked_as, print, code, said, happened);
END $$;
