-- A guarded account changes with each of its entries: its new row finds room on the page of the old one, and no index
-- is touched.
ALTER TABLE ledger_account SET (fillfactor = 70);
