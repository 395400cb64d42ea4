-- An account is one that the chart names, guarded or not as the chart has it: (guarded codes, summed codes), each code
-- between spaces. It was a constraint of this name before.
CREATE FUNCTION ledger_account_on_chart() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF position(' ' || NEW.code || ' ' IN CASE WHEN NEW.guarded THEN TG_ARGV[0] ELSE TG_ARGV[1] END) = 0 THEN
        RAISE EXCEPTION 'ledger_account_on_chart: the chart has no account % of this kind', NEW.code
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_account_on_chart', TABLE = 'ledger_account';
    END IF;
    RETURN NEW;
END $$;
ALTER TABLE ledger_transfer
    DROP CONSTRAINT ledger_transfer_debit_currency, DROP CONSTRAINT ledger_transfer_credit_currency;
