"""The community goes out as a spreadsheet and comes back: unchanged it changes nothing, wrong it is told by the cell."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot import community_files
from bot.web.console.spreadsheet import LARGEST_UPLOAD
from handlers.community import loaded_of, write_community
from storage.records import Act
from tests.bot.web.town_hall import Hall, Staff, seen

FILE = "/console/directory/file"
PAGE = "/console/directory?show=file"


async def bring(staff: Staff, data: bytes, name: str = "jinghe.xlsx") -> httpx.Response:
    return await staff.fill(PAGE, to=FILE, files={"file": (name, data)})


def workbook(folder: Path, content: dict[str, Any]) -> bytes:
    path = folder / "made.xlsx"
    community_files.write_xlsx(content, path)
    return path.read_bytes()


async def content_of(hall: Hall) -> dict[str, Any]:
    loaded = loaded_of(await hall.store.directory(), "jinghe")
    assert loaded is not None
    return write_community(loaded)


@pytest.mark.parametrize("kind", ["xlsx", "toml"])
async def test_what_was_taken_and_is_brought_back_unchanged_changes_nothing(hall: Hall, kind: str):
    before = await hall.store.directory()
    async with hall.staff() as staff:
        taken = await staff.get(f"{FILE}.{kind}")
        assert f'filename="jinghe.{kind}"' in taken.headers["content-disposition"]
        answer = await bring(staff, taken.content, f"jinghe.{kind}")
        look = await staff.get(answer.headers["location"])
        assert "没有要改的" in look.text
        assert "确认，保存" not in look.text
    assert await hall.store.directory() == before
    (noted,) = await hall.ledger(Act.EXPORT)
    assert (noted.line.person, noted.line.reason) == ("zhaomin", f"名录 {kind}")


async def test_a_changed_one_is_looked_at_and_made(hall: Hall, tmp_path: Path):
    content = await content_of(hall)
    content["person"][0]["phone"] = "13911111111"
    content["grid"][1]["name"] = "东二网格"
    content["policy"] = {"ordinary": {"resolve": "2h"}}
    content["person"] = [one for one in content["person"] if one["id"] != "liuyun"]
    async with hall.staff() as staff:
        answer = await bring(staff, workbook(tmp_path, content))
        look = await staff.get(answer.headers["location"])
        for words in (
            "解决 默认（30分钟） → 2小时",
            "第二网格 → 东二网格",
            "删除 人员 刘云",
            "刘云 以后看不到：整个社区",
        ):
            assert words in seen(look)
        assert (await staff.confirm(look)).status_code == 303
    assert write_community(loaded_of(await hall.store.directory(), "jinghe")) == content  # type: ignore[arg-type]
    assert len(await hall.ledger(Act.CHANGE_DIRECTORY, Act.CHANGE_POLICY)) == 2


async def test_every_mistake_is_named_by_its_cell(hall: Hall, tmp_path: Path):
    content = await content_of(hall)
    content["grid"][1]["leader"] = "lile"
    content["grid"][0]["buildings"] = ["8-1"]
    content["person"][0]["roles"] = ["queen"]
    content["category"] = {"elevator": {"resolve": "soon"}}
    before = await hall.store.directory()
    async with hall.staff() as staff:
        answer = await bring(staff, workbook(tmp_path, content))
    assert answer.status_code == 422
    for cell, words in (
        ("grid!E3", "lile"),
        ("grid!D2", "倒着写了"),
        ("person!C2", "queen"),
        ("category!B2", "soon"),
    ):
        assert f"<code>{cell}</code>" in answer.text, cell
        assert words in answer.text
    assert "jinghe.xlsx：" in answer.text
    assert await hall.store.directory() == before


@pytest.mark.parametrize(
    ("content", "table", "id", "key", "cell"),
    [
        ({"person": [{"id": "a", "name": "x"}, {"id": "a", "name": "y"}]}, "person", "a", "id", "person!A3"),
        ({"person": [{"name": "x"}]}, "person", "第1个/no. 1", "name", "person!A2"),
        ({"community": {"id": "a", "timezone": "Mars"}}, "community", "", "timezone", "community!B2"),
        ({"grid": [{"id": "g"}]}, "grid", "g", "leader", "grid!2"),
        ({"holidays": {"2027": {"off": ["2027-01-01"]}}}, "holidays", "2027", "off", "holidays!B2"),
        ({"grid": [{"id": "g"}]}, "grid", "other", "leader", ""),
        ({"grid": [{"id": "g"}]}, "compound", "g", "name", ""),
    ],
)
def test_where_a_value_stands_in_a_workbook(
    tmp_path: Path, content: dict[str, Any], table: str, id: str, key: str, cell: str
):
    path = tmp_path / "a.xlsx"
    community_files.write_xlsx(content, path)
    assert community_files.read(path).cell(table, id, key) == cell


def zipped(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        for name, data in parts.items():
            book.writestr(name.replace("__", "/"), data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("名录.xlsm", b"PK", "须是 .toml 或 .xlsx"),
        ("名录.csv", b"id,name", "须是 .toml 或 .xlsx"),
        ("名录", b"", "须是 .toml 或 .xlsx"),
        ("名录.xlsx", b"no spreadsheet", "打不开这个表格"),
        ("名录.xlsx", zipped(xl__vbaProject=b"", **{"xl__vbaProject.bin": b"macro"}), "里面有宏"),
        ("名录.xlsx", zipped(xl__worksheets=b"\0" * (65 << 20)), "太大，或者坏了"),
        ("名录.toml", b"[community", "TOML 写法有误"),
        ("../../etc/passwd.toml", b"[community", "TOML 写法有误"),
    ],
)
async def test_what_is_no_community_is_refused_in_a_line(hall: Hall, name: str, data: bytes, words: str):
    async with hall.staff() as staff:
        answer = await bring(staff, data, name)
    assert answer.status_code == 422
    assert words in answer.text
    assert "/tmp" not in answer.text


async def test_a_file_beyond_all_bounds_is_not_even_read(hall: Hall):
    async with hall.staff() as staff:
        answer = await bring(staff, b"\0" * LARGEST_UPLOAD)
        assert answer.status_code == 413
        answer = await bring(staff, b" " * (community_files.LARGEST + 1), "a.toml")
        assert "超过 4 MB" in answer.text


async def test_another_communitys_file_is_no_change_to_this_one(hall: Hall, tmp_path: Path):
    loaded = loaded_of(await hall.store.directory(), "other")
    assert loaded is not None
    async with hall.staff() as staff:
        answer = await bring(staff, workbook(tmp_path, write_community(loaded)))
    assert answer.status_code == 422
    assert "这是另一个社区（other）的文件" in answer.text


async def test_no_file_at_all_is_asked_for(hall: Hall):
    async with hall.staff() as staff:
        assert "请先选一个文件" in (await staff.fill(PAGE, to=FILE)).text
