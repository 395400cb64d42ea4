"""What claims say of frozen and awarded money, proved against orders and ledger as named SQL: silence is the proof.

It reads everything and changes nothing.
"""

from collections.abc import Iterator

from django.db import connection

from holdfast.claims.rules import DECIDED, OPEN
from holdfast.ledger.audit import Finding

_STATES = {"open": list(OPEN), "decided": [*DECIDED, "executed", "forfeited"]}
_LATEST = """
    WITH latest AS (
        SELECT DISTINCT ON (claim_id) * FROM claims_determination ORDER BY claim_id, id DESC
    )
"""


def _after_latest(query: str) -> str:
    return f"{_LATEST} {query}"


INVARIANTS: dict[str, str] = {
    "an order counts its open claims": """
        SELECT o.number, o.claims_open || ' counted, ' || count(c.id) || ' open'
        FROM orders_order o LEFT JOIN claims_claim c ON c.order_id = o.id AND c.state = ANY(%(open)s)
        GROUP BY o.id HAVING o.claims_open <> count(c.id)""",
    "what is frozen at a place is what open claims and disputes froze": """
        WITH claimed AS (
            SELECT c.order_id, f.key::smallint AS place, sum(f.value::bigint) AS minor
            FROM claims_claim c CROSS JOIN LATERAL jsonb_each_text(c.frozen) f
            WHERE c.state = ANY(%(open)s) GROUP BY 1, 2
            UNION ALL
            SELECT d.order_id, f.key::smallint, sum(f.value::bigint)
            FROM rails_dispute d CROSS JOIN LATERAL jsonb_each_text(d.frozen) f WHERE d.state = 'open' GROUP BY 1, 2
        ), held AS (
            SELECT order_id, place, sum(minor) AS minor FROM claimed GROUP BY 1, 2
        ), stands AS (
            SELECT order_id, number AS place, frozen_minor AS minor FROM orders_lot
            UNION ALL SELECT id, 0, rest_frozen_minor FROM orders_order
        )
        SELECT coalesce(s.order_id, c.order_id)::text || ' place ' || coalesce(s.place, c.place),
               coalesce(s.minor, 0) || ' frozen, ' || coalesce(c.minor, 0) || ' claimed or disputed'
        FROM stands s FULL JOIN held c ON c.order_id = s.order_id AND c.place = s.place
        WHERE coalesce(s.minor, 0) <> coalesce(c.minor, 0)""",
    "a decided claim has its determination, and one that was taken back none that stands": """
        SELECT c.id::text, c.state FROM claims_claim c
        WHERE c.state = ANY(%(decided)s) AND NOT EXISTS (
            SELECT 1 FROM claims_determination d WHERE d.claim_id = c.id)
           OR c.state <> ALL(%(decided)s) AND EXISTS (
            SELECT 1 FROM claims_determination d WHERE d.claim_id = c.id)""",
    "an executed award moved what it says": _after_latest(""", moved AS (
            SELECT t.subject_id, sum(t.amount_minor) AS minor FROM ledger_transfer t
            WHERE t.kind IN ('refunded', 'recourse', 'award_recorded') AND t.subject_id IS NOT NULL GROUP BY 1
        ), processing AS (
            SELECT claim_id, sum(amount_minor) AS minor FROM orders_debt WHERE kind = 'processing' GROUP BY 1
        )
        SELECT c.id::text, format('%%s executed, %%s moved, %%s awarded', c.executed_minor,
                                  coalesce(m.minor, 0) - coalesce(p.minor, 0), d.award_minor)
        FROM claims_claim c JOIN latest d ON d.claim_id = c.id
        LEFT JOIN moved m ON m.subject_id = c.id LEFT JOIN processing p ON p.claim_id = c.id
        WHERE c.claimant = 'buyer' AND c.state = 'executed'
          AND (coalesce(m.minor, 0) - coalesce(p.minor, 0) <> coalesce(c.executed_minor, -1)
               OR c.executed_minor > d.award_minor)"""),
    "a claim that moved nothing moved nothing": """
        SELECT c.id::text, c.state || ', ' || t.kind FROM claims_claim c JOIN ledger_transfer t ON t.subject_id = c.id
        WHERE t.kind IN ('refunded', 'recourse', 'award_recorded') AND c.state <> 'executed'""",
    "the lines of a determination sum to its award": """
        SELECT d.id::text, format('%%s awarded, %%s in lines, %%s at places and costs', d.award_minor,
                                  coalesce(l.minor, 0), coalesce(p.minor, 0) + d.cost_minor)
        FROM claims_determination d
        CROSS JOIN LATERAL (SELECT sum((x->>'amount_minor')::bigint) AS minor FROM jsonb_array_elements(d.lines) x) l
        CROSS JOIN LATERAL (SELECT sum(x.value::bigint) AS minor FROM jsonb_each_text(d.places) x) p
        JOIN claims_claim c ON c.id = d.claim_id AND c.claimant = 'buyer'
        WHERE coalesce(l.minor, 0) <> d.award_minor OR coalesce(p.minor, 0) + d.cost_minor <> d.award_minor""",
    "an open claim waits for somebody, by a day": """
        SELECT c.id::text, c.state FROM claims_claim c WHERE c.state = ANY(%(open)s) AND NOT EXISTS (
            SELECT 1 FROM record_deadline d WHERE d.subject_id = c.id AND d.state = 'open')""",
    "a claim that has ended waits for nobody": """
        SELECT c.id::text, c.state || ', ' || d.kind FROM claims_claim c
        JOIN record_deadline d ON d.subject_id = c.id AND d.state = 'open' WHERE c.state <> ALL(%(open)s)""",
}


def findings() -> Iterator[Finding]:
    """Every claim that says something else than its order or the ledger."""
    with connection.cursor() as cursor:
        for what, sql in INVARIANTS.items():
            cursor.execute(sql, _STATES)
            for where, detail in cursor.fetchall():
                yield Finding(what, str(where), str(detail))
