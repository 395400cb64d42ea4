"""Few rows are written one by one, by functions of plain arguments; many as a set."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parents[1] / "sql"
BACK = """
DROP FUNCTION record_event_add;
DROP FUNCTION record_private_add;
DROP FUNCTION record_deadline_close;
DROP FUNCTION record_deadline_open;
DROP FUNCTION record_answer_keep;
"""


class Migration(migrations.Migration):
    """The release before calls `record_write` as before."""

    dependencies = [("record", "0010_answers_by_time")]
    operations = [
        migrations.RunSQL((SQL / "rows_v1.sql").read_text(), BACK),
        migrations.RunSQL((SQL / "write_v3.sql").read_text(), (SQL / "write_v2.sql").read_text()),
    ]
