"""A marketplace's key as four callers: with Alma's consent, with Boris's that was revoked, without Chen's who never
gave any, and without saying for whom it acts. What each is told follows from what the table says of everybody else.
"""

from __future__ import annotations

from tests.matrix.rows import EVERYBODY, Row
from tests.matrix.scene import Scene

ACTS_FOR = {"market": None, "market.alma": "org.alma", "market.boris": "org.boris", "market.chen": "org.chen"}
MARKETS = tuple(ACTS_FOR)
ALONE: dict[str, str | None] = {
    **dict.fromkeys(("get_me", "list_organisations", "get_clock", "advance_clock")),
    # The example does not say what the marketplace may do for what it makes.
    "create_organisation": "invalid",
    **dict.fromkeys(("list_webhooks", "create_webhook", "list_event_kinds", "list_subdivisions")),
    **dict.fromkeys(("get_webhook", "change_webhook", "rotate_webhook_secret", "disable_webhook"), "not_found"),
    **dict.fromkeys(("enable_webhook", "remove_webhook", "ping_webhook", "replay_webhook"), "not_found"),
    **dict.fromkeys(("list_webhook_deliveries", "get_webhook_delivery", "replay_webhook_delivery"), "not_found"),
    "set_organisation_subdivision": "not_found",
    **dict.fromkeys(("get_organisation", "list_keys", "create_key", "rotate_key", "revoke_key"), "not_found"),
}
"""The routes that a marketplace may ask for itself, and what it is told there: the things in them are Boris's."""
NOT_FOR_ALMA = {
    "set_organisation_subdivision",
    "list_consents",
    "give_consent",
    "revoke_consent",
    "list_webhooks",
    "create_webhook",
}
"""Alma's own affairs, which no consent opens."""

CONSENT = {"scopes": ["orders:read", "contracts:sign"], "sign_limit_minor": 5_000_000, "sign_limit_currency": "USD"}
OF_ALMA = {"organisation_id": "org.alma"}
ALMA_S = ("alma", "alma.reader", "alma.bare")
CONSENTS: dict[str, Row] = {
    "list_marketplaces": Row(may=EVERYBODY),
    "list_consents": Row(may=(*ALMA_S, "operator"), at=OF_ALMA, there=(*ALMA_S, "operator")),
    "give_consent": Row(
        may=("alma",),
        at=OF_ALMA,
        there=(*ALMA_S, "operator"),
        body=lambda scene: {"marketplace_id": scene["org.market"], **CONSENT},
    ),
    "set_organisation_subdivision": Row(
        may=("alma", "operator"), at=OF_ALMA, there=(*ALMA_S, "operator"), body={"subdivision": None}
    ),
    "revoke_consent": Row(
        may=("alma", "operator"), at={"consent_id": "consent.alma"}, there=(*ALMA_S, "operator"), body={}
    ),
}


def key_of(who: str) -> str:
    """By which name the scene keeps the secret with which somebody asks."""
    return "market" if who in ACTS_FOR else who


def headers(scene: Scene, who: str) -> dict[str, str]:
    """For whom a marketplace says that it acts."""
    ref = ACTS_FOR.get(who)
    return {} if ref is None else {"HTTP_HOLDFAST_ORGANISATION": scene[ref]}


def expected(name: str, who: str, *, of_alma: str | None, is_open: bool) -> str | None:
    """What a marketplace is told at a route, None if it may; `of_alma` is what Alma's own key is told."""
    match who:
        case _ if is_open:
            return None
        case "market":
            return ALONE.get(name, "organisation_required")
        case "market.alma":
            return "not_allowed" if name in NOT_FOR_ALMA else of_alma
        case _:
            return "not_found"
