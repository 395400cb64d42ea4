"""A limit of the programme counted for an order: calendar days, or with the holidays of its parties' countries where
the programme says so.
"""

from datetime import date, datetime

from holdfast.contracts.places import places_for
from holdfast.orders.work import Work
from holdfast.programme import rules as programme_rules
from holdfast.programme.rules import Limit


def limit(
    work: Work,
    key: str,
    *,
    who: str,
    anchor: date | datetime | None = None,
    zone: str | None = None,
    more_days: int = 0,
) -> Limit:
    """Until when somebody must act, counted from now or from an anchor, in their zone or the one that is named;
    `more_days` are calendar days on top."""
    own = work.order.supplier_zone if who == "supplier" else work.order.buyer_zone
    return programme_rules.limit(
        programme=work.programme,
        key=key,
        anchor=work.now if anchor is None else anchor,
        zone=zone or own,
        who=who,
        places=places_for(programme=work.programme, contract_id=work.order.contract_id, key=key),
        more_days=more_days,
    )
