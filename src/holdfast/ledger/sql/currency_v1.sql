-- A transfer's currency is that of both its accounts: two foreign keys say so.
ALTER TABLE ledger_transfer
    ADD CONSTRAINT ledger_transfer_debit_currency
        FOREIGN KEY (debit_id, currency) REFERENCES ledger_account (id, currency),
    ADD CONSTRAINT ledger_transfer_credit_currency
        FOREIGN KEY (credit_id, currency) REFERENCES ledger_account (id, currency);
