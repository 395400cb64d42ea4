-- Numbers of a series follow one another: whoever issues a paper holds the series until COMMIT, and nothing that is
-- written here is ever deleted, so there is no gap.
CREATE FUNCTION treasury_next_number(wanted text) RETURNS integer
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('treasury paper ' || wanted, 0));
    RETURN (SELECT coalesce(max(number), 0) + 1 FROM treasury_paper WHERE series = wanted);
END $$;

CREATE FUNCTION treasury_number_follows() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.number <> treasury_next_number(NEW.series) THEN
        RAISE EXCEPTION 'the next number of % is %', NEW.series, treasury_next_number(NEW.series)
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER number_follows BEFORE INSERT ON treasury_paper
    FOR EACH ROW EXECUTE FUNCTION treasury_number_follows();
