"""A template message: the fields the account's template has, filled from a letter's gist. Pure.

A template takes no free text: each field's name says what may stand in it (`thing2`: some words, `time4`: a time), its
label in the template what it is for (`工单状态`). Source: developers.weixin.qq.com, 订阅消息参数值内容限制说明; the same
limits hold for a service account's templates.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from handlers.messages import Gist
from storage.records import SECOND

PHRASE = 5
NO_STATE = "有新进展"
"""What a field of Chinese characters says of a state that has none, in another language's words."""
NOTHING = "见公众号"
"""What a field of words says when there is nothing left to say."""

_FIELD = re.compile(r"\{\{\s{0,2}([A-Za-z_]{1,40})([0-9]{0,4})\s{0,2}\.DATA\s{0,2}\}\}")
_BEFORE_LABEL = re.compile(r"[\n{}:：]")
_WORDS = {"thing": 20, "short_thing": 5, "keyword": 20}
"""Kinds of fields that take words, and how many characters. Templates older than 2023 have nothing but `keyword`s."""
_FITTING = {*_WORDS, "character_string", "number", "time", "date", "phrase", "first", "remark"}
"""`first` and `remark`, too, are of older templates; WeChat shows them no more."""
_NUMBER = ("编号", "单号", "号码")
_TIME = ("时间", "日期")
_STATE = ("状态", "结果", "阶段")
_NEWS = ("进度", "进展", "备注", "说明", "提示", "提醒", "通知", "回复", "反馈", "消息", "详情")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_UNPRINTED = re.compile(r"[\x00-\x1f\x7f\s]+")


@dataclass(frozen=True, slots=True)
class Field:
    """One place of a template: `label` before it, `kind` of its contents, `name` under which it is sent."""

    label: str
    kind: str
    name: str


def fields_of(content: str) -> tuple[Field, ...]:
    """Return the fields of a template as the account's list writes it: `工单编号:{{character_string1.DATA}}`…"""
    found, end = [], 0
    for place in _FIELD.finditer(content):
        label = _BEFORE_LABEL.split(content[end : place.start()].rstrip().rstrip(":："))[-1].strip()
        found.append(Field(label, place[1].lower(), f"{place[1]}{place[2]}"))
        end = place.end()
    return tuple(found)


USUAL = fields_of(
    "编号：{{keyword1.DATA}}\n内容：{{keyword2.DATA}}\n状态：{{keyword3.DATA}}\n时间：{{keyword4.DATA}}\n"
    "进展：{{keyword5.DATA}}"
)
"""What is sent to a template whose fields are not known."""


def unfit(fields: Sequence[Field]) -> list[str]:
    """Return what of a template nothing of a ticket fits into, by its label: an amount, a plate, a phone number."""
    return [field.label or field.name for field in fields if field.kind not in _FITTING]


def filled(fields: Sequence[Field], gist: Gist, zone: str) -> dict[str, dict[str, str]]:
    """Return the data of a template message. Where several fields take words, what it is about comes before its news."""
    left = [gist.matter, gist.news, gist.state]
    values = {}
    # Those whose labels ask for something have it before the others share what is left.
    for field in sorted(fields, key=lambda field: not _says(field, *_STATE, *_NEWS)):
        values[field.name] = _value(field, gist, zone, left)
    return {field.name: {"value": values[field.name]} for field in fields}


def _says(field: Field, *words: str) -> bool:
    return any(word in field.label for word in words)


def _value(field: Field, gist: Gist, zone: str, left: list[str]) -> str:
    words = field.kind in _WORDS
    if field.kind in ("character_string", "number") or (words and _says(field, *_NUMBER)):
        return str(gist.number)
    if field.kind in ("time", "date") or (words and _says(field, *_TIME)):
        at = datetime.fromtimestamp(gist.at / SECOND, ZoneInfo(zone))
        return f"{at.year}年{at.month}月{at.day}日 {at:%H:%M}"
    if field.kind == "phrase":
        # 已办结，等确认: what follows the comma is more than fits.
        return "".join(_HAN.findall(gist.state.split("，")[0]))[:PHRASE] or NO_STATE
    if not words:
        return NOTHING
    said = gist.state if _says(field, *_STATE) else gist.news if _says(field, *_NEWS) else (*left, NOTHING)[0]
    if said in left:
        left.remove(said)
    return shortened(said, _WORDS[field.kind]) or NOTHING


def shortened(words: str, most: int) -> str:
    """Return words on one line, of at most `most` characters, cut where a part of the sentence ends if one does."""
    line = _UNPRINTED.sub(" ", words).strip()
    if len(line) <= most:
        return line
    cut = line[: most - 1]
    end = max(cut.rfind(mark) for mark in "，。；、 ")
    return f"{cut[:end] if end >= most // 2 else cut}…"
