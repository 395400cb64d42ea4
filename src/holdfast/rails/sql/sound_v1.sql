-- What holds of every row of this table, whoever writes it: asked with each row that is added or changed, by a function
-- whose conditions are read once a connection (`database/guards.py`). What is not known breaks no rule, as in a
-- check constraint.
CREATE FUNCTION rails_payment_sound() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    broken CONSTANT text := CASE
        WHEN NOT (position(' ' || NEW.rail || ' ' IN TG_ARGV[0]) > 0) THEN 'rails_payment_rail'
        WHEN NOT (NEW.amount_minor = NEW.due_minor + NEW.processing_minor) THEN 'rails_payment_adds_up'
        WHEN NOT (NEW.due_minor > 0 AND NEW.processing_minor >= 0 AND NEW.captured_minor >= 0) THEN 'rails_payment_amounts'
        WHEN NOT (NEW.returned_minor >= 0 AND NEW.disputed_minor >= 0
                  AND NEW.returned_minor <= NEW.captured_minor - NEW.disputed_minor) THEN 'rails_payment_no_more_back_than_came'
        WHEN NOT (NEW.netted_minor >= 0 AND NEW.netted_minor <= NEW.captured_minor) THEN 'rails_payment_netted'
        WHEN NOT (NEW.state NOT IN ('captured', 'settled')
                  OR NEW.captured_minor > 0 AND NEW.captured_at IS NOT NULL AND NEW.settles_at IS NOT NULL) THEN 'rails_payment_captured_has_money'
    END;
BEGIN
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'a row of % would break the rule %', TG_TABLE_NAME, broken
            USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = broken;
    END IF;
    RETURN NEW;
END $$;
