-- What was agreed of an order changes with a version that both have signed, and its parties and currency never.
CREATE FUNCTION orders_agreed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.number, OLD.contract_id, OLD.buyer_id, OLD.supplier_id, OLD.currency)
       IS DISTINCT FROM (NEW.number, NEW.contract_id, NEW.buyer_id, NEW.supplier_id, NEW.currency) THEN
        RAISE EXCEPTION 'order %: its number, contract, parties and currency are written once', OLD.number
            USING ERRCODE = 'HF001';
    END IF;
    IF (OLD.total_minor, OLD.goods_minor, OLD.lines, OLD.charges, OLD.partial_shipments, OLD.incoterm, OLD.version)
       IS DISTINCT FROM
       (NEW.total_minor, NEW.goods_minor, NEW.lines, NEW.charges, NEW.partial_shipments, NEW.incoterm, NEW.version)
       AND (NEW.version <> OLD.version + 1 OR NOT EXISTS (
            SELECT 1 FROM contracts_amendment a WHERE a.contract_id = NEW.contract_id AND a.version = NEW.version
               AND a.state = 'signed' AND a.total_minor = NEW.total_minor)) THEN
        RAISE EXCEPTION 'order %: its price and goods change only by an amendment that both have signed', OLD.number
            USING ERRCODE = 'HF001';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER orders_order_agreed BEFORE UPDATE OF number, contract_id, buyer_id, supplier_id, currency, total_minor,
    goods_minor, lines, charges, partial_shipments, incoterm, version ON orders_order
    FOR EACH ROW EXECUTE FUNCTION orders_agreed();
