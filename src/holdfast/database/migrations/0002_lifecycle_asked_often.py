"""The function behind lifecycles may be asked of rows whose state stays as it is."""

from django.db import migrations

LIFECYCLE = """
CREATE OR REPLACE FUNCTION holdfast_lifecycle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> TG_ARGV[0] THEN
            RAISE EXCEPTION '% begins as %, not %', TG_TABLE_NAME, TG_ARGV[0], NEW.state USING ERRCODE = 'HF002';
        END IF;
    ELSIF OLD.state <> NEW.state AND position(' ' || OLD.state || '>' || NEW.state || ' ' IN TG_ARGV[1]) = 0 THEN
        RAISE EXCEPTION '%: no step leads from % to %', TG_TABLE_NAME, OLD.state, NEW.state USING ERRCODE = 'HF002';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    """The second version of the guard."""

    dependencies = [("database", "0001_guards")]
    operations = [migrations.RunSQL(LIFECYCLE, migrations.RunSQL.noop)]
