"""Reading the tables of a community file: every mistake is collected and named, none stops the reading."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, TypeVar
from unicodedata import category

from handlers.durations import LONGEST_DAYS, read_duration
from storage.records import Allowance

LONGEST_TEXT = 80
_SHOWN = 40

Name = TypeVar("Name", bound=StrEnum)


def quoted(value: object) -> str:
    """Return a value as a mistake shows it: short, on one line, nothing invisible."""
    shown = value if isinstance(value, str) else str(value)
    shown = "".join(
        "?" if category(char)[0] in "CZ" and char != " " else char for char in shown[: _SHOWN + 1]
    )
    return f"“{shown[:_SHOWN]}…”" if len(shown) > _SHOWN else f"“{shown}”"


def nearest(written: str, known: Iterable[str]) -> tuple[str, str]:
    """Return "did you mean" in both languages, or two empty strings when nothing known is close."""
    close = get_close_matches(written[:_SHOWN], [one for one in known if one], n=1)
    return (f"，是不是 {close[0]}？", f", did you mean {close[0]}?") if close else ("", "")


class Row:
    """One table of the file, or one entry of a list of tables.

    Each value is asked for by its key; what is missing, of the wrong type or beyond its bounds is named in
    `mistakes` and read as empty. `close()` names the keys nobody asked for. Mistakes are one line each, Chinese
    first: `[[grid]] east-1 leader: 没有写 · is missing`.
    """

    def __init__(self, name: str, data: object, mistakes: list[str]) -> None:
        self.name = name
        self.mistakes = mistakes
        self._asked: set[str] = set()
        self._data: Mapping[str, Any] = {}
        if isinstance(data, Mapping):
            self._data = data
        else:
            self.wrong("", f"应是一个 {name} 表", f"must be a table {name}")

    def __contains__(self, key: str) -> bool:
        return key in self._data

    def wrong(self, key: str, chinese: str, english: str) -> None:
        where = f"{self.name} {key}".strip()
        self.mistakes.append(f"{where}: {chinese} · {english}")

    def raw(self, key: str) -> Any:
        """Return what stands there, None when nothing does."""
        self._asked.add(key)
        return self._data.get(key)

    def text(self, key: str, *, required: bool = False, longest: int = LONGEST_TEXT) -> str:
        """Return a text of one line without blanks around it, "" when it is absent or wrong."""
        value = self.raw(key)
        if value is None:
            if required:
                self.wrong(key, "没有写", "is missing")
            return ""
        return self._line(key, value, longest, required=required)

    def texts(self, key: str, *, longest: int = LONGEST_TEXT) -> tuple[str, ...]:
        """Return a list of texts, without those that are wrong or empty."""
        value = self.raw(key)
        if value is None:
            return ()
        if not isinstance(value, list | tuple):
            self.wrong(key, '应是列表，如 ["…", "…"]', 'must be a list such as ["…", "…"]')
            return ()
        lines = (self._line(key, one, longest, required=True) for one in value)
        return tuple(line for line in lines if line)

    def _line(self, key: str, value: object, longest: int, *, required: bool) -> str:
        if not isinstance(value, str):
            self.wrong(
                key, f"{quoted(value)} 应是文字，请加引号", f"{quoted(value)} must be text, put it in quotes"
            )
            return ""
        line = value.strip()
        if any(category(char)[0] == "C" or category(char) in ("Zl", "Zp") for char in line):
            self.wrong(
                key, f"{quoted(line)} 含有换行或看不见的字符", f"{quoted(line)} holds invisible characters"
            )
            return ""
        if len(line) > longest:
            self.wrong(key, f"太长，最多 {longest} 个字", f"is too long, at most {longest} characters")
            return ""
        if required and not line:
            self.wrong(key, "是空的", "is empty")
        return line

    def name_of(self, key: str, names: type[Name], *, required: bool = False) -> Name | None:
        """Return one of a fixed set of names, None when it is absent or wrong."""
        written = self.text(key, required=required)
        return self.as_name(key, written, names) if written else None

    def as_name(self, key: str, written: str, names: type[Name]) -> Name | None:
        """Return `written` as one of the names, None and a mistake when it is none of them."""
        allowed = [name.value for name in names]
        if written in allowed:
            return names(written)
        zh, en = nearest(written, allowed)
        self.wrong(
            key,
            f"不认识 {quoted(written)}{zh or '，可写 ' + ' '.join(allowed)}",
            f"unknown name {quoted(written)}{en or ', use one of these'}",
        )
        return None

    def duration(self, key: str) -> Allowance | None:
        """Return how long, None when it is absent or wrong."""
        written = self.text(key)
        if not written:
            if key in self and self.raw(key) == "":
                self.wrong(key, "是空的", "is empty")
            return None
        try:
            return read_duration(written)
        except ValueError:
            self.wrong(
                key,
                f"{quoted(written)} 不是时长，请写 90s 5m 4h 1d 2wh 5wd，最长 {LONGEST_DAYS} 天",
                f"is not a duration such as 90s 5m 4h 1d 2wh 5wd, at most {LONGEST_DAYS} days",
            )
            return None

    def count(self, key: str, *, most: int) -> int | None:
        """Return a whole number from 1 to `most`, None when it is absent or wrong."""
        value = self.raw(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
            self.wrong(
                key, f"{quoted(value)} 应是 1 到 {most} 的整数", f"must be a whole number from 1 to {most}"
            )
            return None
        return value

    def table(self, key: str) -> Row | None:
        """Return the table under `key`, None when it is absent."""
        value = self.raw(key)
        return None if value is None else Row(f"[{self._path(key)}]", value, self.mistakes)

    def rows(self, key: str) -> list[Row]:
        """Return the entries of the list of tables under `key`, each named by its id, or its place in the list."""
        value = self.raw(key)
        if value is None:
            return []
        if not isinstance(value, list | tuple):
            self.wrong("", f"{key} 应写成 [[{key}]]", f"{key} must be written as [[{key}]]")
            return []
        return [Row(_entry(key, number, one), one, self.mistakes) for number, one in enumerate(value, 1)]

    def keys(self) -> tuple[str, ...]:
        """Return the keys that stand here, in file order, as asked for."""
        self._asked.update(map(str, self._data))
        return tuple(map(str, self._data))

    def close(self) -> None:
        """Name every key nobody asked for."""
        for key in map(str, self._data):
            if key not in self._asked:
                zh, en = nearest(key, self._asked)
                self.wrong(quoted(key), f"不认识这一项{zh}", f"unknown key{en}")

    def _path(self, key: str) -> str:
        return f"{self.name.strip('[]')}.{key}" if self.name.startswith("[") else key


def _entry(key: str, number: int, entry: object) -> str:
    its_id = entry.get("id") if isinstance(entry, Mapping) else None
    if isinstance(its_id, str) and its_id.strip():
        return f"[[{key}]] {quoted(its_id.strip())[1:-1]}"
    return f"[[{key}]] 第{number}个/no. {number}"
