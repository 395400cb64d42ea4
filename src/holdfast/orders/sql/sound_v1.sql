-- What holds of every row of these tables, whoever writes it: asked with each row that is added or changed, by a function
-- whose conditions are read once a connection (`database/guards.py`). What is not known breaks no rule, as in a
-- check constraint.
CREATE FUNCTION orders_order_sound() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    broken CONSTANT text := CASE
        WHEN NOT (NEW.total_minor > 0) THEN 'orders_order_worth_something'
        WHEN NOT (NEW.buyer_id <> NEW.supplier_id) THEN 'orders_order_two_parties'
        WHEN NOT (NEW.released_minor + NEW.refunded_minor <= NEW.paid_minor + NEW.recourse_minor + NEW.borne_minor) THEN 'orders_order_no_more_out_than_in'
        WHEN NOT (NEW.refunded_minor <= NEW.paid_minor) THEN 'orders_order_refund_at_most_paid'
        WHEN NOT (NEW.disputed_minor >= 0 AND NEW.borne_minor >= 0
                  AND NEW.disputed_minor <= NEW.paid_minor - NEW.refunded_minor) THEN 'orders_order_disputed_at_most_left'
        WHEN NOT (NEW.cover_drawn_minor <= NEW.cover_minor) THEN 'orders_order_cover_at_most_reserved'
        WHEN NOT (least(NEW.paid_minor, NEW.unsettled_minor, NEW.claims_open, NEW.released_minor, NEW.released_early_minor,
                        NEW.refunded_minor, NEW.recourse_minor, NEW.fee_minor, NEW.rest_refunded_minor,
                        NEW.rest_frozen_minor, NEW.cover_drawn_minor) >= 0) THEN 'orders_order_nothing_negative'
        WHEN NOT (NEW.inspection IN ('none', 'advised', 'required', 'passed', 'failed', 'waived')) THEN 'orders_order_inspection'
    END;
BEGIN
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'a row of % would break the rule %', TG_TABLE_NAME, broken
            USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = broken;
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION orders_tranche_sound() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    broken CONSTANT text := CASE
        WHEN NOT (NEW.amount_minor > 0 AND NEW.funded_minor >= 0 AND NEW.funded_minor <= NEW.amount_minor) THEN 'orders_tranche_funded_at_most_its_amount'
        WHEN NOT (NEW.state IN ('planned', 'due', 'dropped') OR NEW.funded_minor = NEW.amount_minor) THEN 'orders_tranche_held_when_paid'
    END;
BEGIN
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'a row of % would break the rule %', TG_TABLE_NAME, broken
            USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = broken;
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION orders_lot_sound() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    broken CONSTANT text := CASE
        WHEN NOT (NEW.number > 0) THEN 'orders_lot_numbered_from_one'
        WHEN NOT (NEW.grade IN ('A', 'B', 'C', 'D')) THEN 'orders_lot_grade'
        WHEN NOT (NEW.frozen_minor >= 0 AND NEW.refunded_minor >= 0 AND NEW.reserved_minor >= 0
                  AND NEW.refunded_minor <= NEW.price_minor - NEW.frozen_minor) THEN 'orders_lot_refunded_and_frozen_at_most_its_price'
    END;
BEGIN
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'a row of % would break the rule %', TG_TABLE_NAME, broken
            USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = broken;
    END IF;
    RETURN NEW;
END $$;
