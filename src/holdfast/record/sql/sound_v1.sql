-- What holds of every row of these tables, whoever writes it: asked with each row that is added or changed, by a function
-- whose conditions are read once a connection (`database/guards.py`). What is not known breaks no rule, as in a
-- check constraint.
CREATE FUNCTION record_event_sound() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    broken CONSTANT text := CASE
        WHEN NOT (position(' ' || NEW.chain_kind || ' ' IN TG_ARGV[0]) > 0) THEN 'record_event_chain'
        WHEN NOT (NEW.seq > 0) THEN 'record_event_counted_from_one'
    END;
BEGIN
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'a row of % would break the rule %', TG_TABLE_NAME, broken
            USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = broken;
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION record_outbox_sound() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    broken CONSTANT text := CASE
        WHEN NOT (NEW.state IN ('waiting', 'relayed', 'failed')) THEN 'record_outbox_state'
    END;
BEGIN
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'a row of % would break the rule %', TG_TABLE_NAME, broken
            USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = broken;
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION record_deadline_sound() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    broken CONSTANT text := CASE
        WHEN NOT (NEW.state IN ('open', 'done', 'void')) THEN 'record_deadline_state'
    END;
BEGIN
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'a row of % would break the rule %', TG_TABLE_NAME, broken
            USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = broken;
    END IF;
    RETURN NEW;
END $$;
