"""Settings are read whole, and everything wrong with them is said at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.config import BadSettings, from_surroundings, load
from bot.config_values import FROM_FILE, Values
from bot.secret import Secret

KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
WHOLE_WECOM = {
    "HUYING_WECOM_CORPID": "ww1",
    "HUYING_WECOM_AGENTID": "1000002",
    "HUYING_WECOM_SECRET": "wecom-secret",
    "HUYING_WECOM_TOKEN": "wecom-token",
    "HUYING_WECOM_AES_KEY": KEY,
}


def problems(**env: str) -> list[str]:
    with pytest.raises(BadSettings) as bad:
        load({f"HUYING_{name}": value for name, value in env.items()})
    return bad.value.problems


def test_nothing_set_is_a_small_installation_without_platforms():
    settings = load({})
    assert (settings.database, settings.host, settings.port) == ("sqlite:///huying.db", "127.0.0.1", 8080)
    assert settings.media == Path("media")
    assert settings.telegram is settings.wechat is settings.wecom is settings.wecom_bot is None
    assert settings.warnings == ()


def test_a_token_alone_turns_telegram_on_in_polling_mode():
    telegram = load({"HUYING_TELEGRAM_TOKEN": "123:abc"}).telegram
    assert telegram is not None
    assert (telegram.token.reveal(), telegram.api, telegram.mode) == (
        "123:abc",
        "https://api.telegram.org",
        "polling",
    )


def test_an_empty_value_counts_as_absent():
    assert load({"HUYING_TELEGRAM_TOKEN": "", "HUYING_HTTP": " "}).telegram is None


def test_all_problems_are_named_together():
    found = problems(
        HTTP="8080",
        DATABASE="mysql://x",
        PUBLIC_URL="huying.example.org",
        TELEGRAM_MODE="push",
        WECHAT_APPID="wx1",
        WECOM_BOT_TOKEN="t",
    )
    for word in (
        "HUYING_HTTP",
        "HUYING_DATABASE",
        "HUYING_PUBLIC_URL",
        "HUYING_TELEGRAM_MODE",
        "HUYING_WECHAT_SECRET",
        "HUYING_WECHAT_TOKEN",
        "HUYING_WECOM_BOT_AES_KEY",
    ):
        assert any(word in line for line in found), word
    assert all("\n" not in line for line in found)


@pytest.mark.parametrize("absent", sorted(WHOLE_WECOM))
def test_a_half_set_channel_names_what_is_missing_and_nothing_that_is_there(absent):
    found = problems(**{name[7:]: value for name, value in WHOLE_WECOM.items() if name != absent})
    assert len(found) == 1
    assert found[0].endswith(f"missing: {absent}")


@pytest.mark.parametrize("alone", ["TELEGRAM_API", "TELEGRAM_MODE", "TELEGRAM_SECRET"])
def test_telegram_without_its_token_names_the_token(alone):
    value = {"TELEGRAM_API": "http://127.0.0.1:9", "TELEGRAM_MODE": "polling", "TELEGRAM_SECRET": "s"}[alone]
    assert any("HUYING_TELEGRAM_TOKEN" in line for line in problems(**{alone: value}))


def test_webhook_mode_needs_a_public_address_and_a_secret():
    found = problems(TELEGRAM_TOKEN="1:a", TELEGRAM_MODE="webhook")
    assert [line.partition("：")[0] for line in found] == ["HUYING_PUBLIC_URL", "HUYING_TELEGRAM_SECRET"]


def test_the_real_telegram_calls_back_https_addresses_only():
    env = {
        "TELEGRAM_TOKEN": "1:a",
        "TELEGRAM_MODE": "webhook",
        "TELEGRAM_SECRET": "s",
        "PUBLIC_URL": "http://x.org",
    }
    assert any("https" in line for line in problems(**env))
    own = load(
        {**{f"HUYING_{n}": v for n, v in env.items()}, "HUYING_TELEGRAM_API": "http://127.0.0.1:8081/"}
    )
    assert own.telegram is not None
    assert own.telegram.api == "http://127.0.0.1:8081"


@pytest.mark.parametrize("secret", ["has space", "中文", "x" * 257])
def test_a_webhook_secret_telegram_would_refuse_is_refused(secret):
    assert any("TELEGRAM_SECRET" in line for line in problems(TELEGRAM_TOKEN="1:a", TELEGRAM_SECRET=secret))


@pytest.mark.parametrize("token", ["1:a/../x", "1:a b", "１:a"])
def test_a_token_that_would_change_the_address_is_refused(token):
    assert any("TELEGRAM_TOKEN" in line for line in problems(TELEGRAM_TOKEN=token))


def test_wechat_without_aes_key_is_on_in_plaintext_with_a_warning():
    settings = load({"HUYING_WECHAT_APPID": "wx1", "HUYING_WECHAT_SECRET": "s", "HUYING_WECHAT_TOKEN": "tok"})
    assert settings.wechat is not None
    assert settings.wechat.aes_key is None
    assert any("AES_KEY" in line for line in settings.warnings)


@pytest.mark.parametrize("key", ["short", KEY + "=", "!" * 43])
def test_an_aes_key_of_another_shape_is_refused(key):
    assert any("AES_KEY" in line for line in problems(WECOM_BOT_TOKEN="t", WECOM_BOT_AES_KEY=key))


def test_an_agent_id_is_a_number():
    assert any(
        "AGENTID" in line
        for line in problems(**{n[7:]: v for n, v in WHOLE_WECOM.items()} | {"WECOM_AGENTID": "x"})
    )


@pytest.mark.parametrize(
    ("value", "host", "port"),
    [("0.0.0.0:80", "0.0.0.0", 80), ("[::1]:0", "::1", 0), ("huying.local:65535", "huying.local", 65535)],
)
def test_an_address_to_listen_on_is_taken_apart(value, host, port):
    settings = load({"HUYING_HTTP": value})
    assert (settings.host, settings.port) == (host, port)


@pytest.mark.parametrize(
    "value", ["8080", "127.0.0.1", "127.0.0.1:65536", "::1:80", "http://x:80", "a b:80", ":80"]
)
def test_any_other_address_to_listen_on_is_refused(value):
    assert any("HUYING_HTTP" in line for line in problems(HTTP=value))


@pytest.mark.parametrize(
    "value", ["http://", "ftp://x", "http://x:99999", "https://x/?a=1", "https://x/#a", "//x"]
)
def test_a_public_address_must_be_one(value):
    assert any("PUBLIC_URL" in line for line in problems(PUBLIC_URL=value))


def test_a_public_address_loses_its_trailing_slash():
    assert load({"HUYING_PUBLIC_URL": "https://x.org/huying/"}).public_url == "https://x.org/huying"


@pytest.mark.parametrize("value", ["sqlite:///a.db", "sqlite:////srv/a.db", "postgresql://u:p@h/d"])
def test_a_database_is_named_by_its_address(value):
    assert load({"HUYING_DATABASE": value}).database == value


@pytest.mark.parametrize("value", ["huying.db", "sqlite://a.db", "sqlite:///", "mysql://h/d"])
def test_any_other_database_address_is_refused(value):
    assert any("HUYING_DATABASE" in line for line in problems(DATABASE=value))


def test_a_misspelt_setting_is_pointed_out_with_the_one_meant():
    warnings = load({"HUYING_TELEGRAM_TOKN": "1:a"}).warnings
    assert len(warnings) == 1
    assert "HUYING_TELEGRAM_TOKN" in warnings[0]
    assert "HUYING_TELEGRAM_TOKEN" in warnings[0]


def test_other_programs_settings_are_none_of_our_business():
    assert load({"PATH": "/bin", "TELEGRAM_TOKEN": "x"}).warnings == ()


@pytest.mark.parametrize("name", sorted(FROM_FILE))
def test_every_secret_may_come_from_a_file(name, tmp_path):
    file = tmp_path / "secret"
    file.write_text("1:a\n", encoding="utf-8")
    found = Values({f"{name}_FILE": str(file)})
    assert found.text(name.removeprefix("HUYING_")) == "1:a"
    assert found.problems == found.warnings == []


def test_a_secret_from_a_file_loses_its_line_end(tmp_path):
    file = tmp_path / "token"
    file.write_text("123:abc\r\n", encoding="utf-8")
    telegram = load({"HUYING_TELEGRAM_TOKEN_FILE": str(file)}).telegram
    assert telegram is not None
    assert telegram.token.reveal() == "123:abc"


def test_a_secret_file_that_cannot_be_read_or_is_empty_or_is_doubled_is_named(tmp_path):
    empty = tmp_path / "empty"
    empty.touch()
    gone = str(tmp_path / "gone")
    found = problems(
        TELEGRAM_TOKEN_FILE=gone, SECRET_FILE=str(empty), TELEGRAM_SECRET="a", TELEGRAM_SECRET_FILE=str(empty)
    )
    for name in ("TELEGRAM_TOKEN_FILE", "SECRET_FILE", "TELEGRAM_SECRET_FILE"):
        assert any(f"HUYING_{name}：" in line for line in found), name


def test_no_secret_is_shown_by_printing_the_settings():
    words = {
        name: (KEY if name.endswith("AES_KEY") else "12345hushhush")
        for name in FROM_FILE
        if "DATABASE" not in name and "WEBHOOKS" not in name
    }
    words["HUYING_WECOM_WEBHOOKS"] = "duty=12345-hush-hush"
    settings = load({**WHOLE_WECOM, "HUYING_WECHAT_APPID": "wx", **words})
    assert "hush" not in f"{settings!r}{settings}{settings.telegram!r}"
    assert KEY not in repr(settings)
    assert {secret.reveal() for secret in settings.secrets()} == {
        word.removeprefix("duty=") for word in words.values()
    }


def test_a_database_password_is_among_the_secrets_the_log_hides():
    assert Secret("pw-123") in load({"HUYING_DATABASE": "postgresql://u:pw-123@h/d"}).secrets()


def test_a_secret_compares_without_telling_how_much_was_right():
    assert Secret("abc").matches("abc")
    assert not Secret("abc").matches("abd")
    assert not Secret("abc").matches(None)
    assert not Secret("中文").matches("abc")
    assert not Secret("abc").matches("\ud83d")
    assert f"{Secret('abc')}" == f"{Secret('abc'):>3}" == "Secret(***)"


def test_the_environment_wins_over_the_env_file_and_dollars_stay(tmp_path, monkeypatch):
    (tmp_path / ".env").write_text(
        'HUYING_HTTP=127.0.0.1:1\nHUYING_SECRET="a$b${PATH}-and-more"\n', encoding="utf-8"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HUYING_HTTP", "127.0.0.1:2")
    monkeypatch.delenv("HUYING_SECRET", raising=False)
    settings = from_surroundings()
    assert settings.port == 2
    assert settings.secret == Secret("a$b${PATH}-and-more")


@pytest.mark.parametrize(
    ("listen", "link"),
    [
        ("0.0.0.0:80", "http://127.0.0.1:80"),
        ("[::]:80", "http://[::1]:80"),
        ("huying.lan:80", "http://huying.lan:80"),
    ],
)
def test_a_link_leads_to_an_address_a_browser_can_be_sent_to(listen, link):
    assert load({"HUYING_HTTP": listen}).base_url == link
    assert (
        load({"HUYING_HTTP": listen, "HUYING_PUBLIC_URL": "https://h.example"}).base_url
        == "https://h.example"
    )
