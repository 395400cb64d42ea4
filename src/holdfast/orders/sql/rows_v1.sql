-- One row each, with plain arguments: what an act of few rows is written with, if all that it changes is what most acts
-- change. What is not given stays as it is. `orders_write` takes many rows, and every column.
CREATE FUNCTION orders_order_move(
    moved uuid, turned text, paid bigint, unsettled bigint, released bigint, fee bigint, ships date, arrives date,
    first_paid timestamptz, completed timestamptz
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE orders_order o
    SET state = coalesce(turned, o.state), paid_minor = coalesce(paid, o.paid_minor),
        unsettled_minor = coalesce(unsettled, o.unsettled_minor), released_minor = coalesce(released, o.released_minor),
        fee_minor = coalesce(fee, o.fee_minor), ship_on = coalesce(ships, o.ship_on),
        expected_delivery_on = coalesce(arrives, o.expected_delivery_on),
        first_paid_at = coalesce(first_paid, o.first_paid_at), completed_at = coalesce(completed, o.completed_at)
    WHERE o.id = moved;
END $$;

CREATE FUNCTION orders_tranche_move(moved uuid, turned text, funded bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE orders_tranche t SET state = turned, funded_minor = funded WHERE t.id = moved;
END $$;

CREATE FUNCTION orders_lot_move(
    moved uuid, turned text, graded text, counted jsonb, arrives date, arrived date, arrived_at timestamptz,
    came timestamptz, taken text
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE orders_lot l
    SET state = coalesce(turned, l.state), grade = coalesce(graded, l.grade), received = coalesce(counted, l.received),
        expected_delivery_on = coalesce(arrives, l.expected_delivery_on),
        delivered_on = coalesce(arrived, l.delivered_on), delivered_at = coalesce(arrived_at, l.delivered_at),
        received_at = coalesce(came, l.received_at), receipt = coalesce(taken, l.receipt)
    WHERE l.id = moved;
END $$;
