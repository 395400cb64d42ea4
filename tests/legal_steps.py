"""The legal steps of every lifecycle, written by hand, and the lifecycles as the code has them."""

from __future__ import annotations

from importlib import import_module
from pkgutil import walk_packages

import holdfast
from holdfast.kernel.lifecycle import Lifecycle
from tests.sourcing.offers import STEPS

ROLES = ("buyer", "supplier", "mediator", "operator", "inspector", "clock", "rail", "carrier", "owner", "mail")
EVERYBODY = (*ROLES, "finance", "stranger")

# noun: a line for each legal step, as `from verb to: who may`. What stands in no line is refused.
LEGAL: dict[str, str] = {
    "assignment": """
        assigned agree agreed: buyer supplier
        assigned withdraw withdrawn: buyer operator supplier
        agreed withdraw withdrawn: buyer operator supplier
        """,
    "booking": """
        proposed accept accepted: inspector
        proposed decline declined: inspector
        proposed lapse lapsed: clock
        proposed move proposed: buyer operator supplier
        accepted move proposed: buyer operator supplier
        proposed cancel cancelled: buyer operator supplier
        accepted cancel cancelled: buyer operator supplier
        accepted begin under_way: inspector
        accepted miss missed: clock inspector
        accepted report reported: inspector
        under_way report reported: inspector
        under_way stop stopped: buyer inspector operator supplier
        under_way overrun overdue: clock
        """,
    "beneficiary": """
        pending verify verified: operator
        pending cool cooling: operator
        cooling use verified: clock
        pending withdraw withdrawn: finance operator owner
        cooling withdraw withdrawn: finance operator owner
        verified withdraw withdrawn: finance operator owner
        """,
    "claim": """
        opened answer answered: buyer supplier
        opened accept final: buyer clock supplier
        answered accept final: buyer supplier
        mediating accept final: buyer supplier
        opened escalate mediating: buyer clock supplier
        answered escalate mediating: buyer clock supplier
        opened decide determined: clock
        answered decide determined: clock
        mediating decide determined: clock
        mediating determine determined: mediator
        determined appeal appealed: buyer supplier
        appealed determine determined: mediator
        determined finalise final: buyer clock mediator supplier
        final await_return returning: buyer clock mediator supplier
        final await_replacement replacing: buyer clock mediator supplier
        final execute executed: buyer clock mediator supplier
        replacing execute executed: buyer clock mediator
        returning execute executed: clock mediator supplier
        returning forfeit forfeited: clock
        opened withdraw withdrawn: buyer supplier
        answered withdraw withdrawn: buyer supplier
        mediating withdraw withdrawn: buyer supplier
        """,
    "concession": "proposed sign signed: buyer supplier\nproposed decline declined: buyer supplier\n"
    "proposed withdraw withdrawn: buyer supplier",
    "amendment": """
        proposed sign signed_once: buyer supplier
        signed_once sign signed: buyer supplier
        proposed decline declined: buyer supplier
        signed_once decline declined: buyer supplier
        proposed withdraw withdrawn: buyer supplier
        signed_once withdraw withdrawn: buyer supplier
        proposed lapse lapsed: clock
        signed_once lapse lapsed: clock
        """,
    "contract": """
        draft revise draft: buyer supplier
        draft propose proposed: buyer supplier
        proposed sign signed_once: buyer supplier
        signed_once sign signed: buyer supplier
        proposed decline declined: buyer supplier
        signed_once decline declined: buyer supplier
        draft withdraw withdrawn: buyer supplier
        proposed withdraw withdrawn: buyer supplier
        signed_once withdraw withdrawn: buyer supplier
        proposed lapse lapsed: clock
        signed_once lapse lapsed: clock
        """,
    "entry": """
        proposed approve posted: operator
        proposed decline declined: operator
        proposed withdraw withdrawn: operator
        """,
    "debt": """
        open collect collected: clock operator rail
        open write_off written_off: operator
        """,
    "guarantee": """
        building ask due: operator
        met ask due: operator
        due build building: operator
        met build building: operator
        building meet met: clock
        due meet met: clock
        short meet met: clock
        met fall_short short: clock
        """,
    "lot": """
        shipped deliver delivered: buyer carrier operator supplier
        shipped receive received: buyer
        delivered receive received: buyer clock operator
        shipped reject rejected: buyer
        delivered reject rejected: buyer
        rejected receive received: buyer clock operator
        shipped settle settled: buyer clock mediator operator supplier
        delivered settle settled: buyer clock mediator operator supplier
        rejected settle settled: buyer clock mediator operator supplier
        received settle settled: buyer clock mediator operator supplier
        """,
    "mail": """
        waiting send sending: clock
        sending accept accepted: mail
        sending put_off waiting: clock mail
        sending bounce bounced: mail
        accepted bounce bounced: mail
        sending give_up given_up: clock
        sending file filed: clock
        accepted retry waiting: mail
        accepted give_up given_up: mail
        waiting keep kept: clock
        waiting gather gathered: clock
        gathered digest digested: clock
        gathered keep kept: clock
        waiting stop stopped: clock
        """,
    "order": """
        agreed start active: rail
        agreed cancel cancelled: buyer clock operator supplier
        active cancel cancelled: buyer clock mediator operator rail supplier
        active complete completed: buyer clock mediator operator rail supplier
        completed close closed: clock operator
        cancelled close closed: clock operator
        """,
    "outside message": """
        brought attest attested: buyer supplier
        brought deny denied: buyer supplier
        """,
    "payment": """
        requested delay pending: rail
        requested authorise authorised: rail
        pending authorise authorised: rail
        requested decline declined: rail
        pending decline declined: rail
        requested cancel cancelled: buyer operator
        requested expire expired: clock
        requested capture captured: rail
        pending capture captured: rail
        authorised capture captured: rail
        authorised fail failed: clock rail
        captured settle settled: clock
        captured return returned: rail
        settled return returned: rail
        """,
    "payout": """
        requested approve approved: clock operator
        requested cancel cancelled: clock operator supplier
        approved cancel cancelled: clock operator supplier
        approved instruct instructed: operator
        instructed hold_back approved: operator
        approved send sent: clock
        instructed send sent: rail
        instructed confirm confirmed: rail
        sent confirm confirmed: rail
        instructed bounce bounced: rail
        sent bounce bounced: rail
        confirmed return returned: rail
        """,
    "payout batch": """
        made release released: operator
        made drop dropped: operator
        released accept accepted: rail
        released reject rejected: rail
        accepted reject rejected: rail
        released book booked: rail
        accepted book booked: rail
        """,
    "refund": """
        requested send sent: clock
        sent confirm confirmed: rail
        requested bounce bounced: rail
        sent bounce bounced: rail
        confirmed return bounced: rail
        bounced resend requested: clock operator
        requested instruct instructed: operator
        instructed hold_back requested: operator rail
        instructed send sent: rail
        instructed confirm confirmed: rail
        instructed bounce bounced: rail
        requested stop stopped: operator rail
        bounced stop stopped: operator rail
        """,
    "flag": """
        open dismiss harmless: operator
        open uphold upheld: operator
    """,
    "dispute": """
        open win won: operator rail
        open lose lost: operator rail
        """,
    "settlement": """
        sent arrive arrived: operator rail
        sent fail failed: rail
        arrived return failed: rail
        """,
    "quotation": STEPS,
    "provider_event": """
        received handle handled: rail
        received pass passed: rail
        """,
    "reserve change": """
        proposed confirm confirmed: operator
        proposed withdraw withdrawn: operator
        """,
    "shipment": """
        booked move in_transit: buyer carrier operator supplier
        booked deliver delivered: buyer carrier operator supplier
        in_transit deliver delivered: buyer carrier operator supplier
        """,
    "statement file": "entering finish entered: clock operator",
    "statement line": """
        entered match matched: rail
        entered suspend suspense: rail
        entered explain explained: rail
        entered leave unexplained: rail
        suspense match matched: operator rail
        suspense return returned: clock operator rail
        unexplained explain explained: operator rail
        """,
    "stray": """
        open match matched: operator rail
        open return returned: clock operator
        """,
    "tranche": """
        planned fall_due due: buyer clock operator rail supplier
        due hold held: rail
        held release released: buyer clock inspector mediator operator rail supplier
        planned drop dropped: buyer clock mediator operator rail supplier
        due drop dropped: buyer clock mediator operator rail supplier
        held lose due: operator rail
        held give_back returned: buyer clock mediator operator rail supplier
        """,
    "webhook": """
        enabled disable disabled: clock operator owner
        disabled enable enabled: operator owner
        enabled remove removed: operator owner
        disabled remove removed: operator owner
        """,
    "webhook delivery": """
        waiting send sending: clock
        sending accept delivered: clock
        sending put_off waiting: clock
        sending give_up failed: clock
        waiting give_up failed: clock operator owner
        delivered replay waiting: operator owner
        failed replay waiting: operator owner
        """,
}

ENDLESS = {"guarantee", "webhook delivery"}
"""What has no end of its own: a guarantee stands as long as its supplier's line, and a delivery can always be
sent again."""


def lifecycles() -> dict[str, Lifecycle]:
    """Every lifecycle in every module there is, so that none is forgotten."""
    found: dict[str, Lifecycle] = {}
    for module in walk_packages(holdfast.__path__, "holdfast."):
        if module.name.rpartition(".")[2] in {"rules", "lifecycles"} or ".rules." in module.name:
            for value in vars(import_module(module.name)).values():
                if isinstance(value, Lifecycle):
                    found[value.name] = value
    return found


def legal(noun: str) -> dict[tuple[str, str, str], str]:
    """(state, verb, role): the state it leads to."""
    cells = {}
    for line in LEGAL[noun].strip().splitlines():
        step, _colon, roles = line.partition(":")
        source, verb, target = step.split()
        cells.update({(source, verb, role): target for role in roles.split()})
    return cells
