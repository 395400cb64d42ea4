-- More is never reserved than a line allows, whoever writes it. A line may be lowered below what stands already: then
-- nothing is added until enough of it has been freed.
CREATE FUNCTION parties_guard_cover() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.reserved_minor > least(NEW.line_minor, NEW.most_minor)
       AND (TG_OP = 'INSERT' OR NEW.reserved_minor > OLD.reserved_minor) THEN
        RAISE EXCEPTION 'more cover than the line allows' USING ERRCODE = 'HF005';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER cover_guard BEFORE INSERT OR UPDATE ON parties_coverline
FOR EACH ROW EXECUTE FUNCTION parties_guard_cover();
