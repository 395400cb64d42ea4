"""What the installation is can never be changed: only a sandbox's clock moves, and only forwards."""

from django.db import migrations

GUARD = """
CREATE FUNCTION parties_guard_installation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'UPDATE' THEN
        RAISE EXCEPTION 'the installation is written once' USING ERRCODE = 'HF001';
    END IF;
    IF NEW.clock_offset_seconds < OLD.clock_offset_seconds THEN
        RAISE EXCEPTION 'the clock moves forwards only' USING ERRCODE = 'HF001';
    END IF;
    OLD.clock_offset_seconds := NEW.clock_offset_seconds;
    IF NEW IS DISTINCT FROM OLD THEN
        RAISE EXCEPTION 'the installation is written once' USING ERRCODE = 'HF001';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER installation_guard BEFORE UPDATE OR DELETE ON parties_installation
FOR EACH ROW EXECUTE FUNCTION parties_guard_installation();

CREATE TRIGGER installation_never_truncated BEFORE TRUNCATE ON parties_installation
FOR EACH STATEMENT EXECUTE FUNCTION parties_guard_installation();
"""
UNDO = """
DROP TRIGGER installation_never_truncated ON parties_installation;
DROP TRIGGER installation_guard ON parties_installation;
DROP FUNCTION parties_guard_installation();
"""


class Migration(migrations.Migration):
    """In the database, so that no programming mistake gets round it."""

    dependencies = [("parties", "0001_initial")]
    operations = [migrations.RunSQL(GUARD, UNDO)]
