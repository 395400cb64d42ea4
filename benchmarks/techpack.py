"""How long a tech pack of 2,000 lines takes to be read and put into a draft, beside openpyxl reading its cells alone.

`run(market)` measures with a database; `read_alone()` is what the file itself costs.
"""

import io
import os
import time
from collections.abc import Callable
from typing import Any

from openpyxl import Workbook, load_workbook

from benchmarks.market import Market

LINES = int(os.environ.get("HOLDFAST_BENCH_TECHPACK_LINES", "2000"))
TERMS = 60
ROUNDS = 5
SIZES = ("XS", "S", "M", "L", "XL")


def workbook() -> bytes:
    """As a buyer keeps it: goods with styles and colours, measurements in fractions of an inch."""
    book = Workbook(write_only=True)
    goods = book.create_sheet("Order")
    goods.append(["Purchase order 4711"])
    goods.append([])
    goods.append(["Style no", "Description", "Colour", "Size", "Qty", "Unit", "Unit price (USD)", "Remarks"])
    for place in range(LINES):
        style = place // 25
        product = [f"W-{style}", f"Camp shirt {style}", f"Colour {place % 5}", SIZES[place % 5]]
        goods.append([*product, 10 + place % 90, "piece", 7.5 + (style % 8) * 0.25, "as last season"])
    spec = book.create_sheet("Spec")
    spec.append(["All measurements in", "inches"])
    spec.append(["POM #", "Point of measure", "Tol (+/-)", *SIZES])
    for place in range(TERMS):
        values = [f"{18 + size + place % 9} 1/{2 ** (1 + place % 4)}" for size in range(5)]
        spec.append([f"P{place}", f"Point {place}", "1/4", *values])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def bare(content: bytes) -> int:
    """Every cell once, by the library alone."""
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    cells = sum(1 for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.value is not None)
    book.close()
    return cells


def read_alone(content: bytes) -> tuple[float, float, int]:
    """Seconds of the bare reading and of ours, the best of a few rounds; and how many cells there are."""
    from holdfast.contracts import techpack

    def ours() -> int:
        pack = techpack.read(techpack.opened(content), currency="USD")
        if pack.problems or len(pack.lines) != LINES or len(pack.specification) != TERMS:
            raise SystemExit(f"the tech pack was not read: {pack.problems[:3]}")
        return len(pack.lines)

    cells = bare(content)
    return _best(lambda: bare(content)), _best(ours), cells


def _best(work: Callable[[], object]) -> float:
    seconds = []
    for _round in range(ROUNDS):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return min(seconds)


def run(market: Market) -> None:
    """Read it, then put it into a draft with everything that a commit costs."""
    from holdfast.contracts import operations, techpack

    content = workbook()
    alone, ours, cells = read_alone(content)
    print(
        f"tech pack of {LINES} lines and {TERMS} terms ({cells} cells, {len(content) // 1024} KiB):"
        f" openpyxl alone {alone * 1000:.0f} ms, read {ours * 1000:.0f} ms ({ours / alone:.2f} times)",
        flush=True,
    )
    draft = operations.draft(
        act=market.act("buyer"), counterparty_id=market.supplier_id, programme="standard", document=_document()
    )

    def put_in() -> None:
        pack = techpack.read(techpack.opened(content), currency=draft.currency)
        operations.import_techpack(act=market.act("buyer"), contract_id=draft.id, pack=pack)

    seconds = _best(put_in)
    print(f"tech pack of {LINES} lines put into a draft: {seconds * 1000:.0f} ms", flush=True)


def _document() -> dict[str, Any]:
    """A draft that waits for its lines and its specification."""
    line = {"number": 1, "product": "To come", "quantity": 1, "unit": "piece", "unit_price_minor": 100}
    return {
        "currency": "USD",
        "lines": [line],
        "payment": {"kind": "deposit_balance", "deposit_percent": "30"},
        "incoterm": "FOB",
        "place": "Ningbo",
        "ship_to": {"name": "Alma", "street": "Kai 1", "city": "Hamburg", "country": "DE"},
        "mode": "sea",
        "ship": {"days_after_payment": 60},
        "transit_days": 30,
    }
