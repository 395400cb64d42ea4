"""Amounts, moments and words as the reader writes them; the small pieces that many pages share.

It knows locales and zones. What an amount or a moment means is said by the page.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

from babel import dates, numbers
from django import template
from django.forms import BoundField
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from holdfast.console import demo, edge, reader, words
from holdfast.console.pages.desk import navigation
from holdfast.kernel.identifiers import public as public_name
from holdfast.kernel.money import Money
from holdfast.kernel.refusals import Refusal
from holdfast.notices import due as deadlines
from holdfast.notices.counted import counted as calendar_of
from holdfast.record.deadlines import Deadline

register = template.Library()


@register.filter
def money(minor: int | None, currency: str) -> str:
    """`1250000|money:"USD"` as the reader writes it; a dash for nothing known."""
    if minor is None:
        return "–"
    return Money(minor, currency).display(locale=str(reader.locale()))


@register.filter
def plain_amount(minor: int | None, currency: str) -> str:
    """The digits alone, to be filled into a field."""
    return "" if minor is None else format(Money(minor, currency).decimal, "f")


@register.filter
def number(value: int | None) -> str:
    """A count, grouped."""
    return "–" if value is None else numbers.format_decimal(value, locale=reader.locale())


@register.filter
def tenths(value: int | None) -> str:
    """Tenths of a per cent: `463|tenths` is 46.3%; a dash for nothing known."""
    if value is None:
        return "–"
    written = numbers.format_decimal(Decimal(value) / 10, format="#,##0.0", locale=reader.locale())
    return f"{written}%"


@register.filter
def added(value: int | None) -> str:
    """The same with its sign, for what is added: +8.7%."""
    return f"+{tenths(value)}" if value is not None and value > 0 else tenths(value)


@register.filter
def said(text: str) -> str:
    """A sentence of ours in the reader's language."""
    return _(text)


@register.filter
def day(value: date | str | None) -> str:
    """A calendar day."""
    if value is None or value == "":
        return "–"
    found = date.fromisoformat(value) if isinstance(value, str) else value
    return dates.format_skeleton("yMMMEd", found, locale=reader.locale())


@register.filter
def country(code: str) -> str:
    """A country by its name."""
    return reader.locale().territories.get(code, code)


@register.filter
def owner(name: str) -> str:
    """Whose an account is that is no order's and no organisation's: the operator's, or a provider's."""
    return words.word("side" if name == "operator" else "rail", name)


@register.filter
def ref(identifier: Any, prefix: str) -> str:
    """The public name of a thing."""
    return public_name(prefix, identifier)


@register.simple_tag(takes_context=True)
def moment(context: template.Context, at: datetime | None) -> str | SafeString:
    """A moment that has been, in the reader's zone."""
    if at is None:
        return "–"
    zone = _zone(context)
    return format_html('<time datetime="{}">{}</time>', at.isoformat(), deadlines.written(at, zone))


@register.simple_tag(takes_context=True)
def due(context: template.Context, at: datetime | None, zone: str | None = None) -> str | SafeString:
    """By when, in the zone that decides, with the reader's own time beside it where that differs, and how long yet."""
    if at is None:
        return ""
    own, now = _zone(context), context["now"]
    text = deadlines.by(at=at, zone=zone or own, reader_zone=own)
    urgent = "late" if at <= now else "soon" if (at - now).total_seconds() < 48 * 3600 else "far"
    return format_html(
        '<span class="due due-{}"><time datetime="{}">{}</time>, <span class="due-in">{}</span></span>',
        urgent,
        at.isoformat(),
        text,
        _left(at, now),
    )


@register.filter
def otherwise(kind: str) -> str:
    """What follows if nothing is done in time."""
    return str(deadlines.OTHERWISE.get(kind, ""))


@register.filter
def counted(row: Deadline) -> tuple[str, ...]:
    """How a deadline was counted, and whether it stands still."""
    return calendar_of(basis=row.basis, zone=row.zone, paused_at=row.paused_at)


@register.filter
def duration(seconds: int | None) -> str:
    """A span of time, in its largest unit."""
    if seconds is None:
        return "–"
    return dates.format_timedelta(timedelta(seconds=seconds), threshold=2, locale=reader.locale())


@register.simple_tag(takes_context=True)
def left(context: template.Context, at: datetime) -> str:
    """How long from now, or ago."""
    return _left(at, context["now"])


def _left(at: datetime, now: datetime) -> str:
    """In days from two days on, in hours from two hours on: near deadlines are not rounded away."""
    left = at - now
    seconds = abs(left.total_seconds())
    unit: Literal["day", "hour", "minute"] = (
        "day" if seconds >= 2 * 86_400 else "hour" if seconds >= 2 * 3600 else "minute"
    )
    return dates.format_timedelta(
        left, granularity=unit, threshold=1_000_000, add_direction=True, locale=reader.locale()
    )


def _zone(context: template.Context) -> str:
    current = timezone.get_current_timezone_name()
    visit: edge.Visit | None = context.get("visit")
    return visit.zone if current == "UTC" and visit is not None else current


@register.filter
def word(value: str | None, kind: str) -> str:
    """The reader's word for a state, a verb, a role: `order.state|word:"order"`."""
    return words.word(kind, value)


@register.filter
def refusal_text(refusal: Refusal) -> str:
    """Why not, in plain words."""
    return words.refusal(refusal)


@register.simple_tag
def form_token() -> SafeString:
    """The hidden field that makes one form one command."""
    return format_html('<input type="hidden" name="{}" value="{}">', edge.TOKEN, edge.new_token())


@register.filter
def widget_kind(field: BoundField) -> str:
    """What the field looks like: `check`, `choice`, `hidden` or `text`."""
    match getattr(field.field.widget, "input_type", "text"):
        case "checkbox":
            return "check"
        case "radio":
            return "choice"
        case "hidden":
            return "hidden"
        case _:
            return "text"


@register.simple_tag
def state_tone(state: str) -> str:
    """How a state feels: calm, waiting, done or trouble."""
    return words.TONES.get(state, "calm")


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """A value by a key that is not a constant."""
    return mapping.get(key) if mapping else None


@register.filter
def place(where: str) -> str:
    """Where held money belongs: `lot 2` in the reader's words."""
    kind, _space, number_of = where.partition(" ")
    if kind == "lot":
        return _("Lot %(number)s") % {"number": number_of}
    return {"order": _("The order"), "rail": _("Payments"), "not": _("Not shipped")}.get(kind, where)


@register.simple_tag
def desk_entries() -> tuple[navigation.Entry, ...]:
    """The pages of the finance desk."""
    return navigation.DESK


@register.filter
def standing_on(name: str) -> str:
    """The page of the desk under which an address lies."""
    return navigation.standing_on(name)


@register.simple_tag
def demo_people() -> list[demo.Somebody]:
    """Whom anybody may be, in a sandbox."""
    return demo.people()
