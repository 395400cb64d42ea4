"""What orders say of their money, proved against the ledger as named SQL: silence is the proof.

It reads everything and changes nothing. Where the amounts come from is the ledger's own audit; what claims say of
frozen money is theirs.
"""

from collections.abc import Iterator

from django.db import connection

from holdfast.ledger.audit import Finding

# Each order once, with what the ledger says of it: transfers by kind, and what stands on its guarded accounts.
_SUMS = """
    WITH moved AS (
        SELECT t.order_id,
               coalesce(sum(t.amount_minor) FILTER (WHERE t.kind IN ('captured', 'matched', 'difference_borne')
                                                      AND c.code = 'escrow'), 0)
               - coalesce(sum(t.amount_minor) FILTER (WHERE t.kind IN ('funding_lost', 'price_lowered')), 0) AS paid,
               sum(t.amount_minor) FILTER (WHERE t.kind = 'released') AS released,
               sum(t.amount_minor) FILTER (WHERE t.kind = 'refunded' OR (t.kind = 'chargeback_lost'
                                                                       AND d.code = 'frozen')) AS refunded,
               sum(t.amount_minor) FILTER (WHERE t.kind = 'fee_taken') AS fee,
               sum(t.amount_minor) FILTER (WHERE t.kind = 'fee_given_back') AS fee_back
        FROM ledger_transfer t JOIN ledger_account c ON c.id = t.credit_id JOIN ledger_account d ON d.id = t.debit_id
        WHERE t.order_id IS NOT NULL GROUP BY 1
    ), stands AS (
        SELECT a.owner,
               sum(a.balance_minor) FILTER (WHERE a.code = 'escrow') AS escrow,
               sum(a.balance_minor) FILTER (WHERE a.code = 'frozen') AS frozen,
               sum(a.balance_minor) FILTER (WHERE a.code = 'refundable') AS refundable,
               sum(a.balance_minor) FILTER (WHERE a.code = 'awarded') AS awarded
        FROM ledger_account a WHERE a.code IN ('escrow', 'frozen', 'refundable', 'awarded') GROUP BY 1
    ), sums AS (
        SELECT o.*, coalesce(m.paid, 0) AS l_paid, coalesce(m.released, 0) AS l_released,
               coalesce(m.refunded, 0) AS l_refunded, coalesce(m.fee, 0) - coalesce(m.fee_back, 0) AS l_fee,
               coalesce(s.escrow, 0) AS escrow, coalesce(s.frozen, 0) AS frozen,
               coalesce(s.refundable, 0) AS refundable, coalesce(s.awarded, 0) AS awarded
        FROM orders_order o LEFT JOIN moved m ON m.order_id = o.id
        LEFT JOIN stands s ON s.owner = replace(o.id::text, '-', '')
    )
"""
_BY_LOT = """
    WITH moved AS (
        SELECT t.order_id, t.lot,
               sum(t.amount_minor) FILTER (WHERE t.kind IN ('refunded', 'recourse', 'award_recorded', 'chargeback_lost',
                                                            'borne_by_operator')) AS refunded,
               sum(t.amount_minor) FILTER (WHERE t.kind = 'frozen') AS frozen,
               sum(t.amount_minor) FILTER (WHERE t.kind = 'thawed') AS thawed,
               sum(t.amount_minor) FILTER (WHERE t.kind IN ('refunded', 'chargeback_lost')
                                             AND d.code = 'frozen') AS from_frozen
        FROM ledger_transfer t JOIN ledger_account d ON d.id = t.debit_id
        WHERE t.order_id IS NOT NULL AND t.lot IS NOT NULL GROUP BY 1, 2
    )
"""


def _after(prelude: str, query: str) -> str:
    return f"{prelude} {query}"


INVARIANTS: dict[str, str] = {
    "an order's totals are what the ledger moved": _after(
        _SUMS,
        """SELECT number, format('paid %s/%s, released %s/%s, refunded from held %s/%s, fee %s/%s', paid_minor, l_paid,
                released_minor, l_released, refunded_minor - recourse_minor - borne_minor, l_refunded,
                fee_minor, l_fee)
         FROM sums WHERE paid_minor <> l_paid OR released_minor <> l_released OR fee_minor <> l_fee
            OR refunded_minor - recourse_minor - borne_minor <> l_refunded""",
    ),
    "what was paid is held, frozen, released or refunded": _after(
        _SUMS,
        """SELECT number, format('%s paid; %s held, %s frozen, %s released, %s refunded, %s of it recourse, %s borne',
                paid_minor, escrow, frozen, released_minor, refunded_minor, recourse_minor, borne_minor)
         FROM sums
         WHERE paid_minor <> escrow + frozen + released_minor + refunded_minor - recourse_minor - borne_minor""",
    ),
    "tranches hold what was paid": """
        SELECT o.number, o.paid_minor || ' paid, ' || sum(t.funded_minor) || ' in tranches'
        FROM orders_order o JOIN orders_tranche t ON t.order_id = o.id AND NOT t.replaced GROUP BY o.id
        HAVING sum(t.funded_minor) <> o.paid_minor OR sum(t.amount_minor) <> o.total_minor""",
    "places together are the order's refunds": """
        SELECT o.number, format('%s refunded, %s at its places', o.refunded_minor,
                                o.rest_refunded_minor + coalesce(sum(l.refunded_minor), 0))
        FROM orders_order o LEFT JOIN orders_lot l ON l.order_id = o.id GROUP BY o.id
        HAVING o.refunded_minor <> o.rest_refunded_minor + coalesce(sum(l.refunded_minor), 0)""",
    "a lot's refunds and frozen money are what the ledger moved for it": _after(
        _BY_LOT,
        """SELECT o.number || ' lot ' || l.number,
                format('refunded %s/%s, frozen %s/%s', l.refunded_minor, coalesce(m.refunded, 0), l.frozen_minor,
                       coalesce(m.frozen, 0) - coalesce(m.thawed, 0) - coalesce(m.from_frozen, 0))
         FROM orders_lot l JOIN orders_order o ON o.id = l.order_id
         LEFT JOIN moved m ON m.order_id = l.order_id AND m.lot = l.number
         WHERE l.refunded_minor <> coalesce(m.refunded, 0)
            OR l.frozen_minor <> coalesce(m.frozen, 0) - coalesce(m.thawed, 0) - coalesce(m.from_frozen, 0)""",
    ),
    "places together are what is frozen": _after(
        _SUMS,
        """SELECT s.number, format('%s frozen, %s at its places', s.frozen,
                                 s.rest_frozen_minor + coalesce(sum(l.frozen_minor), 0))
         FROM sums s LEFT JOIN orders_lot l ON l.order_id = s.id
         GROUP BY s.id, s.number, s.frozen, s.rest_frozen_minor
         HAVING s.frozen <> s.rest_frozen_minor + coalesce(sum(l.frozen_minor), 0)""",
    ),
    "lots are never worth more than the order": """
        SELECT o.number, o.total_minor || ' in all, ' || sum(l.price_minor) || ' in lots'
        FROM orders_order o JOIN orders_lot l ON l.order_id = o.id GROUP BY o.id
        HAVING sum(l.price_minor) > o.total_minor""",
    "an order that has ended holds nothing": _after(
        _SUMS,
        """SELECT number, format('%s: %s held, %s frozen', state, escrow, frozen)
         FROM sums WHERE state IN ('completed', 'cancelled', 'closed') AND (escrow <> 0 OR frozen <> 0)""",
    ),
    "an order that nobody has paid moves nothing": """
        SELECT number, 'agreed' FROM orders_order
        WHERE state = 'agreed' AND (released_minor > 0 OR refunded_minor > 0 OR first_paid_at IS NOT NULL)""",
    "money that a rail may take back is still there": _after(
        _SUMS,
        """SELECT s.number, format('%s unsettled, %s held or frozen', s.unsettled_minor, s.escrow + s.frozen)
         FROM sums s WHERE s.unsettled_minor > s.escrow + s.frozen OR (s.unsettled_minor > 0 AND NOT EXISTS (
            SELECT 1 FROM rails_payment p WHERE p.order_id = s.id AND p.state = 'captured'))""",
    ),
    "debts are what is awarded and not collected": _after(
        _SUMS,
        """SELECT s.number, format('%s awarded, %s owed', s.awarded, coalesce(sum(d.waits), 0))
         FROM sums s LEFT JOIN (
            SELECT order_id, greatest(0, amount_minor - advanced_minor - collected_minor) AS waits
            FROM orders_debt WHERE state <> 'written_off') d ON d.order_id = s.id
         GROUP BY s.id, s.number, s.awarded HAVING s.awarded <> coalesce(sum(d.waits), 0)""",
    ),
    "what a supplier owes is the sum of its dockets": """
        WITH dockets AS (
            SELECT replace(supplier_id::text, '-', '') AS owner, currency, sum(amount_minor - collected_minor) AS minor
            FROM orders_debt WHERE state <> 'written_off' GROUP BY 1, 2
        ), owed AS (
            SELECT a.owner, a.currency, -sum(e.amount_minor) AS minor
            FROM ledger_account a JOIN ledger_entry e ON e.account_id = a.id
            WHERE a.code = 'supplier_debt' GROUP BY 1, 2
        )
        SELECT owner || ' ' || currency, coalesce(o.minor, 0) || ' owed, ' || coalesce(d.minor, 0) || ' on dockets'
        FROM owed o FULL JOIN dockets d USING (owner, currency) WHERE coalesce(o.minor, 0) <> coalesce(d.minor, 0)""",
    "what the reserve has paid and not got back is on dockets": """
        WITH out AS (
            SELECT currency, sum(greatest(0, reserve_minor - (advanced_minor
                - least(advanced_minor, amount_minor - collected_minor)))) AS minor FROM orders_debt GROUP BY 1
        ), moved AS (
            SELECT currency, sum(CASE kind WHEN 'reserve_drawn' THEN amount_minor ELSE -amount_minor END) AS minor
            FROM ledger_transfer WHERE kind IN ('reserve_drawn', 'reserve_restored') GROUP BY 1
        )
        SELECT currency, coalesce(m.minor, 0) || ' drawn, ' || coalesce(o.minor, 0) || ' on dockets'
        FROM moved m FULL JOIN out o USING (currency) WHERE coalesce(m.minor, 0) <> coalesce(o.minor, 0)""",
    "an award that the operator owes waits for it, by a day": """
        SELECT d.id::text, d.amount_minor::text FROM orders_debt d
        WHERE d.state = 'open' AND d.kind = 'award' AND d.amount_minor > d.advanced_minor + d.collected_minor
          AND NOT EXISTS (SELECT 1 FROM record_deadline r WHERE r.subject_id = d.id AND r.state = 'open'
                          AND r.kind = 'award.pay')""",
    "held money has somebody to act, by a day": _after(
        _SUMS,
        """SELECT s.number, format('%s: %s held', s.state, s.escrow) FROM sums s WHERE s.escrow > 0
         AND NOT EXISTS (SELECT 1 FROM record_deadline d WHERE d.order_id = s.id AND d.state = 'open'
                         AND split_part(d.kind, '.', 1) IN ('tranche', 'order', 'lot', 'operator', 'claim'))
         AND NOT EXISTS (SELECT 1 FROM rails_payment p WHERE p.order_id = s.id AND p.state = 'captured')""",
    ),
    "refundable money has somebody to act, by a day": _after(
        _SUMS,
        """SELECT s.number, s.refundable || ' refundable' FROM sums s WHERE s.refundable > 0
         AND NOT EXISTS (SELECT 1 FROM record_deadline d WHERE d.order_id = s.id AND d.state = 'open'
                         AND split_part(d.kind, '.', 1) IN ('refund', 'dispute'))""",
    ),
    "a lot on its way, delivered or rejected waits for somebody, by a day": """
        SELECT o.number || ' lot ' || l.number, l.state FROM orders_lot l JOIN orders_order o ON o.id = l.order_id
        WHERE (l.state IN ('shipped', 'delivered', 'rejected') OR l.reserved_minor > 0)
          AND NOT EXISTS (SELECT 1 FROM record_deadline d WHERE d.subject_id = l.id AND d.state = 'open')
          AND NOT (l.frozen_minor > 0 OR o.claims_open > 0)""",
    "an order's disputed money is what its open disputes hold of it": """
        SELECT o.number, format('%s disputed, %s in disputes', o.disputed_minor, coalesce(sum(d.order_minor), 0))
        FROM orders_order o LEFT JOIN rails_dispute d ON d.order_id = o.id AND d.state = 'open' GROUP BY o.id
        HAVING o.disputed_minor <> coalesce(sum(d.order_minor), 0)""",
    "a payment's disputed money is what its disputes took and did not bring back": """
        SELECT p.id::text, format('%s disputed, %s in disputes', p.disputed_minor,
                                  coalesce(sum(d.amount_minor - d.excess_minor), 0))
        FROM rails_payment p LEFT JOIN rails_dispute d ON d.payment_id = p.id AND d.state IN ('open', 'lost')
        GROUP BY p.id HAVING p.disputed_minor <> coalesce(sum(d.amount_minor - d.excess_minor), 0)""",
    "what networks owe is what their open disputes took": """
        WITH stands AS (
            SELECT a.owner AS rail, a.currency, -sum(e.amount_minor) AS minor
            FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id
            WHERE a.code = 'chargebacks_receivable' GROUP BY 1, 2
        ), taken AS (
            SELECT rail, currency, sum(amount_minor) AS minor FROM rails_dispute WHERE state = 'open' GROUP BY 1, 2
        )
        SELECT coalesce(s.rail, t.rail) || ' ' || coalesce(s.currency, t.currency),
               format('%s receivable, %s in open disputes', coalesce(s.minor, 0), coalesce(t.minor, 0))
        FROM stands s FULL JOIN taken t ON t.rail = s.rail AND t.currency = s.currency
        WHERE coalesce(s.minor, 0) <> coalesce(t.minor, 0)""",
    "an open dispute waits for somebody, by a day": """
        SELECT d.id::text, d.reason FROM rails_dispute d WHERE d.state = 'open' AND NOT EXISTS (
            SELECT 1 FROM record_deadline w WHERE w.subject_id = d.id AND w.state = 'open')""",
    "a supplier's line stands behind the cover of its open orders": """
        WITH open AS (
            SELECT supplier_id, currency, sum(cover_minor) AS minor FROM orders_order WHERE state <> 'closed'
            GROUP BY 1, 2
        )
        SELECT coalesce(l.organisation_id, o.supplier_id)::text || ' ' || coalesce(l.currency, o.currency),
               coalesce(l.reserved_minor, 0) || ' on the line, ' || coalesce(o.minor, 0) || ' reserved by open orders'
        FROM parties_coverline l
        FULL JOIN open o ON o.supplier_id = l.organisation_id AND o.currency = l.currency
        WHERE coalesce(l.reserved_minor, 0) <> coalesce(o.minor, 0)""",
    "a line that was set is the one its guarantee is computed from": """
        SELECT g.organisation_id::text || ' ' || g.currency,
               coalesce(l.line_minor::text, 'no') || ' line, ' || g.line_minor || ' behind the guarantee'
        FROM parties_guarantee g
        LEFT JOIN parties_coverline l ON l.organisation_id = g.organisation_id AND l.currency = g.currency
        WHERE l.line_minor IS DISTINCT FROM g.line_minor""",
    "a tranche that is due waits for its payer, by a day": """
        SELECT o.number || ' tranche ' || t.number, t.state
        FROM orders_tranche t JOIN orders_order o ON o.id = t.order_id
        WHERE t.state = 'due' AND NOT EXISTS (
            SELECT 1 FROM record_deadline d WHERE d.subject_id = t.id AND d.state = 'open')""",
}


def findings() -> Iterator[Finding]:
    """Every order that says something else than the ledger, or holds money nobody must act on."""
    with connection.cursor() as cursor:
        for what, sql in INVARIANTS.items():
            cursor.execute(sql)
            for where, detail in cursor.fetchall():
                yield Finding(what, str(where), str(detail))
