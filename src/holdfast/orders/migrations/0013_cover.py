"""What orders that are open have reserved is counted on their suppliers' lines."""

from django.db import migrations

COUNT = """
CREATE TEMPORARY TABLE open_cover ON COMMIT DROP AS
SELECT supplier_id, currency, sum(cover_minor)::bigint AS minor FROM orders_order WHERE state <> 'closed' GROUP BY 1, 2;

-- A line may be shorter than what stands already: it is put aside until that is counted.
INSERT INTO parties_coverline (id, organisation_id, currency, line_minor, most_minor, reserved_minor)
SELECT gen_random_uuid(), supplier_id, currency, NULL, minor, minor FROM open_cover
ON CONFLICT (organisation_id, currency) DO UPDATE SET
    line_minor = NULL, most_minor = greatest(parties_coverline.most_minor, excluded.reserved_minor),
    reserved_minor = excluded.reserved_minor;
UPDATE parties_coverline c SET line_minor = g.line_minor, most_minor = g.line_minor FROM parties_guarantee g
WHERE g.organisation_id = c.organisation_id AND g.currency = c.currency;
"""


class Migration(migrations.Migration):
    """Rows are changed, no table is."""

    dependencies = [("orders", "0012_reminders"), ("parties", "0006_cover_line")]
    operations = [migrations.RunSQL(COUNT, migrations.RunSQL.noop)]
