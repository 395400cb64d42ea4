"""A sheet of paper: A4, our fonts, a head, tables that go on over pages, page x of y. The same content gives the same
bytes. What stands on it is for the room to say whose paper it is.

Lengths are points. Latin, Greek and Cyrillic are set in Noto Sans; what it has not, in Noto Sans SC.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, Literal

from django.utils.translation import gettext as _
from fpdf import FPDF
from fpdf.enums import MethodReturnValue

FONTS = Path(__file__).parent / "fonts"
LEFT, RIGHT, TOP, BOTTOM = 48, 48, 44, 54
WIDTH = 595 - LEFT - RIGHT
INK, SOFT, ACCENT, LINE, SUNKEN = (22, 34, 30), (77, 92, 86), (11, 93, 81), (217, 222, 216), (238, 241, 237)
WARNING = (163, 60, 22)
SIZE, SMALL = 9, 8
ROW = 17
LEADING = 12
FIRST_BEYOND_LATIN = 0x2E80
HAIR = 1 / 2


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its head, its width in points, and where its cells stand."""

    head: str
    width: int
    align: Literal["L", "R"] = "L"


class Sheet(FPDF):
    """One paper being written from top to bottom."""

    def __init__(
        self, *, title: str, issuer: str, footer: str, made_on: date, language: str, text: str, mark: str = ""
    ) -> None:
        """`text` is everything that will be said, to know which fonts it takes; `mark` stands on top of each page."""
        super().__init__(unit="pt", format="A4")
        self.issuer, self.footing, self.mark = issuer, footer, mark
        self.add_font("paper", "", FONTS / "NotoSans-Regular.ttf")
        self.add_font("paper", "B", FONTS / "NotoSans-Bold.ttf")
        if any(ord(sign) >= FIRST_BEYOND_LATIN for sign in f"{title}{issuer}{footer}{text}"):
            self.add_font("paper-sc", "", FONTS / "NotoSansSC-Regular.otf")
            self.set_fallback_fonts(["paper-sc"], exact_match=False)
        self.set_margins(LEFT, TOP, RIGHT)
        self.set_auto_page_break(False)
        # Nothing of the hour at which it is printed is in the file.
        self.set_creation_date(datetime.combine(made_on, time(12), tzinfo=UTC))
        self.set_title(title)
        self.set_author(issuer)
        self.set_lang(language)
        self.set_producer("Holdfast")
        self.add_page()

    def header(self) -> None:
        """On every page: whose paper it is."""
        self.set_fill_color(*ACCENT)
        self.rect(0, 0, 595, 6, style="F")
        self.set_xy(LEFT, 24)
        self.ink(ACCENT, SIZE, bold=True)
        self.cell(WIDTH, 14, self.issuer)
        if self.mark:
            self.set_xy(LEFT, 24)
            self.ink(WARNING, SIZE, bold=True)
            self.cell(WIDTH, 14, self.mark, align="R")
        self.set_xy(LEFT, TOP + 12)

    def footer(self) -> None:
        """On every page: what it belongs to, and which of how many it is."""
        self.set_xy(LEFT, 842 - 36)
        self.ink(SOFT, 7)
        self.cell(WIDTH - 90, 10, self.footing)
        page = _("Page %(page)s of %(pages)s") % {"page": self.page_no(), "pages": "{nb}"}
        self.cell(90, 10, page, align="R")

    def ink(self, colour: tuple[int, int, int] = INK, size: int = SIZE, *, bold: bool = False) -> None:
        """How what follows looks."""
        # Said anew each time: a sign from the other font leaves its own size behind.
        self.font_family = ""
        self.set_font("paper", "B" if bold else "", size)
        self.set_text_color(*colour)

    def heading(self, text: str, *, size: int = 11) -> None:
        """A heading that does not stand alone at the foot of a page."""
        self.room_for(ROW * 4)
        self.ink(INK, size, bold=True)
        self.set_x(LEFT)
        self.cell(WIDTH, size * 2, text)
        self.set_xy(LEFT, self.get_y() + size * 2)

    def paragraph(
        self, text: str, *, colour: tuple[int, int, int] = SOFT, size: int = SMALL, width: int = WIDTH
    ) -> None:
        """Words that take as many lines as they need."""
        self.ink(colour, size)
        self.room_for(ROW * 2)
        self.set_x(LEFT)
        self.multi_cell(width, size + 4, text, align="L", new_x="LMARGIN", new_y="NEXT")

    def block(self, label: str, lines: Sequence[str], *, x: int, y: int, width: int) -> int:
        """A labelled block of lines, like an address; answers where it ends."""
        self.set_xy(x, y)
        self.ink(SOFT, 7)
        self.cell(width, 10, label.upper())
        below = y + 13
        for place, line in enumerate(line for line in lines if line):
            self.set_xy(x, below)
            self.ink(INK, SIZE, bold=place == 0)
            self.multi_cell(width, 13, line, align="L", new_x="LEFT", new_y="NEXT")
            below = int(self.get_y())
        return below

    def room_for(self, height: int) -> bool:
        """Go on to the next page unless so much still fits; answers whether it did."""
        if self.get_y() + height <= 842 - BOTTOM:
            return False
        self.add_page()
        return True

    def grid(
        self, columns: Sequence[Column], rows: Sequence[Sequence[str]], *, strong: frozenset[int] = frozenset()
    ) -> None:
        """Rows under their heads, which stand again on each page. Rows of the places in `strong` are set bold."""
        self.room_for(ROW * 3)
        self._heads(columns)
        for place, row in enumerate(rows):
            if self.room_for(ROW):
                self._heads(columns)
            self.set_x(LEFT)
            self.ink(INK, SMALL, bold=place in strong)
            for column, cell in zip(columns, row, strict=True):
                if cell:
                    self.cell(column.width, ROW, self._fitting(cell, column.width - 6), align=column.align)
                else:
                    self.set_x(self.get_x() + column.width)
            below = self.get_y() + ROW
            self.set_draw_color(*LINE)
            self.set_line_width(HAIR)
            self.line(LEFT, below, LEFT + WIDTH, below)
            self.set_xy(LEFT, below)
        self.set_xy(LEFT, self.get_y() + 8)

    def flow(
        self,
        text: str,
        *,
        colour: tuple[int, int, int] = INK,
        size: int = SIZE,
        indent: int = 0,
        bold: bool = False,
    ) -> None:
        """Words of any length: whole, line by line, on as many pages as they take."""
        for line in self.broken(text, WIDTH - indent, size=size, bold=bold):
            self.room_for(size + 4)
            self.ink(colour, size, bold=bold)
            self.set_x(LEFT + indent)
            self.cell(WIDTH - indent, size + 4, line)
            self.set_xy(LEFT, self.get_y() + size + 4)

    def broken(self, text: str, width: int, *, size: int, bold: bool = False) -> list[str]:
        """The lines that a text takes in a width, nothing left out."""
        self.ink(INK, size, bold=bold)
        lines: list[str] = []
        for part in text.expandtabs(4).split("\n"):
            # No sign is wider than it is high: most texts need not be measured.
            if len(part) * size <= width - 2 * self.c_margin:
                lines.append(part)
                continue
            self.ink(INK, size, bold=bold)
            found: Any = self.multi_cell(width, size + 4, part, align="L", dry_run=True, output=MethodReturnValue.LINES)
            lines.extend(found)
        return lines

    def whole(
        self, columns: Sequence[Column], rows: Sequence[Sequence[str]], *, strong: frozenset[int] = frozenset()
    ) -> None:
        """Rows as in `grid`, but every cell whole, in as many lines as it takes."""
        self.room_for(ROW * 3)
        self._heads(columns)
        for number, row in enumerate(rows):
            bold = number in strong
            cells = [
                self.broken(cell, column.width - 4, size=SMALL, bold=bold)
                for column, cell in zip(columns, row, strict=True)
            ]
            self.set_xy(LEFT, self.get_y() + 3)
            for place in range(max(len(cell) for cell in cells)):
                if self.room_for(LEADING + 5):
                    self._heads(columns)
                self._across(columns, [cell[place] if place < len(cell) else "" for cell in cells], bold)
            self.set_draw_color(*LINE)
            self.set_line_width(HAIR)
            self.line(LEFT, self.get_y() + 3, LEFT + WIDTH, self.get_y() + 3)
            self.set_xy(LEFT, self.get_y() + 5)
        self.set_xy(LEFT, self.get_y() + 8)

    def _across(self, columns: Sequence[Column], cells: Sequence[str], bold: bool) -> None:
        x, y = LEFT, self.get_y()
        for column, cell in zip(columns, cells, strict=True):
            if cell:
                self.ink(INK, SMALL, bold=bold)
                self.set_xy(x, y)
                self.cell(column.width, LEADING, cell, align=column.align)
            x += column.width
        self.set_xy(LEFT, y + LEADING)

    def _heads(self, columns: Sequence[Column]) -> None:
        self.set_fill_color(*SUNKEN)
        self.set_x(LEFT)
        self.ink(SOFT, 7, bold=True)
        for column in columns:
            self.cell(column.width, ROW, column.head, align=column.align, fill=True)
        self.set_xy(LEFT, self.get_y() + ROW)

    def _fitting(self, text: str, width: int) -> str:
        """As much of a text as fits on one line."""
        # No sign is wider than it is high.
        if len(text) * self.font_size_pt <= width or self.get_string_width(text) <= width:
            return text
        while text and self.get_string_width(f"{text}…") > width:
            text = text[:-1]
        return f"{text}…"

    def written(self) -> bytes:
        """The file."""
        return bytes(self.output())
