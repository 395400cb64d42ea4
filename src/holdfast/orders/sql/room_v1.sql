-- Orders, tranches and lots change a few times in their lives, and no index knows the columns that do: with room for
-- the new row on the page of the old one, no index is touched.
ALTER TABLE orders_order SET (fillfactor = 60);
ALTER TABLE orders_tranche SET (fillfactor = 70);
ALTER TABLE orders_lot SET (fillfactor = 70);
