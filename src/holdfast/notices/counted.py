"""How a deadline was counted, and whether it stands still, in the reader's words: the one place that says so, for API,
console and mail.

It reads what the register keeps beside the deadline, and asks no calendar.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale, dates
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as say
from django.utils.translation import to_locale

MOST_NAMED = 8
"""So many holidays are named one by one; a longer list says how many more there were."""


def counted(*, basis: Mapping[str, Any], zone: str, paused_at: datetime | None = None) -> tuple[str, ...]:
    """Sentences in the language that is active; none for calendar days that nothing has held up."""
    found: list[str] = []
    calendar = basis.get("calendar")
    if calendar:
        found += _calendar(calendar)
    for entry in basis.get("paused", ()):
        if "to" in entry:
            day = _day(datetime.fromisoformat(entry["from"]).astimezone(ZoneInfo(zone)).date())
            found.append(
                say("An inspection that began on %(day)s held it up for %(days)s days.")
                % {"day": day, "days": entry["moved_days"]}
            )
    if paused_at is not None:
        left = basis["paused"][-1]["days_left"]
        found.append(
            say("It stands still since %(day)s because an inspection is under way, with %(days)s days left.")
            % {"day": _day(paused_at.astimezone(ZoneInfo(zone)).date()), "days": left}
        )
    return tuple(found)


def _calendar(calendar: Mapping[str, Any]) -> list[str]:
    places = _listed([_place(code) for code in calendar["places"]])
    if calendar["counts"] == "working_days":
        found = [say("Counted in days that are worked in %(places)s.") % {"places": places}]
    else:
        found = [say("Its last day is one that is worked in %(places)s.") % {"places": places}]
    skipped = calendar["skipped"]
    if skipped:
        named = [_skipped(one) for one in skipped[:MOST_NAMED]]
        if len(skipped) > MOST_NAMED:
            named.append(say("%(count)s more") % {"count": len(skipped) - MOST_NAMED})
        found.append(say("Skipped: %(days)s.") % {"days": _listed(named)})
    if "moved_from" in calendar:
        day = _day(date.fromisoformat(calendar["moved_from"]))
        found.append(say("It would have ended on %(day)s, which is not worked there.") % {"day": day})
    if calendar.get("unknown"):
        found.append(
            say("No holidays are known of %(places)s: only weekends were left out there.")
            % {"places": _listed(calendar["unknown"])}
        )
    return found


def _skipped(one: Mapping[str, Any]) -> str:
    where = [
        f"{_place(code)}: {say('weekend') if reason == 'weekend' else reason}" for code, reason in one["where"].items()
    ]
    return f"{_day(date.fromisoformat(one['on']))} ({'; '.join(where)})"


def _listed(names: list[str]) -> str:
    return ", ".join(names)


def _place(code: str) -> str:
    """A country in the reader's language; a part of one with its code."""
    country, _, part = code.partition("-")
    named = _locale().territories.get(country, country)
    return f"{named} ({part})" if part else named


def _day(day: date) -> str:
    return dates.format_skeleton("yMMMd", day, locale=_locale())


def _locale() -> Locale:
    return Locale.parse(to_locale(translation.get_language() or settings.LANGUAGE_CODE))
