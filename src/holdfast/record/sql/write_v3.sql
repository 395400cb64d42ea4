-- Events with their private rows and outbox, deadlines closed and opened, and the answers of idempotent commands: many
-- acts in one call, finished rows, no rule. Order within the call: close, then open, so that a deadline can
-- be replaced. An act of few rows is written row by row (`rows_v1.sql`). The release before sends its one act here, its
-- answer by itself, not in a list, and with each thing that it closes one `kind`, or none for all of them.
CREATE OR REPLACE FUNCTION record_write(doc jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    closing jsonb;
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

    -- One after the other: of one subject some may be done, and whatever is left void.
    FOR closing IN SELECT jsonb_array_elements(doc->'closed') LOOP
        UPDATE record_deadline d SET state = closing->>'state', closed_at = (closing->>'at')::timestamptz
        WHERE d.subject_id = (closing->>'subject_id')::uuid AND d.state = 'open'
          AND coalesce(closing->'kinds' ? d.kind, d.kind = closing->>'kind', true);
    END LOOP;

    IF doc ? 'deadlines' THEN
        INSERT INTO record_deadline (id, kind, subject_kind, subject_id, order_id, who, due_at, zone, basis, state,
                                     attempts)
        SELECT (l->>'id')::uuid, l->>'kind', l->>'subject_kind', (l->>'subject_id')::uuid, (l->>'order_id')::uuid,
               l->>'who', (l->>'due_at')::timestamptz, l->>'zone', l->'basis', 'open', 0
        FROM jsonb_array_elements(doc->'deadlines') l;
    END IF;

    IF doc ? 'answer' THEN
        INSERT INTO record_answer (owner, key, fingerprint, status, body, at)
        SELECT (a->>'owner')::uuid, a->>'key', decode(a->>'fingerprint', 'hex'), (a->>'status')::smallint, a->>'body',
               (a->>'at')::timestamptz
        FROM jsonb_array_elements(
            CASE jsonb_typeof(doc->'answer') WHEN 'array' THEN doc->'answer' ELSE jsonb_build_array(doc->'answer') END
        ) a;
    END IF;
END $$;
