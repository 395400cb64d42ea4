-- What 0.1.0 asks for, until no 0.1.0 runs any more: the order as jsonb, under the names it knows. This release reads the
-- same document as text, which its own functions answer without taking it apart and putting it together again.
ALTER FUNCTION orders_read(uuid, uuid) RENAME TO orders_read_text;
ALTER FUNCTION orders_lock(uuid, uuid) RENAME TO orders_lock_text;

CREATE FUNCTION orders_read(wanted uuid, payment uuid DEFAULT NULL) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT orders_read_text(wanted, payment)::jsonb
$$;

CREATE FUNCTION orders_lock(wanted uuid, payment uuid DEFAULT NULL) RETURNS jsonb LANGUAGE sql VOLATILE AS $$
    SELECT orders_lock_text(wanted, payment)::jsonb
$$;

-- A debt that 0.1.0 records gets the reference under which it can be paid, as `kernel.identifiers.creditor_reference`
-- makes it: the low 76 bits of its ID in base 36, with check digits by ISO 7064 (mod 97-10).
CREATE FUNCTION orders_debt_reference(debt uuid) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    digits CONSTANT text := '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
    hexadecimal CONSTANT text := upper(right(replace(debt::text, '-', ''), 19));
    number numeric := 0;
    body text := '';
    rest integer := 0;
    letter text;
BEGIN
    FOREACH letter IN ARRAY string_to_array(hexadecimal, NULL) LOOP
        number := number * 16 + strpos(digits, letter) - 1;
    END LOOP;
    FOR place IN 1..15 LOOP
        body := substr(digits, mod(number, 36)::integer + 1, 1) || body;
        number := div(number, 36);
    END LOOP;
    FOREACH letter IN ARRAY string_to_array(body || 'RF00', NULL) LOOP
        number := strpos(digits, letter) - 1;
        rest := mod(rest * CASE WHEN number > 9 THEN 100 ELSE 10 END + number, 97)::integer;
    END LOOP;
    RETURN 'RF' || lpad((98 - rest)::text, 2, '0') || body;
END $$;

-- 0.1.0 reads whether a debt is of processing; what it is is said by its kind.
ALTER TABLE orders_debt ADD COLUMN is_processing boolean NOT NULL GENERATED ALWAYS AS (kind = 'processing') STORED;
