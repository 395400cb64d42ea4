"""How an endpoint and a delivery live, which addresses may be called, and when a call is tried again: pure.

A webhook says that something happened. It grants nothing, and nobody's deadline hangs on it.
"""

import re
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import NamedTuple
from urllib.parse import urlsplit

from holdfast.kernel.lifecycle import Lifecycle, step
from holdfast.kernel.refusals import Invalid, Refusal

ENDPOINT = Lifecycle(
    "webhook",
    "enabled",
    (
        step("disable", "enabled", "disabled", "owner", "operator", "clock"),
        step("enable", "disabled", "enabled", "owner", "operator"),
        step("remove", "enabled", "removed", "owner", "operator"),
        step("remove", "disabled", "removed", "owner", "operator"),
    ),
)
"""`disabled`: by hand, or because it failed too long; nothing is sent to it, and what waited has failed."""

DELIVERY = Lifecycle(
    "webhook delivery",
    "waiting",
    (
        step("send", "waiting", "sending", "clock"),
        step("accept", "sending", "delivered", "clock"),
        step("put_off", "sending", "waiting", "clock"),
        step("give_up", "sending", "failed", "clock"),
        step("give_up", "waiting", "failed", "owner", "operator", "clock"),
        step("replay", "delivered", "waiting", "owner", "operator"),
        step("replay", "failed", "waiting", "owner", "operator"),
    ),
)
"""`delivered`: the endpoint answered 2xx. A delivery that is sent again keeps its `webhook-id`."""

SCOPE = "webhooks"
"""What a key needs for any of this."""
MOST_ENDPOINTS = 20
"""Of one organisation: each event is sent to every one of them."""
LONGEST_URL = 1000
MOST_KINDS = 200
ALL = "*"
OWN = "webhook."
"""Events about endpoints themselves: told to people, never to endpoints, or one that fails would tell itself so."""
PING = "webhook.pinged"
"""The one of them that is sent, to the one endpoint that it is about."""

FAREWELL = "marketplace.ended"
"""The last that a marketplace's endpoints are sent, whatever they subscribe to; then they fall silent."""

WAITS = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
)
"""How long after each failed attempt the next one follows; after these, as long as after the last."""
GIVEN_UP_AFTER = timedelta(days=3)
DISABLED_AFTER = timedelta(days=5)
"""An endpoint that has taken nothing for so long, although something was sent, is sent nothing more."""
PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(minutes=10)
STALE_AFTER = timedelta(minutes=1)
"""What a worker took and has not answered for after so long, it died with: it is taken again."""
KEPT = timedelta(days=30)
"""How long the log of deliveries that have ended is kept, and how far back a replay reaches."""
MOST_REPLAYED = 10_000

OVERLAP = timedelta(hours=24)
LONGEST_OVERLAP = timedelta(days=7)
MOST_SECRETS = 3
"""So many sign at most: each makes the header longer."""


class TooManyEndpoints(Refusal):
    """An organisation has at most so many webhook endpoints."""


class TooManySecrets(Refusal):
    """Earlier secrets still sign; wait until they end, or end them at once."""


class EndpointNotEnabled(Refusal):
    """The endpoint is disabled; enable it first, then replay."""


class TooMuchToReplay(Refusal):
    """More events than are replayed at once; ask for a later time."""

    status = 422


# --- what is subscribed to --------------------------------------------------------------------------------------------


def check_kinds(*, kinds: Sequence[str], known: Collection[str]) -> None:
    """Kinds of event, whole nouns like `order.*`, or `*`. Refusal: `Invalid`, naming the first that is none."""
    if not kinds or len(kinds) > MOST_KINDS or len(set(kinds)) != len(kinds):
        raise Invalid(field="kinds", accepted=f"1 to {MOST_KINDS} kinds of event, each once")
    nouns = {kind.partition(".")[0] for kind in known}
    for place, kind in enumerate(kinds):
        noun, _, rest = kind.partition(".")
        if kind != ALL and kind not in known and not (rest == ALL and noun in nouns):
            raise Invalid(
                field=f"kinds.{place}", found=kind, accepted="a kind of GET /v1/event-kinds, a noun like order.*, or *"
            )


def wants(*, kinds: Collection[str], name: str) -> bool:
    """Whether an endpoint that subscribed to these is sent an event of this name."""
    if name.startswith(OWN):
        return False
    return ALL in kinds or name in kinds or f"{name.partition('.')[0]}.{ALL}" in kinds


# --- where to ---------------------------------------------------------------------------------------------------------


class Target(NamedTuple):
    """An address that passed: `host` in ASCII without brackets, `path` with its query."""

    scheme: str
    host: str
    port: int
    path: str


_NAME = re.compile(r"(?=.{1,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_PATH = re.compile(r"/[!-~]*")


def target(*, url: str, loopback: bool) -> Target:
    """The parts of an endpoint's address: https, a name or a global address, nothing hidden in it.

    `loopback` lets http and this very machine be called: for a sandbox that is told so. Refusal: `Invalid`.
    """
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna").decode() if "[" not in parts.netloc else str(parts.hostname)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except (ValueError, UnicodeError) as error:
        raise _no_url(loopback) from error
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    address = _literal(host)
    plain = len(url) <= LONGEST_URL and _PATH.fullmatch(path) and not re.search(r"[\s\x00-\x20\x7f\\]", url)
    if not plain or not host or "@" in parts.netloc or "#" in url or (address is None and not _NAME.fullmatch(host)):
        raise _no_url(loopback)
    is_here = loopback and (host == "localhost" or (address is not None and address.is_loopback))
    if parts.scheme != "https" and not (parts.scheme == "http" and is_here):
        raise _no_url(loopback)
    if address is not None and not may_call(address=host, loopback=loopback):
        raise Invalid(field="url", accepted="an address that is reachable from everywhere")
    return Target(parts.scheme, host, port, path)


def _no_url(loopback: bool) -> Invalid:
    here = "; http for this machine itself" if loopback else ""
    return Invalid(field="url", accepted=f"https://, a host, at most {LONGEST_URL} characters, no user, no #{here}")


def _literal(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


_CARRIES_V4 = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))
_NOBODYS = (IPv6Network("::/96"), IPv6Network("fec0::/10"))
"""Spellings of before: compatible with IPv4, and local to a site."""


def may_call(*, address: str, loopback: bool) -> bool:
    """Whether this is an address of the open internet, whatever it is wrapped in."""
    there = _literal(address.partition("%")[0])
    if there is None or "%" in address:
        return False
    for _layer in range(2):
        if isinstance(there, IPv6Address):
            there = _inside(there) or there
    if there.is_loopback:
        return loopback
    is_old = isinstance(there, IPv6Address) and any(there in network for network in _NOBODYS)
    return there.is_global and not (there.is_multicast or there.is_reserved or there.is_unspecified or is_old)


def _inside(there: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 one leads to, if it does: mapped, 6to4, Teredo, or translated."""
    if there.ipv4_mapped is not None:
        return there.ipv4_mapped
    if there.sixtofour is not None:
        return there.sixtofour
    if there.teredo is not None:
        return there.teredo[1]
    if any(there in network for network in _CARRIES_V4):
        return IPv4Address(int(there) & 0xFFFFFFFF)
    return None


# --- when -------------------------------------------------------------------------------------------------------------


def next_attempt(*, attempts: int, since: datetime, now: datetime, asked: timedelta | None = None) -> datetime | None:
    """When a delivery that has failed so many times is tried again: the last time is three days after it was due first.

    `asked` is what the endpoint itself asked for (`Retry-After`). None when it is time to give up.
    """
    end = since + GIVEN_UP_AFTER
    if now >= end:
        return None
    wait = WAITS[min(attempts, len(WAITS)) - 1]
    return min(now + max(wait, asked or timedelta()), end)


def pause(*, failures: int) -> timedelta:
    """For how long an endpoint is left in peace after so many failures in a row, whatever waits for it."""
    return min(PAUSE * (1 << min(failures - 1, 20)), LONGEST_PAUSE)


def is_given_up(*, failing_since: datetime | None, now: datetime) -> bool:
    """Whether an endpoint has failed for so long that nothing more is sent to it."""
    return failing_since is not None and now - failing_since >= DISABLED_AFTER


def check_overlap(*, hours: int, signing: int) -> None:
    """How long the secrets that sign now go on beside a new one. Refusals: `Invalid`, `TooManySecrets`."""
    most = int(LONGEST_OVERLAP.total_seconds()) // 3600
    if not 0 <= hours <= most:
        raise Invalid(field="keep_old_hours", accepted=f"0 to {most}")
    if hours and signing >= MOST_SECRETS:
        raise TooManySecrets(field="keep_old_hours", accepted="0, or later")


def check_since(*, since: datetime, now: datetime) -> None:
    """From when on events are sent again. Refusal: `Invalid`."""
    if not now - KEPT <= since <= now:
        raise Invalid(field="since", accepted=f"a time within the last {KEPT.days} days")


# --- what may be done now ---------------------------------------------------------------------------------------------


def endpoint_acts(*, state: str, role: str) -> tuple[str, ...]:
    """What this role may do with an endpoint."""
    if role not in ("owner", "operator") or ENDPOINT.final(state):
        return ()
    sending = ("ping", "replay") if state == "enabled" else ()
    return (*ENDPOINT.open_verbs(state=state, role=role), "change", "rotate", *sending)


def delivery_acts(*, state: str, role: str, endpoint_state: str) -> tuple[str, ...]:
    """What this role may do with a delivery."""
    open_now = DELIVERY.open_verbs(state=state, role=role)
    return tuple(verb for verb in open_now if verb == "replay" and endpoint_state == "enabled")
