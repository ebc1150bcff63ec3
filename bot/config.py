"""Settings: from the environment and a `.env` file, checked whole, every problem named at once.

A channel is on when its settings are there. Half of them is a problem, not a channel.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from bot.config_values import Values
from bot.config_wecom import WeCom as WeCom
from bot.config_wecom import WeComBot, WeComWebhooks, wecom, wecom_bot, wecom_webhooks
from bot.secret import Secret

TELEGRAM_API = "https://api.telegram.org"


class BadSettings(Exception):
    """The settings cannot be used. `problems`: one clear line for each; `rest`: what could be read of them, so that
    `huying check` can look at everything else as well."""

    def __init__(self, problems: list[str], rest: Settings) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems
        self.rest = rest


@dataclass(frozen=True, slots=True)
class Telegram:
    """`api`: the Bot API server, no trailing slash. `mode`: polling or webhook. `secret`: what Telegram must show
    in X-Telegram-Bot-Api-Secret-Token; always there in webhook mode."""

    token: Secret
    api: str = TELEGRAM_API
    mode: str = "polling"
    secret: Secret | None = None


@dataclass(frozen=True, slots=True)
class WeChat:
    """A service account. Without `aes_key` messages come in plaintext mode. `template`: id of a template message or a
    subscription notice."""

    appid: str
    secret: Secret
    token: Secret
    aes_key: Secret | None
    api: str
    template: str | None


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that is set, checked. `public_url` has no trailing slash; `backups`: the folder for
    the nightly ones; None: none are made. `opinion_key`: for the endpoints communities name under [reading]. `warnings` are lines worth telling."""

    database: str = "sqlite:///huying.db"
    host: str = "127.0.0.1"
    port: int = 8080
    public_url: str | None = None
    media: Path = Path("media")
    backups: Path | None = None
    secret: Secret | None = None
    opinion_key: Secret | None = None
    telegram: Telegram | None = None
    wechat: WeChat | None = None
    wecom: WeCom | None = None
    wecom_bot: WeComBot | None = None
    wecom_webhooks: WeComWebhooks | None = None
    warnings: tuple[str, ...] = ()

    @property
    def base_url(self) -> str:
        """Where people find the web pages: the public address, else the one we listen on. No trailing slash."""
        # An address that stands for all of this machine's is none that a browser can be sent to.
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)
        host = f"[{host}]" if ":" in host else host
        return self.public_url or f"http://{host}:{self.port}"

    def secrets(self) -> list[Secret]:
        """Every secret that is set, for the log to hide."""
        found = [Secret(password)] if (password := urlsplit(self.database).password) else []
        found += [secret for secret in (self.secret, self.opinion_key) if secret]
        for channel in (self.telegram, self.wechat, self.wecom, self.wecom_bot):
            if channel is not None:
                values = (getattr(channel, name) for name in channel.__slots__)
                found += [value for value in values if isinstance(value, Secret)]
        found += self.wecom_webhooks.keys.values() if self.wecom_webhooks else ()
        return found


def load(env: Mapping[str, str]) -> Settings:
    """Return the settings found in `env`; an empty value counts as absent. Raises BadSettings with all problems."""
    found = Values(env)
    host, port = found.host_and_port("HTTP", "127.0.0.1:8080")
    settings = Settings(
        database=_database(found),
        host=host,
        port=port,
        public_url=found.url("PUBLIC_URL"),
        media=Path(found.text("MEDIA") or "media").expanduser(),
        backups=Path(backups).expanduser() if (backups := found.text("BACKUPS")) else None,
        secret=found.secret("SECRET"),
        opinion_key=_opinion_key(found),
        telegram=_telegram(found),
        wechat=_wechat(found),
        wecom=wecom(found),
        wecom_bot=wecom_bot(found),
        wecom_webhooks=wecom_webhooks(found),
        warnings=tuple(found.warnings),
    )
    if found.problems:
        raise BadSettings(found.problems, settings)
    return settings


def from_surroundings() -> Settings:
    """Return the settings of this process: the environment first, then `.env` in the working folder."""
    import os

    from dotenv import dotenv_values

    # No interpolation: a token may hold a dollar sign.
    written = dotenv_values(".env", interpolate=False, encoding="utf-8-sig")
    return load({**{name: value or "" for name, value in written.items()}, **os.environ})


def _database(found: Values) -> str:
    value = found.text("DATABASE") or "sqlite:///huying.db"
    if not re.match(r"sqlite:///[^\s/]|sqlite:////[^\s]|postgresql://[^\s]", value):
        found.wrong(
            "DATABASE",
            "须是 sqlite:///相对路径、sqlite:////绝对路径 或 postgresql://…",
            "must be sqlite:///relative, sqlite:////absolute or postgresql://…",
        )
    return value


def _opinion_key(found: Values) -> Secret | None:
    key = found.secret("OPINION_KEY")
    if key and not re.fullmatch(r"[!-~]{1,500}", key.reveal()):
        found.wrong(
            "OPINION_KEY", "里面有空格或别的不能用的字符", "holds a space or another character no key has"
        )
        return None
    return key


def _telegram(found: Values) -> Telegram | None:
    token = found.secret("TELEGRAM_TOKEN")
    mode = found.text("TELEGRAM_MODE").lower() or "polling"
    api = found.url("TELEGRAM_API", TELEGRAM_API)
    secret = found.secret("TELEGRAM_SECRET")
    on = found.whole("TELEGRAM", "TOKEN", "API MODE SECRET")
    if mode not in {"polling", "webhook"}:
        found.wrong("TELEGRAM_MODE", f"须是 polling 或 webhook，现在是 {mode}", "must be polling or webhook")
    if mode == "webhook":
        _webhook(found, api, secret)
    if not on or token is None:
        return None
    if not re.fullmatch(r"[0-9A-Za-z_:-]+", token.reveal()):
        found.wrong("TELEGRAM_TOKEN", "不是 BotFather 给的样子", "is not what BotFather gives (123456:ABC…)")
    if secret and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret.reveal()):
        found.wrong(
            "TELEGRAM_SECRET", "只能用 1–256 个 A-Z a-z 0-9 _ -", "may hold 1–256 of A-Z a-z 0-9 _ - only"
        )
    return Telegram(token, api or TELEGRAM_API, mode, secret)


def _webhook(found: Values, api: str | None, secret: Secret | None) -> None:
    """In webhook mode Telegram must find us, and we must know it by its secret."""
    public = found.text("PUBLIC_URL")
    if not public:
        found.wrong("PUBLIC_URL", "webhook 模式必须设置", "missing: webhook mode needs it")
    elif api == TELEGRAM_API and not public.startswith("https://"):
        found.wrong("PUBLIC_URL", "Telegram 只回调 https 网址", "Telegram calls https addresses only")
    if secret is None:
        found.wrong("TELEGRAM_SECRET", "webhook 模式必须设置", "missing: webhook mode needs it")


def _wechat(found: Values) -> WeChat | None:
    secret, token, key = (
        found.secret("WECHAT_SECRET"),
        found.secret("WECHAT_TOKEN"),
        found.aes_key("WECHAT_AES_KEY"),
    )
    api = found.url("WECHAT_API", "https://api.weixin.qq.com") or ""
    if not found.whole("WECHAT", "APPID SECRET TOKEN", "AES_KEY API TEMPLATE") or not secret or not token:
        return None
    if not re.fullmatch(r"[A-Za-z0-9]{3,32}", token.reveal()):
        # Only the platform's own form refuses others; whatever stands there in the end is what signs.
        found.warnings.append(
            "HUYING_WECHAT_TOKEN：公众平台只收 3–32 个字母或数字，请核对 · the platform's form takes 3–32 letters and "
            "digits only"
        )
    if not found.set_names("WECHAT_AES_KEY"):
        found.warnings.append(
            "HUYING_WECHAT_AES_KEY：没有设置，消息明文传输，内容没有签名；请在公众平台选“安全模式” · absent: messages "
            "come in plaintext mode, unsigned"
        )
    public = found.text("PUBLIC_URL")
    if not public.startswith("https://"):
        why = "不是 https 网址，微信推来的话路上可能被看到" if public else "没有设置，微信不知道推到哪里"
        found.warnings.append(
            f"HUYING_PUBLIC_URL：{why}；公众平台“服务器地址”要填 https://域名/wechat · WeChat pushes to https://…/wechat"
        )
    return WeChat(found.text("WECHAT_APPID"), secret, token, key, api, found.text("WECHAT_TEMPLATE") or None)
