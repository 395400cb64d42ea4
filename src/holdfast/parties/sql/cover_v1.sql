-- Cover of a supplier's open orders, by currency. The row of a supplier's line is taken here, in the one statement that
-- writes an act, and so held no longer than its COMMIT takes.
--
-- {"lines": [{"id", "organisation_id", "currency", "line_minor", "most_minor"}],     a verifier's word
--  "reserved": [{"id", "organisation_id", "currency", "minor", "most_minor"}],       with a signature
--  "freed": [{"organisation_id", "currency", "minor"}]}                              with an order's close
--
-- Whatever is of one supplier is one change of its row; rows are taken by supplier and currency. A reservation that does
-- not fit is refused with HF005, and what is left stands in the detail.
CREATE FUNCTION parties_cover(doc jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    r record;
    line parties_coverline;
    room bigint;
BEGIN
    IF doc ? 'lines' THEN
        INSERT INTO parties_coverline (id, organisation_id, currency, line_minor, most_minor, reserved_minor)
        SELECT (e->>'id')::uuid, (e->>'organisation_id')::uuid, e->>'currency', (e->>'line_minor')::bigint,
               (e->>'most_minor')::bigint, 0
        FROM jsonb_array_elements(doc->'lines') e ORDER BY 2, 3
        ON CONFLICT (organisation_id, currency)
            DO UPDATE SET line_minor = excluded.line_minor, most_minor = excluded.most_minor;
    END IF;
    IF doc ? 'reserved' THEN
        FOR r IN
            SELECT (e->>'organisation_id')::uuid AS supplier, e->>'currency' AS currency, min(e->>'id')::uuid AS id,
                   sum((e->>'minor')::bigint)::bigint AS minor, min((e->>'most_minor')::bigint) AS most
            FROM jsonb_array_elements(doc->'reserved') e GROUP BY 1, 2 ORDER BY 1, 2
        LOOP
            SELECT * INTO line FROM parties_coverline
            WHERE organisation_id = r.supplier AND currency = r.currency FOR UPDATE;
            IF NOT FOUND THEN
                INSERT INTO parties_coverline (id, organisation_id, currency, line_minor, most_minor, reserved_minor)
                VALUES (r.id, r.supplier, r.currency, NULL, r.most, 0) ON CONFLICT (organisation_id, currency) DO NOTHING;
                SELECT * INTO line FROM parties_coverline
                WHERE organisation_id = r.supplier AND currency = r.currency FOR UPDATE;
            END IF;
            -- The smaller of a verifier's word and what the programme allows; of a word that is not there, the latter.
            room := least(line.line_minor, r.most) - line.reserved_minor;
            IF r.minor > room THEN
                RAISE EXCEPTION 'a line does not have so much cover left' USING ERRCODE = 'HF005',
                    DETAIL = json_build_object('line_minor', least(line.line_minor, r.most),
                                               'reserved_minor', line.reserved_minor,
                                               'left_minor', greatest(0, room),
                                               'needed_minor', r.minor, 'currency', r.currency)::text;
            END IF;
            UPDATE parties_coverline SET most_minor = r.most, reserved_minor = line.reserved_minor + r.minor
            WHERE id = line.id;
        END LOOP;
    END IF;
    IF doc ? 'freed' THEN
        FOR r IN
            SELECT (e->>'organisation_id')::uuid AS supplier, e->>'currency' AS currency,
                   sum((e->>'minor')::bigint)::bigint AS minor
            FROM jsonb_array_elements(doc->'freed') e GROUP BY 1, 2 ORDER BY 1, 2
        LOOP
            UPDATE parties_coverline SET reserved_minor = reserved_minor - r.minor
            WHERE organisation_id = r.supplier AND currency = r.currency;
        END LOOP;
    END IF;
END $$;
