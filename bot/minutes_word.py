"""The minutes as a Word document: A4, the customary margins, type by name (仿宋, 黑体, 宋体) as every office has it."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Length, Mm, Pt
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from bot.minutes_paper import Matter, Paper, Table
from bot.web.words import word
from storage.records import Instant

BODY, HEADING, HEAD = "仿宋", "黑体", "宋体"
LATIN = "Times New Roman"
RED, BLACK = "C81010", "000000"
# GB/T 9704, the form of official papers: margins, and 28 points from line to line.
TOP, BOTTOM, LEFT, RIGHT = Mm(37), Mm(35), Mm(28), Mm(26)
SIZE, LEADING = Pt(16), Pt(28)
# Parsed at once: python-docx looks anew for the right place of each property, and there are hundreds of them.
PARAGRAPH = (
    f'<w:p {nsdecls("w")}><w:pPr>{{}}<w:spacing w:before="0" w:after="0"'
    f' w:lineRule="exact" w:line="{LEADING.twips}"/>{{}}</w:pPr></w:p>'
)
STYLED = '<w:pStyle w:val="{}"/>'
# Two characters, whatever the size of the type.
INDENTED = f'<w:ind w:firstLine="{2 * SIZE.twips}" w:firstLineChars="200"/>'
RUN = (
    f'<w:r {nsdecls("w")}><w:rPr><w:rFonts w:ascii="{LATIN}" w:hAnsi="{LATIN}" w:eastAsia="{{face}}"/>'
    '<w:b w:val="{bold:d}"/><w:color w:val="{color}"/><w:sz w:val="{halves}"/></w:rPr></w:r>'
)


def word_file(paper: Paper, made: Instant) -> bytes:
    """Return the .docx. `made`: when, for the file's own properties."""
    document = Document()
    _page(document, paper)
    _normal(document)
    _heading(document, paper)
    for label, words in paper.facts:
        _labelled(_paragraph(document), label + paper.colon, words)
    _run(_paragraph(document, indent=True), paper.opening)
    for matter in (*paper.matters, *paper.after):
        _matter(document, matter, paper.colon)
    if paper.table:
        _table(document, paper.table)
    _ending(document, paper)
    about = document.core_properties
    about.title, about.author, about.comments = (
        _clean(f"{paper.head} {paper.number}"),
        _clean(paper.organ),
        "",
    )
    about.created = about.modified = datetime.fromtimestamp(made / 1000, UTC).replace(tzinfo=None)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _page(document: Any, paper: Paper) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = TOP, BOTTOM
    section.left_margin, section.right_margin = LEFT, RIGHT
    section.footer_distance = Mm(25)
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    before, _, after = word(paper.language, "paper.page", page="\0").partition("\0")
    _run(foot, before, size=Pt(14), face=HEAD)
    for kind, words in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = _run(foot, "", size=Pt(14), face=HEAD)
        piece = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            piece.set(qn("w:fldCharType"), kind)
        piece.text = words
        run._r.append(piece)
    _run(foot, after, size=Pt(14), face=HEAD)


def _normal(document: Any) -> None:
    for name, face in (("Normal", BODY), ("Heading 2", HEADING)):
        fonts = document.styles[name].element.get_or_add_rPr().get_or_add_rFonts()
        # The template's themes would have the last word on the type otherwise.
        fonts.attrib.clear()
        for kind, named in (("ascii", LATIN), ("hAnsi", LATIN), ("cs", LATIN), ("eastAsia", face)):
            fonts.set(qn(f"w:{kind}"), named)
    # Whose characters these are: without it commas stand in the middle of their square, as in Taipei or Tokyo.
    spoken = document.styles.element.find(f".//{qn('w:docDefaults')}//{qn('w:lang')}")
    for told in (spoken, document.settings.element.find(qn("w:themeFontLang"))):
        told.set(qn("w:eastAsia"), "zh-CN")
    style = document.styles["Normal"]
    style.font.size = SIZE
    form = style.paragraph_format
    form.space_before = form.space_after = Pt(0)
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, LEADING
    form.widow_control = True


def _heading(document: Any, paper: Paper) -> None:
    head = _paragraph(document, WD_ALIGN_PARAGRAPH.CENTER)
    head.paragraph_format.line_spacing = Pt(44)
    _run(head, paper.head, size=Pt(30), face=HEAD, bold=True, color=RED)
    _run(_paragraph(document, WD_ALIGN_PARAGRAPH.CENTER), paper.number)
    if paper.note:
        _run(_paragraph(document, WD_ALIGN_PARAGRAPH.CENTER), paper.note, color=RED)
    line = _paragraph(document)
    line.paragraph_format.tab_stops.add_tab_stop(Length(Mm(210) - LEFT - RIGHT), alignment=2)
    _run(line, f"{paper.organ}\t{paper.date}")
    _border(line, "bottom", RED, 18)
    line.paragraph_format.space_after = Pt(14)


def _matter(document: Any, matter: Matter, colon: str) -> None:
    heading = _paragraph(document, indent=True, style="Heading2")
    heading.paragraph_format.keep_with_next = True
    _run(heading, matter.heading, face=HEADING)
    for label, words in matter.parts:
        _labelled(_paragraph(document, indent=True), label + colon if label else "", words)


def _table(document: Any, told: Table) -> None:
    title = _paragraph(document)
    title.paragraph_format.space_before, title.paragraph_format.keep_with_next = Pt(14), True
    _run(title, told.title, face=HEADING)
    table = document.add_table(rows=1, cols=len(told.columns), style="Table Grid")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    whole = Mm(210) - LEFT - RIGHT
    for _ in told.rows:
        table.add_row()
    # Word asks the cells how wide they are, other programs the columns.
    for column, (_, share) in zip(table.columns, told.columns, strict=True):
        column.width = Length(whole * share // 100)
    names = tuple(name for name, _ in told.columns)
    for cells, row in zip(table.rows, (names, *told.rows), strict=True):
        cells._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for cell, words, (_, share) in zip(cells.cells, row, told.columns, strict=True):
            cell.width = Length(whole * share // 100)
            written = cell.paragraphs[0]
            written.paragraph_format.line_spacing = Pt(20)
            if row is names:
                written.alignment = WD_ALIGN_PARAGRAPH.CENTER
            _run(written, words, size=Pt(12), face=HEADING if row is names else BODY)
    # On every further page the headings stand above again.
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _ending(document: Any, paper: Paper) -> None:
    copies = _paragraph(document)
    copies.paragraph_format.space_before = Pt(28)
    _border(copies, "top", BLACK, 8)
    _run(copies, paper.copies, size=Pt(14))
    issued = _paragraph(document, WD_ALIGN_PARAGRAPH.RIGHT)
    _border(issued, "bottom", BLACK, 8)
    _run(issued, paper.issued, size=Pt(14))


def _paragraph(document: Any, align: Any = None, *, indent: bool = False, style: str = "") -> Any:
    """Add a paragraph at the end. `style`: the id of one."""
    written = parse_xml(PARAGRAPH.format(STYLED.format(style) if style else "", INDENTED if indent else ""))
    document.element.body.sectPr.addprevious(written)
    paragraph = Paragraph(written, document._body)
    if align is not None:
        paragraph.alignment = align
    return paragraph


def _labelled(paragraph: Any, label: str, words: str) -> None:
    if label:
        _run(paragraph, label, face=HEADING)
    _run(paragraph, words)


def _run(
    paragraph: Any,
    words: str,
    *,
    size: Any = SIZE,
    face: str = BODY,
    bold: bool = False,
    color: str = BLACK,
) -> Any:
    written = parse_xml(RUN.format(face=face, bold=bold, color=color, halves=int(size.pt * 2)))
    paragraph._p.append(written)
    run = Run(written, paragraph)
    run.text = _clean(words)
    return run


def _border(paragraph: Any, side: str, color: str, eighths: int) -> None:
    """A line above or below a paragraph, in eighths of a point."""
    borders = OxmlElement("w:pBdr")
    line = OxmlElement(f"w:{side}")
    for name, value in (("val", "single"), ("sz", str(eighths)), ("space", "4"), ("color", color)):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    properties = paragraph._p.get_or_add_pPr()
    # The schema has an order, and Word insists on it.
    properties.insert_element_before(
        borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:outlineLvl", "w:rPr", "w:sectPr"
    )


def _clean(words: str) -> str:
    """Return the words without what XML cannot hold: control characters and halves of characters. All others stay, also
    those our own face lacks: Word has other faces."""
    return "".join(
        char
        for char in words
        if char in "\t\n" or (char >= " " and not "\ud800" <= char <= "\udfff" and char not in "\ufffe\uffff")
    )
