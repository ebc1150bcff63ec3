"""Reads one setting after another and collects what is wrong with them, so that all of it can be said at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import urlsplit

from bot.secret import Secret

NAMES = frozenset(
    {"HUYING_DATABASE", "HUYING_HTTP", "HUYING_PUBLIC_URL", "HUYING_MEDIA", "HUYING_SECRET"}
    | {"HUYING_BACKUPS", "HUYING_DEBUG", "HUYING_OPINION_KEY"}
    | {f"HUYING_TELEGRAM_{name}" for name in ("TOKEN", "API", "MODE", "SECRET")}
    | {f"HUYING_WECHAT_{name}" for name in ("APPID", "SECRET", "TOKEN", "AES_KEY", "API", "TEMPLATE")}
    | {
        f"HUYING_WECOM_{name}"
        for name in ("CORPID", "AGENTID", "SECRET", "TOKEN", "AES_KEY", "API", "WEBHOOKS")
    }
    | {f"HUYING_WECOM_BOT_{name}" for name in ("TOKEN", "AES_KEY")}
)
# A database's address may carry a password, and a webhook's key opens its group: they may come from a file as well.
FROM_FILE = frozenset(name for name in NAMES if re.search(r"(SECRET|TOKEN|KEY|WEBHOOKS|DATABASE)$", name))
KNOWN = NAMES | {f"{name}_FILE" for name in FROM_FILE}


@dataclass
class Values:
    """The settings as they were found. Names are given without `HUYING_`. `problems` and `warnings` grow as they are read."""

    env: Mapping[str, str]
    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        for name in sorted(self.env):
            if name.startswith("HUYING_") and name not in KNOWN:
                near = get_close_matches(name, KNOWN, n=1, cutoff=0.8)
                hint = (
                    f"；是不是 {near[0]}？ · did you mean {near[0]}?"
                    if near
                    else " · unknown setting, ignored"
                )
                self.warnings.append(f"{name}：没有这个设置{hint}")

    def wrong(self, name: str, zh: str, en: str) -> None:
        line = f"HUYING_{name}：{zh} · {en}"
        if line not in self.problems:
            self.problems.append(line)

    def text(self, name: str) -> str:
        """The value, or what the file named by NAME_FILE holds; "" when absent."""
        full = f"HUYING_{name}"
        value = self.env.get(full, "").strip()
        file = self.env.get(f"{full}_FILE", "").strip() if full in FROM_FILE else ""
        if not file:
            return value
        if value:
            self.wrong(f"{name}_FILE", f"和 {full} 只能设一个", f"set either this or {full}, not both")
            return value
        try:
            value = Path(file).read_text(encoding="utf-8-sig").strip()
        except (OSError, UnicodeDecodeError) as trouble:
            why = trouble.strerror if isinstance(trouble, OSError) else "not UTF-8"
            self.wrong(f"{name}_FILE", f"读不了 {file}（{why}）", f"cannot read {file}: {why}")
            return ""
        if not value:
            self.wrong(f"{name}_FILE", f"{file} 是空的", f"{file} is empty")
        return value

    def secret(self, name: str) -> Secret | None:
        value = self.text(name)
        if name == "SECRET" and 0 < len(value) < 16:
            self.warnings.append(
                "HUYING_SECRET：太短，容易被猜到，请用 16 个以上字符 · short and easy to guess: use 16 characters or more"
            )
        return Secret(value) if value else None

    def aes_key(self, name: str) -> Secret | None:
        key = self.secret(name)
        if key and not re.fullmatch(r"[A-Za-z0-9+/]{43}", key.reveal()):
            self.wrong(name, "须是 43 个字母或数字", "must be the 43 letters and digits the platform shows")
            return None
        return key

    def set_names(self, *names: str) -> list[str]:
        """Return those that have a value; of nothing but spaces is none."""
        given = {
            name: (self.env.get(f"HUYING_{name}", ""), self.env.get(f"HUYING_{name}_FILE", ""))
            for name in names
        }
        return [name for name, values in given.items() if "".join(values).strip()]

    def whole(self, prefix: str, needed: str, more: str = "") -> bool:
        """Whether all of `needed` is set. Some but not all, or only `more`: a problem that names what is missing."""
        names = [f"{prefix}_{name}" for name in needed.split()]
        there = self.set_names(*names, *(f"{prefix}_{name}" for name in more.split()))
        missing = [f"HUYING_{name}" for name in names if name not in there]
        if there and missing:
            listed = " ".join(missing)
            also = " ".join(f"HUYING_{name}" for name in there)
            self.problems.append(f"设了 {also}，还缺 {listed} · {also} set, missing: {listed}")
        return not missing

    def url(self, name: str, default: str | None = None) -> str | None:
        value = self.text(name) or default
        if value is None:
            return None
        try:
            parts = urlsplit(value)
            fits = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
        except ValueError:
            fits = False
        if not fits or parts.query or parts.fragment or re.search(r"\s", value):
            self.wrong(
                name,
                f"须是 http(s):// 开头的网址，现在是 {value}",
                f"must be an http(s):// address, not {value}",
            )
            return None
        return value.rstrip("/")

    def host_and_port(self, name: str, default: str) -> tuple[str, int]:
        value = self.text(name) or default
        found = re.fullmatch(r"(?:\[([0-9A-Fa-f:.]+)\]|([^\s:/\[\]]+)):([0-9]{1,5})", value)
        if found is None or int(found[3]) > 65535:
            self.wrong(
                name,
                f"须写成 主机:端口，如 {default}，现在是 {value}",
                f"must be HOST:PORT such as {default}",
            )
            return "127.0.0.1", 8080
        return found[1] or found[2], int(found[3])
