"""Template messages and subscription notices: forms the platform approved, whose fields take only what their kind allows.

The kinds and their limits are those of 类目模板消息 参数值内容限制; no field takes a line break. Templates of before 2023 have
`keyword` fields for any words, and `first` and `remark`, which may be absent and are not shown any more.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass

from tests.platforms.wechat.refusals import JSON, Refused

FIELD = re.compile(r"\{\{(\w+)\.DATA\}\}")
SYMBOLS = r"[ -~]"
DATE = r"(\d{4}[-/.]\d{1,2}([-/.]\d{1,2})?|\d{4}年\d{1,2}月|(\d{4}年)?\d{1,2}月\d{1,2}日)"
CLOCK = r"\d{1,2}:\d{2}(:\d{2})?"
TIME = rf"({DATE}( ?{CLOCK})?|{CLOCK})"
UNSHOWN = ("first", "remark")
KINDS = {
    "thing": re.compile(r".{1,20}"),
    "short_thing": re.compile(r".{1,10}"),
    "number": re.compile(r"[0-9.]{1,32}"),
    "letter": re.compile(r"[A-Za-z]{1,32}"),
    "symbol": re.compile(r"[^\w\s]{1,5}"),
    "character_string": re.compile(rf"{SYMBOLS}{{1,32}}"),
    "time": re.compile(rf"{TIME}( ?~ ?{TIME})?"),
    "date": re.compile(rf"{DATE}( ?{CLOCK})?"),
    "amount": re.compile(r"[^\d]?\d{1,10}(\.\d+)?元?"),
    "phone_number": re.compile(r"[0-9+\- ]{1,17}"),
    "car_number": re.compile(r".{1,8}"),
    "name": re.compile(r"[一-鿿·]{1,10}|[A-Za-z .]{1,20}"),
    "phrase": re.compile(r"[一-鿿]{1,5}"),
    "const": re.compile(r".{0,20}"),
    "keyword": re.compile(r".{1,200}"),
}


@dataclass(frozen=True)
class Template:
    """One form. `content` has fields as {{thing1.DATA}}; `consts`: the words a const field may hold. `type`: 0 for a
    template message, 2 for a subscription notice that is sent once for each consent, 3 for one that people agree to for long.
    """

    id: str
    title: str
    content: str
    example: str
    consts: tuple[str, ...] = ()
    type: int = 0

    @property
    def fields(self) -> list[str]:
        return FIELD.findall(self.content)

    def json(self) -> JSON:
        if self.type:
            said = {
                "priTmplId": self.id,
                "title": self.title,
                "content": self.content,
                "example": self.example,
            }
            return {**said, "type": self.type, "keywordEnumValueList": []}
        said = {"template_id": self.id, "title": self.title, "primary_industry": "", "deputy_industry": ""}
        return {**said, "content": self.content, "example": self.example}

    def filled(self, data: object) -> dict[str, str]:
        """Return the fields' words. Raises Refused 47003 for one that is missing or holds what its kind does not take."""
        given = data if isinstance(data, dict) else {}
        words: dict[str, str] = {}
        for name in self.fields:
            if name in UNSHOWN:
                continue
            part = given.get(name)
            value = part.get("value") if isinstance(part, dict) else None
            if value is None or (value == "" and not name.startswith("const")):
                raise Refused(47003, f"argument invalid! data.{name}.value is empty")
            if not isinstance(value, str | int | float) or not self._fits(name, str(value)):
                raise Refused(47003, f"argument invalid! data.{name}.value invalid")
            words[name] = str(value)
        return words

    def _fits(self, name: str, value: str) -> bool:
        kind = name.rstrip("0123456789")
        if kind == "const" and self.consts:
            return value in (*self.consts, "")
        return kind in KINDS and KINDS[kind].fullmatch(value) is not None

    def shown(self, words: dict[str, str]) -> str:
        """Return the message as it looks on the phone."""
        return f"{self.title}\n" + FIELD.sub(lambda found: words.get(found[1], ""), self.content).strip()


class Templates:
    """The forms this account may use: `work_order`, a work order's progress, and `notice`, the same as a subscription notice
    that people agree to for long."""

    def __init__(self) -> None:
        self.mine: dict[str, Template] = {}
        # One message per (reader, client_msg_id) within ten minutes: the platform's own guard against repeats.
        self.guarded: dict[tuple[str, str], tuple[float, int]] = {}
        self.work_order = self.add(
            "工单处理进度通知",
            "工单编号:{{character_string1.DATA}}\n工单类型:{{thing2.DATA}}\n处理状态:{{phrase3.DATA}}\n"
            "更新时间:{{time4.DATA}}\n处理说明:{{thing5.DATA}}\n",
            "工单编号:GD20230908001\n工单类型:电梯\n处理状态:处理中\n更新时间:2023-09-08 10:30\n处理说明:维修人员已到场\n",
            id="ngqIpbwh8bUfcSsECmogfXcV14J0tQlEpBO27izEYtY",
        )
        self.notice = self.add(
            "诉求办理进度通知",
            "受理编号:{{character_string1.DATA}}\n诉求内容:{{thing2.DATA}}\n办理状态:{{phrase3.DATA}}\n"
            "更新时间:{{date4.DATA}}\n",
            "受理编号:1024\n诉求内容:电梯\n办理状态:已受理\n更新时间:2026年11月22日 10:30\n",
            id="VRR0UEO9VJOLs0MHlU0OilqX6MVFDwH3_3gz3Oc0NIc",
            type=3,
        )

    def add(
        self,
        title: str,
        content: str,
        example: str = "",
        consts: tuple[str, ...] = (),
        id: str = "",
        type: int = 0,
    ) -> Template:
        """Add a form the platform has approved; without `id` some id."""
        id = id or secrets.token_urlsafe(33)[:43]
        template = Template(id, title, content, example or content, consts, type)
        self.mine[template.id] = template
        return template

    def listed(self, *types: int) -> list[JSON]:
        """Return those of these types, as their list writes them."""
        return [template.json() for template in self.mine.values() if template.type in types]

    def find(self, template_id: object, *types: int) -> Template:
        """Return one of these types. Raises Refused 40037."""
        template = self.mine.get(template_id) if isinstance(template_id, str) else None
        if template is None or template.type not in types:
            raise Refused(40037)
        return template
