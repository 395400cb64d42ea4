"""A database filled by an earlier version is restored, migrated, and still proves itself: nothing is left behind.

`tests/data/` has a plain dump of each release, made on the oldest supported PostgreSQL, so that all later ones read it.
"""

import gzip
import os
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, connections

from holdfast import jobs
from holdfast.database import binaries
from holdfast.database.connection import Access
from holdfast.database.migrating import migrate
from holdfast.kernel import clock
from holdfast.orders import queries
from holdfast.orders.models import Debt, Order
from holdfast.record import events
from holdfast.record.models import Deadline
from tests.conftest import _drop, _make, _point_at

DUMPS = sorted((Path(__file__).parents[1] / "data").glob("holdfast-*.sql.gz"))

pytestmark = pytest.mark.database


def test_there_is_a_dump_of_a_release() -> None:
    assert DUMPS


@pytest.fixture(params=DUMPS, ids=lambda dump: dump.name)
def restored(request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """The dump, read by the owner into an empty database and brought to this version; connected as the application."""
    before = connections["default"].settings_dict["NAME"]
    owner, application = settings.DATABASE_ACCESS.owner, settings.DATABASE_ACCESS.application
    name = f"holdfast_upgrade_{uuid.uuid4().hex[:12]}"
    with django_db_blocker.unblock():
        _make(name, "template0")
        try:
            _read(gzip.decompress(request.param.read_bytes()), owner, name)
            _point_at(name=name, access=owner)
            migrate(verbosity=0)
            _point_at(name=name, access=application)
            yield name
        finally:
            _point_at(name=before, access=application)
            _drop(name)


def _read(text: bytes, owner: Access, name: str) -> None:
    environment = {
        **os.environ,
        "PGHOST": str(owner.host),
        "PGPORT": str(owner.port),
        "PGUSER": owner.user,
        "PGPASSWORD": owner.password or "",
        "PGDATABASE": name,
        "PGOPTIONS": "-c client_min_messages=warning",
    }
    command = [binaries.find().program("psql"), "-q", "-X", "-v", "ON_ERROR_STOP=1", "-f", "-"]
    done = subprocess.run(command, input=text, env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()


def test_a_filled_database_of_a_release_upgrades_and_proves_itself(restored: str) -> None:
    proof = jobs.audit(with_files=False)
    assert proof.findings == ()
    assert proof.transfers > 50
    assert proof.events > 200
    for order_id in Order.objects.values_list("id", flat=True):
        page = queries.page(order_id=order_id, role="operator", now=clock.read())
        assert page.amounts.paid_minor >= page.amounts.refunded_minor
        assert events.verify(chain_id=order_id).broken_at is None
    for debt in Debt.objects.filter(state="open"):
        assert Deadline.objects.filter(subject_id=debt.id, kind="debt.remind", state="open").exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, count(*) FROM orders_order")
        assert cursor.fetchone()[0] == settings.DATABASE_ACCESS.application.user
