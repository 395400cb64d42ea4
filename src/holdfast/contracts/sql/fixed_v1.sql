-- What was proposed stays as it was proposed: from then on only the state, its times and the other program's labels move.
CREATE FUNCTION contracts_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.number, OLD.order_id, OLD.buyer_id, OLD.supplier_id, OLD.drafter)
       IS DISTINCT FROM (NEW.number, NEW.order_id, NEW.buyer_id, NEW.supplier_id, NEW.drafter) THEN
        RAISE EXCEPTION 'contract %: its number, order and parties are written once', OLD.number USING ERRCODE = 'HF001';
    END IF;
    IF OLD.state <> 'draft'
       AND (OLD.document, OLD.digest, OLD.currency, OLD.total_minor, OLD.programme_id, OLD.cover_minor)
           IS DISTINCT FROM
           (NEW.document, NEW.digest, NEW.currency, NEW.total_minor, NEW.programme_id, NEW.cover_minor) THEN
        RAISE EXCEPTION 'contract %: its text is fixed since it was proposed', OLD.number USING ERRCODE = 'HF001';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER contracts_contract_fixed BEFORE UPDATE ON contracts_contract
    FOR EACH ROW EXECUTE FUNCTION contracts_fixed();

-- Contract numbers readable by people: counted over all years, never reused.
CREATE SEQUENCE contracts_number;
