DROP SCHEMA IF EXISTS bare CASCADE;
CREATE SCHEMA bare;
CREATE TABLE bare.contract (n int PRIMARY KEY, state text NOT NULL DEFAULT 'signed_once');
CREATE TABLE bare.line (n int PRIMARY KEY, most bigint NOT NULL, reserved bigint NOT NULL CHECK (reserved <= most));
CREATE TABLE bare.signature (contract int PRIMARY KEY, side text NOT NULL, at timestamptz NOT NULL);
CREATE TABLE bare.placed (contract int PRIMARY KEY, minor bigint NOT NULL);
INSERT INTO bare.contract (n) SELECT generate_series(1, :contracts);
INSERT INTO bare.line SELECT n, 1000000000, 0 FROM generate_series(0, 99) n;
ANALYZE bare.contract;
