"""The log tells what happens, and no secret."""

from __future__ import annotations

import io
import json
import logging

import httpx
import pytest
import structlog

from bot import logs
from bot.secret import Secret

TOKEN = "987654321:AAHh-Zx_0123456789abcdefghijklmnopq"


@pytest.fixture
def written():
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    to = io.StringIO()
    logs.configure(
        [Secret(TOKEN), Secret('quote"d and 中文 secret')], to=to, level=logging.DEBUG, as_json=True
    )
    yield lambda: [json.loads(line) for line in to.getvalue().splitlines()]
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def test_a_line_is_json_with_what_the_work_is_about(written):
    with logs.about(ticket=1024):
        structlog.get_logger("desk").info("saved", lines=2)
        logging.getLogger("desk").warning("slow %s", "disk")
    logging.getLogger("desk").info("outside")
    ours, theirs, outside = written()
    assert (ours["event"], ours["ticket"], ours["lines"], ours["level"]) == ("saved", 1024, 2, "info")
    assert (theirs["event"], theirs["ticket"]) == ("slow disk", 1024)
    assert "ticket" not in outside


def test_a_token_in_an_address_is_struck_out_whoever_logs_it(written):
    logging.getLogger("httpx").warning(
        'HTTP Request: POST https://api.telegram.org/bot%s/getMe "200 OK"', TOKEN
    )
    logging.getLogger("x").info("http://127.0.0.1:1/bot1:short/getUpdates?access_token=abc123&x=1")
    text = json.dumps(written())
    assert TOKEN not in text
    assert "short" not in text
    assert "abc123" not in text
    assert "/bot***/getMe" in text


async def test_httpx_says_nothing_of_its_calls_at_all(written):
    async with httpx.AsyncClient(
        transport=httpx.MockTransport(lambda request: httpx.Response(200))
    ) as client:
        await client.get(f"https://api.telegram.org/bot{TOKEN}/getMe")
    assert written() == []


def test_a_secret_in_a_traceback_is_struck_out(written):
    try:
        raise ValueError(f'could not call with {TOKEN} and quote"d and 中文 secret')
    except ValueError:
        logging.getLogger("x").exception("failed")
        structlog.get_logger("x").exception("failed")
    for line in written():
        assert "ValueError" in line["exception"]
        assert TOKEN not in line["exception"]
        assert "中文 secret" not in line["exception"]


def test_a_secret_in_a_value_is_struck_out(written):
    structlog.get_logger("x").info("settings", token=TOKEN, nested={"url": [f"https://u:{TOKEN}@h"]})
    assert TOKEN not in json.dumps(written())


def test_a_person_reads_lines_and_no_secret_either():
    to = io.StringIO()
    logs.configure([Secret(TOKEN)], to=to, as_json=False)
    structlog.get_logger("x").info("hello", token=TOKEN)
    structlog.reset_defaults()
    assert "hello" in to.getvalue()
    assert TOKEN not in to.getvalue()


def test_no_line_costs_a_look_at_who_logged_it_and_where(written):
    records: list[logging.LogRecord] = []

    class Keeper(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            records.append(record)

    handler = Keeper()
    logging.getLogger().addHandler(handler)
    logging.getLogger("x").info("theirs")
    structlog.get_logger("x").info("ours")
    assert [(one.lineno, one.thread, one.process) for one in records] == [(0, None, None)] * 2
