"""Charts: safe to stand in a page, readable aloud, and drawn as a picture with Chinese type."""

from __future__ import annotations

import io
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from PIL import Image, ImageChops

from bot import charts
from bot.charts import Bar, Series

SVG = "{http://www.w3.org/2000/svg}"
WEEKS = [f"{n} 周" for n in range(40, 48)]
RATES = [
    Series(name, [0.9, 0.92, None, 1.0, 0.97, 0.95, 0.98, 0.96]) for name in ("响应率", "办结率", "满意率")
]


def a_line(**more: bool) -> str:
    return charts.lines("trend", "三率走势", "40 周：响应率 90%", WEEKS, RATES, **more)


def said(svg: str) -> list[str]:
    return [one.text or "" for one in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def test_a_chart_tells_what_it_shows_to_who_does_not_see_it() -> None:
    root = ElementTree.fromstring(a_line())
    assert root.get("role") == "img"
    named = {one.get("id"): one.text for one in root}
    assert [named[name] for name in (root.get("aria-labelledby") or "").split()] == [
        "三率走势",
        "40 周：响应率 90%",
    ]


def test_a_chart_has_no_colour_and_no_style_of_its_own() -> None:
    for one in ElementTree.fromstring(a_line()).iter():
        assert not {"style", "fill", "stroke", "onload", "href"} & one.attrib.keys()


@pytest.mark.parametrize(
    "evil", ["<script>alert(1)</script>", '" onload="x', "</text></svg><b>", "&lt;", "]]>"]
)
def test_words_stay_words(evil: str) -> None:
    drawn = [
        charts.bars("b", evil, evil, [Bar(evil, 0.5, evil)], headed=True),
        charts.lines("l", evil, evil, [evil, evil], [Series(evil, [0.5, 1.0])], headed=True),
    ]
    for svg in drawn:
        root = ElementTree.fromstring(svg)
        assert {one.tag.removeprefix(SVG) for one in root.iter()} <= {
            "svg", "title", "desc", "text", "line", "rect", "circle", "polyline"
        }  # fmt: skip
        assert next(root.iter(f"{SVG}title")).text == evil
        assert "onload" not in {name for one in root.iter() for name in one.attrib}


def test_a_bar_is_as_long_as_its_rate() -> None:
    svg = charts.bars(
        "b", "办结率", "", [Bar("一", 1.0, "100%"), Bar("二", 0.25, "25%"), Bar("三", None, "—")]
    )
    root = ElementTree.fromstring(svg)
    whole, quarter = (
        float(one.get("width") or 0) for one in root.iter(f"{SVG}rect") if one.get("class") == "bar"
    )
    assert quarter == pytest.approx(whole / 4, abs=0.1)


def test_a_line_breaks_where_nothing_was_counted() -> None:
    root = ElementTree.fromstring(a_line())
    stretches = [
        one.get("points") or "" for one in root.iter(f"{SVG}polyline") if one.get("class") == "line one"
    ]
    assert [len(points.split()) for points in stretches] == [2, 5]


def test_the_scale_begins_at_a_round_number_below_the_lowest() -> None:
    for lowest, labels in ((0.95, "80%"), (0.79, "60%"), (0.05, "0%")):
        svg = charts.lines("l", "", "", ["1", "2"], [Series("响应率", [lowest, 1.0])])
        assert said(svg)[0] == labels
    assert charts.lines("l", "", "", ["1"], [Series("响应率", [None])])


def test_names_at_the_ends_of_lines_do_not_lie_upon_each_other() -> None:
    root = ElementTree.fromstring(
        charts.lines("l", "", "", ["1", "2"], [Series(n, [1.0, 1.0]) for n in "甲乙丙"])
    )
    ends = sorted(
        float(one.get("y") or 0) for one in root.iter(f"{SVG}text") if "name" in (one.get("class") or "")
    )
    assert min(b - a for a, b in pairwise(ends)) >= charts.SIZE


def test_long_names_are_cut_to_their_room() -> None:
    assert charts.fitted("第一网格", 200) == "第一网格"
    cut = charts.fitted("鑫海花城东区第一网格和第二网格", 100)
    assert cut.endswith("…")
    assert charts.wide(cut) <= 100


def pixels(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("RGB")


def test_a_picture_shows_chinese_words() -> None:
    """Each word is drawn, and otherwise than another: boxes in place of letters would all be alike."""
    pictures = [
        pixels(charts.picture(charts.bars("b", title, "", [Bar("", None, "")], headed=True)))
        for title in ("响应率", "满意率", "")
    ]
    assert pictures[0].size == (2 * charts.WIDTH, pictures[0].height)
    first, second, empty = (one.crop((0, 0, 200, 60)) for one in pictures)
    assert ImageChops.difference(first, second).getbbox() is not None
    assert ImageChops.difference(first, empty).getbbox() is not None
    assert ImageChops.difference(second, empty).getbbox() is not None


def test_the_words_of_a_picture_come_from_our_own_face(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    drawn = charts.picture(a_line(headed=True))
    monkeypatch.setattr(charts, "FACE", tmp_path)
    assert (
        ImageChops.difference(pixels(drawn), pixels(charts.picture(a_line(headed=True)))).getbbox()
        is not None
    )
