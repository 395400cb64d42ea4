-- Events with their private rows and outbox, deadlines opened and closed, and the answer of an idempotent
-- command: one call, finished rows, no rule. Order within the call: close, then open, so that a deadline can
-- be replaced. Rows are written one by one: most acts have one event and one deadline, and starting a statement
-- over a set costs more than they do. Many are written set by set.
CREATE OR REPLACE FUNCTION record_write(doc jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    list jsonb := doc->'events';
    many integer := jsonb_array_length(list);
    r jsonb;
    written uuid;
BEGIN
    IF many <= 8 THEN
        FOR i IN 0..many - 1 LOOP
            r := list->i;
            written := r->>'id';
            INSERT INTO record_event (id, chain_kind, chain_id, seq, name, at, payload, prev, hash)
            VALUES (written, r->>'chain_kind', (r->>'chain_id')::uuid, (r->>'seq')::integer, r->>'name',
                    (r->>'at')::timestamptz, r->'payload', decode(r->>'prev', 'hex'), decode(r->>'hash', 'hex'));
            INSERT INTO record_outbox (event_id, state, attempts) VALUES (written, 'waiting', 0);
        END LOOP;
    ELSE
        INSERT INTO record_event (id, chain_kind, chain_id, seq, name, at, payload, prev, hash)
        SELECT (e->>'id')::uuid, e->>'chain_kind', (e->>'chain_id')::uuid, (e->>'seq')::integer, e->>'name',
               (e->>'at')::timestamptz, e->'payload', decode(e->>'prev', 'hex'), decode(e->>'hash', 'hex')
        FROM jsonb_array_elements(list) e;
        INSERT INTO record_outbox (event_id, state, attempts)
        SELECT (e->>'id')::uuid, 'waiting', 0 FROM jsonb_array_elements(list) e;
    END IF;

    IF doc ? 'private' THEN
        INSERT INTO record_private (event_id, field, salt, value)
        SELECT (p->>'event_id')::uuid, p->>'field', decode(p->>'salt', 'hex'), p->'value'
        FROM jsonb_array_elements(doc->'private') p;
    END IF;

    IF doc ? 'closed' THEN
        list := doc->'closed';
        FOR i IN 0..jsonb_array_length(list) - 1 LOOP
            r := list->i;
            IF r ? 'kinds' THEN
                UPDATE record_deadline d SET state = r->>'state', closed_at = (r->>'at')::timestamptz
                WHERE d.subject_id = (r->>'subject_id')::uuid AND d.state = 'open' AND r->'kinds' ? d.kind;
            ELSE
                UPDATE record_deadline d SET state = r->>'state', closed_at = (r->>'at')::timestamptz
                WHERE d.subject_id = (r->>'subject_id')::uuid AND d.state = 'open';
            END IF;
        END LOOP;
    END IF;

    IF doc ? 'deadlines' THEN
        list := doc->'deadlines';
        FOR i IN 0..jsonb_array_length(list) - 1 LOOP
            r := list->i;
            INSERT INTO record_deadline (id, kind, subject_kind, subject_id, order_id, who, due_at, zone, basis, state,
                                         attempts)
            VALUES ((r->>'id')::uuid, r->>'kind', r->>'subject_kind', (r->>'subject_id')::uuid,
                    (r->>'order_id')::uuid, r->>'who', (r->>'due_at')::timestamptz, r->>'zone', r->'basis', 'open', 0);
        END LOOP;
    END IF;

    IF doc ? 'answer' THEN
        r := doc->'answer';
        INSERT INTO record_answer (owner, key, fingerprint, status, body, at)
        VALUES ((r->>'owner')::uuid, r->>'key', decode(r->>'fingerprint', 'hex'), (r->>'status')::smallint, r->>'body',
                (r->>'at')::timestamptz);
    END IF;
END $$;
