"""The part of a programme that says how days are counted, and when people are reminded.

It knows which limits holidays may have a say in, and no figure at all.
"""

from dataclasses import dataclass

from holdfast.programme import keys

LIMITS = (
    *("signing.sign_days", "signing.pay_days", "signing.balance_grace_days"),
    *("claims.answer_days", "claims.rebut_days", "claims.mediation_target_days", "claims.mediation_limit_days"),
    *("claims.appeal_days", "receipt.silence_days"),
    *("returns.ship_back_days", "returns.inspect_days", "returns.refund_start_days"),
)
"""The limits in which holidays may have a say. Windows for claims and dates that a contract names are calendar days."""
REMINDERS = ("1", "2", "3", "5", "7", "10", "14")


@dataclass(frozen=True, slots=True)
class DayCount:
    """Which limits count working days, and when people are reminded."""

    working: tuple[str, ...] = keys.choices(
        "limits that count working days: days that are worked in both parties' countries and at the operator",
        *LIMITS,
        default=(),
    )
    next_working_day: tuple[str, ...] = keys.choices(
        "limits that end on the next working day of who must act, where their last day is none there",
        *LIMITS,
        default=(),
    )
    remind_days: tuple[str, ...] = keys.choices(
        "a side is reminded of a deadline so many days before it; left out, each kind of deadline has days of its own",
        *REMINDERS,
        default=(),
    )
