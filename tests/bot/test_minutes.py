"""The minutes on paper: the customary form, the same words in Word and PDF, and nothing that gets lost."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import pytest
from docx import Document
from docx.oxml.ns import qn
from pypdf import PdfReader

from bot.minutes_paper import numeral, paper
from bot.minutes_pdf import pdf_file
from bot.minutes_word import word_file
from bot.type import GETA
from storage.records import Outcome
from tests.bot.minutes_told import BEGUN, an_item, told

NOW = BEGUN + 48 * 3_600_000
ORDER = ("径河社区联席会议纪要", "〔2026〕第3期", "时间", "地点", "主持人", "记录人", "出席", "列席", "缺席", "一、", "情况", "意见",
         "决议", "责任单位", "配合单位", "完成时限", "五、", "六、挂账问题", "七、下次会议", "附：议定事项清单", "送：", "印发")  # fmt: skip


def word_text(data: bytes) -> str:
    """Everything that stands in a Word file, its tables too, in order."""
    body = Document(io.BytesIO(data)).element.body
    return "\n".join(
        "".join(node.text or "" for node in paragraph.iter(qn("w:t"))) for paragraph in body.iter(qn("w:p"))
    )


def pdf_pages(data: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(data)).pages]


def squeezed(text: str) -> str:
    """The text without spaces; pypdf leaves half of a two-byte code behind as a zero."""
    return re.sub(r"[\s\x00]", "", text)


def in_order(text: str) -> list[int]:
    places, at = [], 0
    for word in ORDER:
        at = text.index(word, at)
        places.append(at)
    return places


@pytest.fixture(scope="module")
def made() -> tuple[str, str]:
    """What stands in the Word file and in the PDF of the same minutes."""
    written = paper(told(), "zh", NOW)
    assert in_order(squeezed(written.text()))
    return word_text(word_file(written, NOW)), squeezed("".join(pdf_pages(pdf_file(written, NOW))))


def test_word_and_pdf_say_the_same_in_the_customary_order(made):
    word, pdf = squeezed(made[0]), made[1]
    assert in_order(word)
    assert in_order(pdf)
    for said in (
        "红色物业张师傅：门机已经修过三次",
        "2026年11月28日18:00",
        "按期办结（截至2026年11月29日）",
        "#1026加装电梯",
    ):
        assert said in word
        assert said in pdf


def test_what_our_face_lacks_is_marked_in_the_pdf_and_stays_in_word(made):
    word, pdf = made
    assert "陈𠮷" in word
    assert f"陈{GETA}" in pdf
    assert "周䶮" in pdf


def test_the_word_file_names_the_type_of_official_papers_and_counts_its_pages():
    document = Document(io.BytesIO(word_file(paper(told(), "zh", NOW), NOW)))
    section = document.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    faces = {fonts.get(qn("w:eastAsia")) for fonts in document.element.body.iter(qn("w:rFonts"))}
    assert {"仿宋", "黑体", "宋体"} <= faces
    assert "PAGE" in section.footer._element.xml
    properties = [[child.tag for child in found] for found in document.element.body.iter(qn("w:pPr"))]
    bordered = [tags for tags in properties if qn("w:pBdr") in tags]
    assert bordered
    assert all(tags.index(qn("w:pBdr")) < tags.index(qn("w:spacing")) for tags in bordered)


def test_long_minutes_go_on_over_pages_with_their_numbers_and_the_tables_headings():
    long = "每户上门核对，逐一登记；" * 60
    items = tuple(an_item(n, Outcome.RESOLVED, words=long, responsible="红色物业") for n in range(1, 7))
    pages = pdf_pages(pdf_file(paper(told(items=items), "zh", NOW), NOW))
    assert len(pages) > 5
    assert [f"—{number}—" in squeezed(page) for number, page in enumerate(pages, 1)] == [True] * len(pages)
    of_table = [page for page in pages if "责任单位配合单位完成时限" in squeezed(page)]
    assert len(of_table) > 1
    whole = re.sub(r"—[0-9]+—", "", squeezed("".join(pages)))
    # Each stands among the matters and in the table; there, rows and headings come in between, wherever a line ends.
    assert whole.count("核") == 12 * 60


def test_a_meeting_at_which_nothing_was_said_has_minutes_too():
    bare = told(items=(), seats=(), place="", chair="", recorder="", ended_at=None, next_at=None)
    written = paper(bare, "en", NOW)
    assert (written.table, bool(written.note)) == (None, True)
    assert "settled nothing" in word_text(word_file(written, NOW))
    assert "settled nothing" in pdf_pages(pdf_file(written, NOW))[0].replace("\x00", "")


def test_whatever_people_write_can_be_printed():
    odd = ("\x00\x0b\ufffe\ud800", "行一\n行二\t完", "x" * 300, "（" * 40, "", "。" * 40)
    item = told().items[0]
    items = tuple(replace(item, words=one, matter=one, opinions=(one,), helpers=(one,)) for one in odd)
    written = paper(told(items=items, chair="\ud800\x07"), "zh", NOW)
    assert word_text(word_file(written, NOW)).count("责任单位：") == len(odd)
    assert squeezed("".join(pdf_pages(pdf_file(written, NOW)))).count("责任单位：") == len(odd)


def test_headings_are_numbered_as_papers_are():
    assert [numeral(number, "zh") for number in (1, 10, 11, 20, 21, 99, 100)] == [
        "一、", "十、", "十一、", "二十、", "二十一、", "九十九、", "100、",
    ]  # fmt: skip
    assert numeral(3, "en") == "3. "


def test_other_programs_than_word_lay_the_file_out_as_word_does():
    """Seen in LibreOffice: it asks the columns how wide they are, and the language where in its square a comma stands."""
    written = paper(told(), "zh", NOW)
    document = Document(io.BytesIO(word_file(written, NOW)))
    assert written.table is not None
    shares = [share for _, share in written.table.columns]
    widths = [column.width for column in document.tables[0].columns]
    assert [round(width * 100 / sum(widths)) for width in widths] == shares
    spoken = document.styles.element.find(f".//{qn('w:docDefaults')}//{qn('w:lang')}")
    assert spoken.get(qn("w:eastAsia")) == "zh-CN"
