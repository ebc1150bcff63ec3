"""The minutes as a PDF: the same document as the Word file, set in our own face, ready to print on A4."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import cast

from fpdf import FPDF
from fpdf.enums import TextMode
from fpdf.fonts import TTFFont

from bot.minutes_paper import Matter, Paper, Table
from bot.type import FACE, drawable
from bot.type.setting import lines
from bot.web.words import word
from storage.records import Instant

FAMILY = "face"
LEFT, RIGHT, TOP, BOTTOM = 28.0, 26.0, 33.0, 33.0
"""Millimetres."""
WIDTH = 210 - LEFT - RIGHT
SIZE, LEADING = 13.5, 8.6
"""Points, and millimetres from line to line."""
RED, BLACK = (200, 16, 16), (0, 0, 0)
PADDING = 1.6


def pdf_file(paper: Paper, made: Instant) -> bytes:
    """Return the PDF. `made`: when, for the file's own properties. A character our face lacks stands as 〓."""
    press = _Press(paper)
    press.heading()
    for label, words in paper.facts:
        press.words(label + paper.colon, words, hang=True)
    press.gap(3)
    press.words("", paper.opening, indent=True)
    for matter in (*paper.matters, *paper.after):
        press.matter(matter)
    if paper.table:
        press.table(paper.table)
    press.ending()
    press.pdf.set_creation_date(datetime.fromtimestamp(made / 1000, UTC))
    return bytes(press.pdf.output())


class _Pdf(FPDF):
    page_words = "{page}"

    def footer(self) -> None:
        self.set_font(FAMILY, size=11)
        self.set_text_color(*BLACK)
        self.set_y(-25)
        self.cell(0, 6, self.page_words.format(page=self.page_no()), align="C")


class _Press:
    """Sets one document, line by line from the top."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.pdf = pdf = _Pdf(format="A4")
        pdf.page_words = word(paper.language, "paper.page", page="{page}")
        pdf.add_font(FAMILY, fname=FACE)
        # The box round all characters stays that of the whole face: no outline need be walked for it.
        cast(TTFFont, pdf.fonts[FAMILY]).ttfont.recalcBBoxes = False
        pdf.set_margins(LEFT, TOP, RIGHT)
        pdf.set_auto_page_break(False)
        pdf.c_margin = 0
        pdf.set_title(drawable(f"{paper.head} {paper.number}"))
        pdf.set_author(drawable(paper.organ))
        pdf.set_lang("zh-CN" if paper.language == "zh" else "en")
        pdf.add_page()
        # The characters of a document are few, and each is measured again and again.
        self._width = lru_cache(maxsize=8192)(self._measured)

    def heading(self) -> None:
        pdf, paper = self.pdf, self.paper
        for line in lines(drawable(paper.head), lambda piece: self._width(piece, 26), WIDTH):
            self._line(line, 26, 14, align="C", bold=True, color=RED)
        self._line(drawable(paper.number), SIZE, LEADING, align="C")
        if paper.note:
            self._line(drawable(paper.note), SIZE, LEADING, align="C", color=RED)
        self._line(drawable(paper.organ), SIZE, 0)
        self._line(drawable(paper.date), SIZE, LEADING, align="R")
        self._rule(RED, 0.7)
        self.gap(4)
        pdf.set_text_color(*BLACK)

    def matter(self, matter: Matter) -> None:
        self.gap(1.5)
        # A heading does not stay alone at the foot of a page.
        self._room(3 * LEADING)
        self.words("", matter.heading, indent=True, bold=True)
        for label, words in matter.parts:
            self.words(label + self.paper.colon if label else "", words, indent=True)

    def words(
        self, label: str, words: str, *, indent: bool = False, hang: bool = False, bold: bool = False
    ) -> None:
        """Set a paragraph that begins with a bold label; `hang`: its further lines stand beside the label."""
        label = drawable(label)
        beside = sum(self._width(char, SIZE) for char in label)
        first = self._width("　", SIZE) * 2 if indent else 0.0
        margin, most = (beside, WIDTH - beside) if hang else (0.0, WIDTH)
        set_lines = lines(
            drawable(words), lambda piece: self._width(piece, SIZE), most, first + (0.0 if hang else beside)
        )
        for place, line in enumerate(set_lines):
            self._room(LEADING)
            x = LEFT + margin
            if place == 0:
                x = LEFT + first
                self._put(x, label, SIZE, bold=True)
                x += beside
            last = place == len(set_lines) - 1
            self._put(x, line, SIZE, bold=bold, until=None if last else LEFT + WIDTH)
            self.gap(LEADING)

    def table(self, table: Table) -> None:
        size, leading = 10.5, 6.2
        self.gap(5)
        self._room(4 * LEADING)
        self._line(drawable(table.title), SIZE, LEADING + 1, bold=True)
        names = tuple(name for name, _ in table.columns)
        widths = [WIDTH * share / 100 for _, share in table.columns]
        for row in (names, *table.rows):
            cells = [
                lines(drawable(cell), lambda piece: self._width(piece, size), width - 2 * PADDING)
                for cell, width in zip(row, widths, strict=True)
            ]
            self._row(cells, widths, size, leading, bold=row is names, again=names)

    def _row(
        self,
        cells: list[list[str]],
        widths: list[float],
        size: float,
        leading: float,
        *,
        bold: bool,
        again: tuple[str, ...],
    ) -> None:
        """Set one row; on a new page the names of the columns stand above it again. One longer than a page goes on there."""
        while any(cells):
            room = int((297 - BOTTOM - self.pdf.get_y() - 2 * PADDING) / leading)
            tall = max(map(len, cells))
            if room < min(tall, 3):
                self.pdf.add_page()
                if not bold:
                    self._row([[name] for name in again], widths, size, leading, bold=True, again=again)
                continue
            now, cells = [cell[:room] for cell in cells], [cell[room:] for cell in cells]
            height = max(map(len, now)) * leading + 2 * PADDING
            top, x = self.pdf.get_y(), LEFT
            self.pdf.set_draw_color(*BLACK)
            self.pdf.set_line_width(0.2)
            for cell, width in zip(now, widths, strict=True):
                self.pdf.rect(x, top, width, height)
                for place, line in enumerate(cell):
                    self.pdf.set_y(top + PADDING + place * leading)
                    self._put(x + PADDING, line, size, leading, bold=bold)
                x += width
            self.pdf.set_y(top + height)

    def ending(self) -> None:
        self.gap(8)
        self._room(3 * LEADING)
        self._rule(BLACK, 0.3)
        self.gap(1)
        self.words("", self.paper.copies)
        self._line(drawable(self.paper.issued), SIZE, LEADING, align="R")
        self._rule(BLACK, 0.3)

    def gap(self, height: float) -> None:
        self.pdf.set_y(self.pdf.get_y() + height)

    def _room(self, height: float) -> None:
        """Begin a new page where there is not so much room left on this one."""
        if self.pdf.get_y() + height > 297 - BOTTOM:
            self.pdf.add_page()

    def _line(
        self,
        line: str,
        size: float,
        height: float,
        *,
        align: str = "L",
        bold: bool = False,
        color: tuple[int, int, int] = BLACK,
    ) -> None:
        width = sum(self._width(char, size) for char in line)
        x = {"L": LEFT, "C": LEFT + (WIDTH - width) / 2, "R": LEFT + WIDTH - width}[align]
        self._put(x, line, size, max(height, LEADING), bold=bold, color=color)
        self.gap(height)

    def _put(
        self,
        x: float,
        line: str,
        size: float,
        height: float = LEADING,
        *,
        bold: bool = False,
        color: tuple[int, int, int] = BLACK,
        until: float | None = None,
    ) -> None:
        """Set a line of one piece; `until`: it is spread to end there, if little is missing."""
        if not line:
            return
        pdf = self.pdf
        pdf.set_font(FAMILY, size=size)
        pdf.set_text_color(*color)
        width = sum(self._width(char, size) for char in line)
        missing = 0.0 if until is None else until - x - width
        spread = missing / (len(line) - 1) if len(line) > 1 and 0 < missing < 3 * size * 0.3528 else 0.0
        pdf.set_char_spacing(spread * 72 / 25.4)
        pdf.set_x(x)
        # One face is enough: bold is the same outline with a thin line around it.
        mode = TextMode.FILL_STROKE if bold else TextMode.FILL
        with pdf.local_context(text_mode=mode, draw_color=color, line_width=size / 120):
            pdf.cell(width + missing, height, line)
        pdf.set_char_spacing(0)

    def _rule(self, color: tuple[int, int, int], thick: float) -> None:
        self.pdf.set_draw_color(*color)
        self.pdf.set_line_width(thick)
        self.pdf.line(LEFT, self.pdf.get_y() + 1, LEFT + WIDTH, self.pdf.get_y() + 1)
        self.gap(2)

    def _measured(self, piece: str, size: float) -> float:
        self.pdf.set_font(FAMILY, size=size)
        return float(self.pdf.get_string_width(piece))
