-- Events with their private rows and outbox, deadlines opened and closed, and the answer of an idempotent
-- command: one call, finished rows, no rule. Order within the call: close, then open, so that a deadline can
-- be replaced.
CREATE FUNCTION record_write(doc jsonb) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO record_event (id, chain_kind, chain_id, seq, name, at, payload, prev, hash)
    SELECT (e->>'id')::uuid, e->>'chain_kind', (e->>'chain_id')::uuid, (e->>'seq')::integer, e->>'name',
           (e->>'at')::timestamptz, e->'payload', decode(e->>'prev', 'hex'), decode(e->>'hash', 'hex')
    FROM jsonb_array_elements(doc->'events') e;

    INSERT INTO record_outbox (event_id, state, attempts)
    SELECT (e->>'id')::uuid, 'waiting', 0 FROM jsonb_array_elements(doc->'events') e;

    IF doc ? 'private' THEN
        INSERT INTO record_private (event_id, field, salt, value)
        SELECT (p->>'event_id')::uuid, p->>'field', decode(p->>'salt', 'hex'), p->'value'
        FROM jsonb_array_elements(doc->'private') p;
    END IF;

    IF doc ? 'closed' THEN
        UPDATE record_deadline d SET state = c->>'state', closed_at = (c->>'at')::timestamptz
        FROM jsonb_array_elements(doc->'closed') c
        WHERE d.subject_id = (c->>'subject_id')::uuid AND d.state = 'open'
          AND (c->>'kind' IS NULL OR d.kind = c->>'kind');
    END IF;

    IF doc ? 'deadlines' THEN
        INSERT INTO record_deadline (id, kind, subject_kind, subject_id, order_id, who, due_at, zone, basis, state, attempts)
        SELECT (d->>'id')::uuid, d->>'kind', d->>'subject_kind', (d->>'subject_id')::uuid, (d->>'order_id')::uuid,
               d->>'who', (d->>'due_at')::timestamptz, d->>'zone', d->'basis', 'open', 0
        FROM jsonb_array_elements(doc->'deadlines') d;
    END IF;

    IF doc ? 'answer' THEN
        INSERT INTO record_answer (owner, key, fingerprint, status, body, at)
        SELECT (a->>'owner')::uuid, a->>'key', decode(a->>'fingerprint', 'hex'), (a->>'status')::smallint, a->>'body',
               (a->>'at')::timestamptz
        FROM (SELECT doc->'answer' AS a) one;
    END IF;
END $$;
