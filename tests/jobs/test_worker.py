"""The worker as it runs in production: its own connections, ticks by the clock, nothing left of done jobs."""

from typing import Any

import pytest
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

from holdfast import jobs
from holdfast.database.connection import Access
from holdfast.notices import queries
from holdfast.record.models import Seal
from tests.world import World

pytestmark = [pytest.mark.database, pytest.mark.own_database]
TICKS = (jobs.tell, jobs.run_deadlines, jobs.move_money, jobs.ask_carriers, jobs.seal_days, jobs.audit_daily)


def test_every_tick_runs_in_a_worker(own_database: Access, caplog: Any) -> None:
    world = World()
    order_id = world.signed_order()
    for tick in TICKS:
        tick.defer(timestamp=0)
    assert isinstance(app.connector, DjangoConnector)
    with app.replace_connector(app.connector.get_worker_connector()) as worker:
        worker.run_worker(wait=False, delete_jobs="always", install_signal_handlers=False, listen_notify=False)
    assert "contract.signed" in {notice.kind for notice in queries.page(person_id=world.alma.person_id).notices}
    # The world's clock stands in the past; by the worker's, the time to pay is long over.
    assert world.order(order_id).order.state == "cancelled"
    assert Seal.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs")
        assert cursor.fetchone() == (0,)
    assert [record.message for record in caplog.records if record.levelname in {"ERROR", "CRITICAL"}] == []


def test_the_ticks_are_on_the_clock() -> None:
    known = {registered.task.name for registered in app.periodic_registry.periodic_tasks.values()}
    assert {tick.name for tick in TICKS} <= known
