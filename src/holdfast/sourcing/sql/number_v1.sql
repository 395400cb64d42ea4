-- Quotation numbers readable by people: counted over all years, never reused.
CREATE SEQUENCE sourcing_number;
