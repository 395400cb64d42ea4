"""Every time limit as a moment, in the zone of who must act."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast import programme
from holdfast.kernel.clock import rfc3339
from holdfast.programme import rules

STANDARD = programme.shipped("standard")
SHANGHAI = "Asia/Shanghai"
# Already 2 May in Shanghai: the day of the anchor is the local one.
AT = datetime(2026, 5, 1, 20, 0, tzinfo=UTC)


def end(day: str) -> str:
    return f"{day}T15:59:59.000000Z"


@pytest.mark.parametrize(
    ("key", "moment"),
    [
        ("signing.sign_days", end("2026-05-09")),
        ("signing.pay_days", end("2026-05-12")),
        ("signing.balance_grace_days", end("2026-05-12")),
        ("claims.answer_days", end("2026-05-05")),
        ("claims.rebut_days", end("2026-05-07")),
        ("claims.mediation_target_days", end("2026-05-17")),
        ("claims.mediation_limit_days", end("2026-07-01")),
        ("claims.appeal_days", end("2026-05-09")),
        ("returns.ship_back_days", end("2026-05-16")),
    ],
)
def test_a_limit_is_calendar_days_unless_the_programme_says_otherwise(key: str, moment: str) -> None:
    found = rules.limit(programme=STANDARD, key=key, anchor=AT, zone=SHANGHAI, who="supplier")
    assert (rfc3339(found.due_at), found.basis) == (moment, {})


@pytest.mark.parametrize(
    ("rule", "anchor", "moment"),
    [
        (rules.confirm_due_at, "ordered_at", end("2026-05-07")),
        (rules.escalate_from, "opened_at", "2026-05-05T16:00:00.000000Z"),  # 00:00 of the 6th
        (rules.escalate_automatic_at, "opened_at", "2026-05-09T16:00:00.000000Z"),
        (rules.evidence_due_at, "asked_at", end("2026-05-07")),
    ],
)
def test_a_limit_ends_with_its_local_day(rule: Callable[..., datetime], anchor: str, moment: str) -> None:
    assert rfc3339(rule(programme=STANDARD, zone=SHANGHAI, **{anchor: AT})) == moment


def test_evidence_is_extended_once() -> None:
    found = rules.evidence_due_at(programme=STANDARD, asked_at=AT, zone=SHANGHAI, extended=True)
    assert rfc3339(found) == end("2026-05-12")


@pytest.mark.parametrize(
    ("extensions", "bounced", "day"),
    [(0, False, "2026-05-15"), (1, False, "2026-05-30"), (2, False, "2026-06-14"), (2, True, "2026-06-17")],
)
def test_receipt_is_extended_once_by_each_party(extensions: int, bounced: bool, day: str) -> None:
    found = rules.receipt_limit(
        programme=STANDARD, delivered_on=date(2026, 5, 1), zone=SHANGHAI, extensions=extensions, bounced=bounced
    )
    assert rfc3339(found.due_at) == end(day)


def test_nobody_extends_twice() -> None:
    with pytest.raises(ValueError, match="once"):
        rules.receipt_limit(programme=STANDARD, delivered_on=date(2026, 5, 1), zone="UTC", extensions=3)


@pytest.mark.parametrize(("grade", "counts"), [("A", True), ("B", True), ("C", False), ("D", False), (None, False)])
def test_silence_counts_only_with_a_good_proof(grade: str | None, counts: bool) -> None:
    assert rules.receipt_by_silence(programme=STANDARD, grade=grade) == counts
    assert rules.receipt_silence(programme=STANDARD).silence_days == 14


DEADLINE = datetime(2026, 5, 15, 15, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("delivered_at", "extended", "runs", "moment"),
    [
        (DEADLINE - timedelta(hours=72), False, True, end("2026-05-15")),
        (DEADLINE - timedelta(hours=72) + timedelta(seconds=1), False, False, end("2026-05-18")),
        (None, False, False, end("2026-05-18")),
        (None, True, True, end("2026-05-15")),
    ],
)
def test_nothing_runs_out_without_a_notice_but_it_moves_once(
    delivered_at: datetime | None, extended: bool, runs: bool, moment: str
) -> None:
    found = rules.delivered_notice(
        programme=STANDARD, deadline_at=DEADLINE, delivered_at=delivered_at, zone=SHANGHAI, extended=extended
    )
    assert (found.runs, rfc3339(found.deadline_at)) == (runs, moment)


@pytest.mark.parametrize(
    ("final", "day"),
    [
        (datetime(2026, 5, 1, 12, tzinfo=UTC), "2026-05-12"),  # a Friday
        (datetime(2026, 5, 2, 12, tzinfo=UTC), "2026-05-12"),  # a Saturday
    ],
)
def test_a_refund_starts_within_seven_business_days(final: datetime, day: str) -> None:
    found = rules.refund_start_due(programme=STANDARD, final_at=final, zone="UTC")
    assert rfc3339(found) == f"{day}T23:59:59.000000Z"


@given(
    st.sampled_from(programme.names()),
    st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2040, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.sampled_from(["UTC", SHANGHAI, "America/New_York", "Pacific/Auckland"]),
)
def test_a_claim_goes_its_way_in_order(name: str, at: datetime, zone: str) -> None:
    chosen = programme.shipped(name)

    def ends(key: str) -> datetime:
        return rules.limit(programme=chosen, key=key, anchor=at, zone=zone, who="buyer").due_at

    may = rules.escalate_from(programme=chosen, opened_at=at, zone=zone)
    must = rules.escalate_automatic_at(programme=chosen, opened_at=at, zone=zone)
    assert at < ends("claims.answer_days") < may <= must
    assert ends("claims.mediation_target_days") <= ends("claims.mediation_limit_days")
