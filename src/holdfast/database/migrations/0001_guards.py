"""The functions behind every guard: they run in the database, under whatever role the application has."""

from django.db import migrations

REFUSE_CHANGE = """
CREATE FUNCTION holdfast_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of %: its rows are written once', TG_OP, TG_TABLE_NAME USING ERRCODE = 'HF001';
END $$;
"""

LIFECYCLE = """
CREATE FUNCTION holdfast_lifecycle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> TG_ARGV[0] THEN
            RAISE EXCEPTION '% begins as %, not %', TG_TABLE_NAME, TG_ARGV[0], NEW.state USING ERRCODE = 'HF002';
        END IF;
    ELSIF NOT (position(' ' || OLD.state || '>' || NEW.state || ' ' IN TG_ARGV[1]) > 0) THEN
        RAISE EXCEPTION '%: no step leads from % to %', TG_TABLE_NAME, OLD.state, NEW.state USING ERRCODE = 'HF002';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    """Every guarded room depends on these, through the ledger."""

    initial = True
    dependencies = []
    operations = [
        migrations.RunSQL(REFUSE_CHANGE, "DROP FUNCTION holdfast_refuse_change()"),
        migrations.RunSQL(LIFECYCLE, "DROP FUNCTION holdfast_lifecycle()"),
    ]
