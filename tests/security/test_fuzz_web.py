"""Whatever a browser, or what says it is one, sends to the pages: an answer, never a failure, never somebody else's."""

from __future__ import annotations

import io
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from starlette.routing import Mount, Route

from bot.web.seats import SECRET_COOKIE
from handlers.messages import Answer
from tests.bot.web.house import HOST, House, a_photo
from tests.security.nonsense import WORDS, mangled

often = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
FIELDS = ("text", "say", "press", "start", "seat", "nonce", "name", "as", "token", "csrf", "place")
FORMS = st.dictionaries(
    st.sampled_from(FIELDS) | WORDS, WORDS | st.sampled_from(["p_x", "3 follow:jinghe-1024", "0"]), max_size=6
)
COOKIES = st.sampled_from(["huying_chat", "huying_name", "huying_note", "huying_console", "huying_language"])
PATHS = ["/chat", "/chat/name", "/chat/me/x", "/console/login", "/console/logout", "/demo/console"]


def encoded(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


async def ask(house: House, method: str, path: str, **more: Any) -> httpx.Response:
    # A failure inside is an exception here, not a page that says so.
    async with httpx.AsyncClient(transport=httpx.ASGITransport(house.app), base_url=HOST) as client:
        client.cookies.set(SECRET_COOKIE, "A" * 22)
        return await client.request(method, path, **more)


def pages(house: House) -> list[str]:
    routes = [
        route for route in house.app.routes if isinstance(route, Route) and not isinstance(route, Mount)
    ]
    return sorted({route.path.replace("{secret}", "x").replace("{sha256}", "0" * 64) for route in routes})


@often
@given(path=st.sampled_from(PATHS), form=FORMS)
async def test_any_form_is_answered(house: House, path: str, form: dict[str, str]) -> None:
    answer = await ask(house, "POST", path, data={encoded(k): encoded(v) for k, v in form.items()})
    assert answer.status_code < 500


@often
@given(
    path=st.sampled_from(PATHS),
    body=st.binary(max_size=200),
    kind=st.sampled_from(
        [
            "multipart/form-data; boundary=x",
            "multipart/form-data",
            'multipart/form-data; boundary="' + "a" * 300 + '"',
            "application/x-www-form-urlencoded",
            "application/json",
            "text/xml",
            "",
        ]
    ),
)
async def test_any_body_of_any_kind_is_answered(house: House, path: str, body: bytes, kind: str) -> None:
    answer = await ask(house, "POST", path, content=body, headers={"content-type": kind})
    assert answer.status_code < 500


def upload(name: str = "a.jpg", kind: str = "image/jpeg", photo: bytes = b"") -> bytes:
    head = f'--x\r\nContent-Disposition: form-data; name="photo"; filename="{name}"\r\nContent-Type: {kind}\r\n\r\n'
    words = '--x\r\nContent-Disposition: form-data; name="text"\r\n\r\n3号楼漏水\r\n'
    return words.encode() + head.encode() + photo + b"\r\n--x--\r\n"


@often
@given(body=mangled(upload(photo=a_photo())))
async def test_a_mangled_upload_is_answered(house: House, body: bytes) -> None:
    headers = {"content-type": "multipart/form-data; boundary=x"}
    answer = await ask(house, "POST", "/chat", content=body, headers=headers)
    assert answer.status_code < 500


@often
@given(
    query=st.dictionaries(
        st.sampled_from(["seat", "place", "invite", "lang", "since", "token"]), WORDS, max_size=4
    ),
    cookies=st.dictionaries(COOKIES, st.text("abcdefABC123%\x20-_~", max_size=40), max_size=4),
    path=st.sampled_from(
        ["/", "/chat", "/chat/mine", "/chat/me/x", "/console", "/console/login", "/media/x"]
    ),
    language=st.text("abcdefzh-;,q=.019 ", max_size=40),
)
async def test_any_address_and_any_cookie_is_answered(
    house: House, path: str, query: dict[str, str], cookies: dict[str, str], language: str
) -> None:
    crumbs = "; ".join(f"{name}={value}" for name, value in cookies.items())
    answer = await ask(
        house,
        "GET",
        path,
        params={name: encoded(value)[:500] for name, value in query.items()},
        headers={"cookie": crumbs, "accept-language": language},
    )
    assert answer.status_code < 500


@pytest.mark.parametrize(
    "name",
    [
        "../../../etc/cron.d/x",
        "..\\..\\x.jpg",
        "/etc/passwd",
        "a.jpg\0.svg",
        "CON",
        ".htaccess",
        "x" * 500,
        "<img src=x>",
    ],
)
async def test_the_name_of_an_upload_is_never_part_of_a_path(house: House, name: str) -> None:
    body = upload(name.replace("\0", ""), photo=a_photo())
    answer = await ask(
        house, "POST", "/chat", content=body, headers={"content-type": "multipart/form-data; boundary=x"}
    )
    assert answer.status_code == 303
    kept = [path for path in house.media.root.rglob("*") if path.is_file()]
    assert [path.suffix for path in kept] == [".jpg"]
    assert all(len(path.stem) == 64 for path in kept)
    assert [
        path
        for path in house.media.root.parent.rglob("*x*")
        if "huying" not in path.name and path.is_file() and path not in kept
    ] == []


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"


@pytest.mark.parametrize(
    "content",
    [
        SVG,
        HTML,
        b"GIF89a/*" + HTML + b"*/",
        b"\xff\xd8\xff" + HTML,
        b"%PDF-1.4",
        b"MZ" + b"\0" * 99,
        b"<?xml version='1.0'?>" + SVG,
    ],
    ids=["svg", "html", "gif that is a page", "jpeg that is a page", "pdf", "program", "xml"],
)
async def test_what_only_says_it_is_a_photo_is_not_kept(house: House, content: bytes) -> None:
    body = upload(photo=content)
    await ask(
        house, "POST", "/chat", content=body, headers={"content-type": "multipart/form-data; boundary=x"}
    )
    assert [path for path in house.media.root.rglob("*") if path.is_file()] == []
    assert house.desk.heard[0].pieces[0].sha256 is None


async def test_a_photo_that_is_a_page_as_well_is_served_as_a_picture_and_nothing_of_the_page_is_left(
    house: House,
) -> None:
    out = io.BytesIO()
    Image.new("RGB", (20, 20), "red").save(out, "JPEG", comment=HTML)
    body = upload("page.html", "text/html", out.getvalue() + HTML)
    answer = await ask(
        house, "POST", "/chat", content=body, headers={"content-type": "multipart/form-data; boundary=x"}
    )
    assert answer.status_code == 303
    (sha256,) = [piece.sha256 for piece in house.desk.heard[0].pieces]
    served = await ask(house, "GET", f"/media/{sha256}")
    assert served.status_code == 200
    assert served.headers["content-type"] == "image/jpeg"
    assert served.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in served.headers["content-security-policy"]
    assert b"script" not in served.content


# --- previews, foreign pages, cookies ---------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
async def test_looking_at_an_address_changes_nothing(house: House, method: str) -> None:
    looked_at = [
        *pages(house),
        "/chat?invite=EUD6BHVGVJSC2",
        "/chat?place=xinhai-east-1-3",
        "/console/login?token=x",
    ]
    before = await shelf_and_sessions(house)
    for path in looked_at:
        if not path.endswith("/live"):
            assert (await ask(house, method, path)).status_code < 500, path
    assert house.desk.heard == []
    assert await shelf_and_sessions(house) == before


async def shelf_and_sessions(house: House) -> list[Any]:
    tables = ("web_messages", "login_links", "sessions", "people", "inbox")
    return [
        [tuple(r) for r in await house.store._writer.fetch(f"SELECT * FROM {table}", {})] for table in tables
    ]


@pytest.mark.parametrize(
    "says", [{"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}, {"origin": "null"}]
)
async def test_no_form_of_another_site_is_taken_at_any_address(house: House, says: dict[str, str]) -> None:
    for path in pages(house):
        answer = await ask(house, "POST", path, data={"text": "3号楼漏水"}, headers=says)
        assert answer.status_code == 403, path
    assert house.desk.heard == []


async def test_every_cookie_is_out_of_reach_of_scripts_and_of_other_sites(house: House) -> None:
    safe = House(house.store, house.media, public_url="https://huying.test")
    safe.desk.answer = Answer("已登记 #1001")
    cookies: list[str] = []
    async with safe.browser() as browser:
        browser.base_url = httpx.URL("https://huying.test")
        for answer in (
            await browser.get("/chat"),
            await browser.post("/chat/name", data={"name": "梅姨"}),
            await browser.post("/chat", data={"text": ""}),
            await browser.post("/chat/me/" + "B" * 22),
            await browser.post("/chat", data={"text": "灯坏了", "nonce": "12345678"}),
            await browser.post("/demo/console"),
        ):
            cookies += [c for c in answer.headers.get_list("set-cookie") if "Max-Age=0" not in c]
    assert {"huying_chat", "huying_name", "huying_note"} <= {cookie.partition("=")[0] for cookie in cookies}
    for cookie in cookies:
        assert "HttpOnly" in cookie, cookie
        assert "Secure" in cookie, cookie
        assert "SameSite=lax" in cookie or "SameSite=strict" in cookie, cookie
