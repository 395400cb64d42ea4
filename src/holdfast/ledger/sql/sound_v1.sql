-- What holds of every row of these tables, whoever writes it: asked with each row that is added or changed, by a function
-- whose conditions are read once a connection (`database/guards.py`). What is not known breaks no rule, as in a
-- check constraint.
CREATE FUNCTION ledger_account_sound() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    broken CONSTANT text := CASE
        WHEN NOT (NEW.guarded = (NEW.balance_minor IS NOT NULL)) THEN 'ledger_account_guarded_has_balance'
        WHEN NOT (NEW.balance_minor >= 0) THEN 'ledger_account_not_overdrawn'
    END;
BEGIN
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'a row of % would break the rule %', TG_TABLE_NAME, broken
            USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = broken;
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION ledger_transfer_sound() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    broken CONSTANT text := CASE
        WHEN NOT (NEW.amount_minor > 0) THEN 'ledger_transfer_positive'
        WHEN NOT (NEW.debit_id <> NEW.credit_id) THEN 'ledger_transfer_two_accounts'
    END;
BEGIN
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'a row of % would break the rule %', TG_TABLE_NAME, broken
            USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = broken;
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION ledger_entry_sound() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    broken CONSTANT text := CASE
        WHEN NOT ((NEW.version IS NULL) = (NEW.balance_after_minor IS NULL)
                  AND coalesce(NEW.version > 0 AND NEW.balance_after_minor >= 0, true)) THEN 'ledger_entry_balance_with_version'
    END;
BEGIN
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'a row of % would break the rule %', TG_TABLE_NAME, broken
            USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = broken;
    END IF;
    RETURN NEW;
END $$;
