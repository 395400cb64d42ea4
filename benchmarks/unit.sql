-- The unit that commands are held against: an idempotent request that funds an order, as plain statements on plain
-- tables: key lookup, idempotency row, order row locked, transfer and two entries, two balances, state, event.
DROP SCHEMA IF EXISTS unit CASCADE;
CREATE SCHEMA unit;
CREATE TABLE unit.api_key (prefix text PRIMARY KEY, hash bytea NOT NULL, organisation uuid NOT NULL);
CREATE TABLE unit.answer (owner uuid, key text, fingerprint bytea, status int, body text, at timestamptz, PRIMARY KEY (owner, key));
CREATE TABLE unit.orders (id bigint PRIMARY KEY, state text NOT NULL, paid bigint NOT NULL, buyer uuid, supplier uuid, total bigint);
CREATE TABLE unit.account (id bigint PRIMARY KEY, balance bigint NOT NULL CHECK (balance >= 0), version int NOT NULL);
CREATE TABLE unit.transfer (id uuid PRIMARY KEY, debit bigint NOT NULL, credit bigint NOT NULL, amount bigint CHECK (amount > 0), at timestamptz);
CREATE TABLE unit.entry (transfer uuid REFERENCES unit.transfer, account bigint REFERENCES unit.account, amount bigint, balance bigint, version int, UNIQUE (account, version));
CREATE TABLE unit.event (id uuid PRIMARY KEY, chain bigint, seq int, payload jsonb, hash bytea, UNIQUE (chain, seq));
INSERT INTO unit.api_key VALUES ('0123456789ab', decode(repeat('ab', 32), 'hex'), gen_random_uuid());
INSERT INTO unit.orders SELECT n, 'agreed', 0, gen_random_uuid(), gen_random_uuid(), 100000 FROM generate_series(1, :orders) n;
INSERT INTO unit.account SELECT n, 1000000, 0 FROM generate_series(1, 2 * :orders) n;
VACUUM ANALYZE unit.orders, unit.account;
