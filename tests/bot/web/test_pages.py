"""All pages: nothing from elsewhere, nothing inline, both languages whole, mistakes answered as a page."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urljoin

import pytest

from bot.web.pages import HERE, safe_link
from bot.web.words import preferred
from tests.bot.web.house import HOST, SEATS
from tests.bot.web.test_console import signed_in
from tests.bot.web.test_console_door import csrf_of
from tests.test_texts import written

PATHS = (
    "/",
    "/chat",
    f"/chat?seat={SEATS[0].secret}",
    "/chat/mine",
    "/console/login?token=x",
    "/no-such-page",
)
TEMPLATES = sorted((HERE / "templates").rglob("*.html"))


@pytest.mark.parametrize("path", PATHS)
async def test_every_answer_carries_the_policy(house, resident, path):
    answer = await resident.get(path)
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", PATHS)
async def test_no_page_loads_anything_from_elsewhere(house, resident, path):
    page = (await resident.get(path)).text
    for link in re.findall(r'(?:src|href|action|hx-post)="([^"]*)"', page):
        assert link.startswith(("/", "#", "?")), link


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_has_script_or_style_of_its_own(template):
    text = template.read_text("utf-8")
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)|javascript:", text)


async def test_assets_may_be_kept_for_ever_because_their_address_names_their_content(house, resident):
    page = (await resident.get("/chat")).text
    for asset in re.findall(r'(?:src|href)="(/static/[^"#]+)', page):
        answer = await resident.get(asset)
        assert answer.status_code == 200
        assert re.search(r"\?v=[0-9a-f]{10}", asset)
        assert "immutable" in answer.headers["cache-control"]


async def test_a_mistake_of_ours_is_a_kind_page_without_its_details(house, resident, monkeypatch):
    async def broken(inbound, now):
        raise ValueError("the inner workings")

    monkeypatch.setattr(house.desk, "receive", broken)
    answer = await resident.say("灯坏了")
    assert answer.status_code == 500
    assert "系统出了点问题" in answer.text
    assert "inner workings" not in answer.text
    assert "content-security-policy" in answer.headers


async def test_a_database_that_is_away_is_said_on_every_page(house, resident):
    for reader in house.store._readers:
        await reader.close()
    for path in ("/", "/chat", "/console"):
        answer = await resident.get(path)
        assert answer.status_code == 503
        assert "暂时连不上数据库" in answer.text


async def test_the_landing_page_leads_to_the_chat_where_no_demo_runs(house):
    async with house.browser(house.make_app(demo=False)) as browser:
        page = (await browser.get("/")).text
    assert 'href="/chat"' in page
    assert "群" not in page


async def test_the_language_is_the_browsers_or_the_one_chosen(house):
    async with house.browser(**{"accept-language": "en-GB,en;q=0.9"}) as browser:
        assert "Write where and what happened" in (await browser.get("/chat")).text
        assert "写下哪里" in (await browser.get("/chat?lang=zh")).text
        assert "写下哪里" in (await browser.get("/chat")).text
        assert "写下哪里" in (await browser.get("/chat?lang=xx")).text


@pytest.mark.parametrize(
    ("address", "there"),
    [
        ("/console", "/console?lang=en"),
        ("/console?grid=xinhai-east-1&handler=-&lang=zh", "/console?grid=xinhai-east-1&handler=-&lang=en"),
        (
            "/console/tickets?q=%E7%94%B5%E6%A2%AF+a%26b%22&q=2",
            "/console/tickets?q=%E7%94%B5%E6%A2%AF+a%26b%22&q=2&lang=en",
        ),
        (
            "/console/tickets?next=//evil.test/&lang=//evil.test",
            "/console/tickets?next=%2F%2Fevil.test%2F&lang=en",
        ),
    ],
)
async def test_in_the_other_language_stands_the_very_same_page(house, address, there):
    async with signed_in(house) as browser:
        page = (await browser.get(address)).text
        (link,) = [unescape(one) for one in re.findall(r'<a href="([^"]*)" lang="en"', page)]
        assert link.startswith("?"), "it can lead to no other site, and to no other page"
        answer = await browser.get(urljoin(HOST + address, link))
        assert str(answer.request.url) == HOST + there
        assert answer.status_code == 200
        assert 'lang="zh">中文' in answer.text


async def test_the_answer_to_a_form_has_no_other_language(house):
    """What was written in it would be lost on the way."""
    async with signed_in(house) as browser:
        form = {
            "csrf": csrf_of((await browser.get("/console/meeting")).text),
            "once": "abcdefgh",
            "do": "call",
        }
        answer = await browser.post("/console/meeting/act", data=form)
    assert answer.status_code == 422
    assert "lang=en" not in answer.text


@pytest.mark.parametrize(
    ("accept", "language"),
    [
        ("", "zh"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en-US,en;q=0.9,zh;q=0.8", "en"),
        ("fr,en;q=0.3", "en"),
        ("en;q=0.2,zh;q=0.7", "zh"),
        ("fr-FR", "zh"),
        ("en;q=high", "zh"),
        (";;;,,,q=", "zh"),
    ],
)
def test_a_browsers_wish_is_understood(accept, language):
    assert preferred(accept) == language


def test_every_text_that_is_asked_for_is_there_and_every_text_is_asked_for():
    rooms = [*TEMPLATES, *(HERE / "print").iterdir(), *HERE.rglob("*.py"), *HERE.parent.glob("minutes_*.py")]
    rooms.append(HERE.parent / "showing.py")
    source = "\n".join(p.read_text("utf-8") for p in rooms)
    asked = set(re.findall(r"""["']([a-z]+\.[a-z0-9_]+)["']""", source))
    known = written("bot/web/texts/zh_CN/LC_MESSAGES/pages.po").keys()
    by_value = (
        "board.clock.",
        "board.empty.",
        "board.kind.",
        "board.lane.",
        "board.severity.",
        "chamber.",
        "figures.",
        "public.",
        "directory.new.",
        "directory.regime.",
        "directory.remove.",
        "directory.seek.",
        "directory.tab.",
        "directory.table.",
        "directory.value.",
        "directory.way.",
        "paper.column.",
        "paper.count.",
        "paper.decided.",
        "paper.party.",
        "meeting.loop_",
        "meeting.outcome_",
        "meeting.party_",
        "policy.day.",
        "policy.festival.",
        "policy.weekday.",
        "privacy.cannot_",
        "privacy.done_",
        "privacy.fixed_",
        "privacy.then_",
        "policy.late.",
        "policy.severity.",
        "policy.stays.",
        "policy.unit.",
        "policy.would.",
        "policy.would_not.",
        "ticket.clock_",
        "ticket.do_",
        "ticket.f_",
        "ticket.fate_",
        "ticket.hint_",
        "ticket.kind_",
        "ticket.letter_",
        "ticket.reason_",
        "ticket.severity_",
        "ticket.span_",
        "ticket.waiting_",
        "notice.",
        "ticket.title",
        "photo.",
        "ledger.why.",
        "ledger.via.",
        "exports.why.",
        "reason.",
        "sheet.",
        "state.",
        "chat.report",
        "chat.complain",
        "chat.mine",
        "chat.board",
        "chat.help",
    )
    unused = {key for key in known if key not in asked and not key.startswith((*by_value, "error.4"))}
    assert unused == set()
    missing = {k for k in asked if k.partition(".")[0] in {key.partition(".")[0] for key in known}} - known
    assert {key for key in missing if not key.endswith((".html", ".css", ".js", ".py", "_"))} == set()


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://huying.test/a", True),
        ("tel:027-83000000", True),
        ("/board/xinhai-east", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("JavaScript:alert(1)", False),
    ],
)
def test_a_buttons_address_can_run_nothing(url, safe):
    assert (safe_link(url) == url) is safe
