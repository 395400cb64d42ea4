"""What papers say, proved against the ledger as named SQL: silence is the proof.

Reads everything and changes nothing.
"""

from collections.abc import Iterator

from django.db import connection

from holdfast.ledger.audit import Finding
from holdfast.treasury.models import Paper
from holdfast.treasury.papers.documents import digest_of, display_number

# Every fee with whose it is; a fee given back counts down.
_FEES = """
    WITH fee AS (
        SELECT t.id, a.owner, t.currency, t.order_id, t.booked_on,
               CASE t.kind WHEN 'fee_taken' THEN t.amount_minor ELSE -t.amount_minor END AS amount
        FROM ledger_transfer t
        JOIN ledger_account a ON a.id = CASE t.kind WHEN 'fee_taken' THEN t.debit_id ELSE t.credit_id END
        WHERE t.kind IN ('fee_taken', 'fee_given_back')
    )
"""


def _after(prelude: str, query: str) -> str:
    return f"{prelude} {query}"


INVARIANTS: dict[str, str] = {
    "the papers of a supplier's orders are the fees taken and not given back": _after(
        _FEES,
        """SELECT coalesce(f.owner, p.owner) || ' order ' || coalesce(coalesce(f.order_id, p.order_id)::text, 'none'),
               coalesce(f.amount, 0) || ' in the ledger, ' || coalesce(p.amount, 0) || ' on papers'
        FROM (SELECT owner, currency, order_id, sum(amount) AS amount FROM fee
              JOIN treasury_fee_on_paper c ON c.transfer_id = fee.id GROUP BY 1, 2, 3) f
        FULL JOIN (SELECT replace(p.organisation_id::text, '-', '') AS owner, p.currency, l.order_id,
                          sum(CASE p.kind WHEN 'invoice' THEN l.gross_minor ELSE -l.gross_minor END) AS amount
                   FROM treasury_paper p JOIN treasury_paper_line l ON l.paper_id = p.id GROUP BY 1, 2, 3) p
          ON p.owner = f.owner AND p.currency = f.currency AND p.order_id IS NOT DISTINCT FROM f.order_id
        WHERE coalesce(f.amount, 0) <> coalesce(p.amount, 0)""",
    ),
    "the papers of a period are the fees of that period": _after(
        _FEES,
        """SELECT x.owner || ' ' || x.period_from || ' to ' || x.period_to, x.fees || ' fees, ' || x.papers || ' papers'
        FROM (SELECT replace(p.organisation_id::text, '-', '') AS owner, p.period_from, p.period_to, p.currency,
                     p.order_id,
                     sum(CASE p.kind WHEN 'invoice' THEN p.gross_minor ELSE -p.gross_minor END) AS papers,
                     coalesce(sum((SELECT sum(fee.amount) FROM fee
                                   JOIN treasury_fee_on_paper c ON c.transfer_id = fee.id
                                   WHERE c.paper_id = p.id)), 0) AS fees
              FROM treasury_paper p GROUP BY 1, 2, 3, 4, 5, p.issued_at) x
        WHERE x.fees <> x.papers""",
    ),
    "no fee of an invoiced month is without a paper": _after(
        _FEES,
        """SELECT fee.id::text, fee.amount || ' booked on ' || fee.booked_on FROM fee
        WHERE fee.booked_on < (SELECT max(month) + interval '1 month' FROM treasury_paper_run)
          AND NOT EXISTS (SELECT 1 FROM treasury_fee_on_paper c WHERE c.transfer_id = fee.id)""",
    ),
    "numbers of a series have no gap": """
        SELECT series, count(*) || ' papers, numbers ' || min(number) || ' to ' || max(number) FROM treasury_paper
        GROUP BY series HAVING min(number) <> 1 OR max(number) <> count(*)""",
    "a paper is the sum of its lines": """
        SELECT p.series || '-' || p.number, p.gross_minor || '/' || p.tax_minor FROM treasury_paper p
        LEFT JOIN treasury_paper_line l ON l.paper_id = p.id GROUP BY p.id
        HAVING p.gross_minor <> coalesce(sum(l.gross_minor), 0) OR p.tax_minor <> coalesce(sum(l.tax_minor), 0)""",
    "the tax on papers is what the ledger put apart": """
        SELECT p.series || '-' || p.number, p.tax_minor || ' on it, ' || coalesce(sum(t.amount_minor), 0) || ' booked'
        FROM treasury_paper p LEFT JOIN ledger_transfer t ON t.subject_id = p.id
         AND t.kind = CASE p.kind WHEN 'invoice' THEN 'tax_split' ELSE 'tax_split_back' END
        GROUP BY p.id HAVING p.tax_minor <> coalesce(sum(t.amount_minor), 0)""",
    "no line is credited beyond itself": """
        SELECT l.id::text, l.gross_minor || ' invoiced, ' || sum(c.gross_minor) || ' credited'
        FROM treasury_paper_line l JOIN treasury_paper_line c ON c.corrects_id = l.id
        GROUP BY l.id HAVING sum(c.gross_minor) > l.gross_minor OR sum(c.tax_minor) > l.tax_minor""",
}


def findings() -> Iterator[Finding]:
    """Every paper that differs from the ledger or from its own digest, every gap, every fee left out."""
    with connection.cursor() as cursor:
        for what, sql in INVARIANTS.items():
            cursor.execute(sql)
            for where, detail in cursor.fetchall():
                yield Finding(what, str(where), str(detail))
    for row in Paper.objects.order_by("series", "number").iterator(chunk_size=500):
        if digest_of(row.document) != bytes(row.digest):
            number = display_number(series=row.series, number=row.number)
            yield Finding("a paper's digest is that of its document", number, bytes(row.digest).hex())
