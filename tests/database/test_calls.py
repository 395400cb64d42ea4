"""What is handed to a function of plain arguments arrives as it was."""

from __future__ import annotations

import pytest
from django.db import connection

from holdfast.database.calls import Row, as_bytes, as_json, as_list, plain

pytestmark = [pytest.mark.database, pytest.mark.django_db]
ODD = ["", " ", "NULL", "null", '"', "\\", '\\"', "{", "}", ",", "a,b", "'", "\n\t", "ü—中", "%s", "$1", "\x01", None]


def test_nothing_is_nothing_but_in_a_json_column() -> None:
    row = Row("kept", {"name": plain, "value": as_json, "left_out": as_json})
    assert row.call({"name": None, "value": None}) == ("kept", [None, "null", None])
    assert row.call({"value": {"a": None}}) == ("kept", [None, '{"a": null}', None])


def test_odd_texts_arrive_as_they_are() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::text[]", [as_list(ODD)])
        assert cursor.fetchone() == (ODD,)
        cursor.execute(
            "SELECT %s::bigint[], %s::boolean[], %s::uuid[]", [as_list([1, None]), as_list([True, False]), as_list([])]
        )
        assert cursor.fetchone() == ([1, None], [True, False], [])
        cursor.execute("SELECT %s::bytea", [as_bytes(b"\x00\xff\\".hex())])
        assert bytes(cursor.fetchone()[0]) == b"\x00\xff\\"
