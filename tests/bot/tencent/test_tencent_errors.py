"""Every number of Tencent's in words of both languages, and what each means for a letter."""

from __future__ import annotations

import pytest

from bot.channels.tencent_errors import (
    Lost,
    NotAnswered,
    TencentError,
    refusal,
    refused,
)
from bot.channels.tencent_numbers import EITHER, WECHAT, WECOM, Then
from handlers.messages import NotDelivered
from storage.records import MINUTE, SECOND

TABLES = {"either": EITHER, "wechat": WECHAT, "wecom": WECOM}
ROWS = [(name, number, *row) for name, table in TABLES.items() for number, row in table.items()]
MARKS = ("forever", "wait", "everywhere", "unsure", "gone", "untold")


def marks(failed: NotDelivered) -> dict[str, object]:
    return {name: value for name in MARKS if (value := getattr(failed, name))}


@pytest.mark.parametrize(("name", "number", "words", "then"), ROWS)
def test_every_number_is_told_in_both_languages_and_leads_somewhere(
    name: str, number: int, words: str, then: Then
) -> None:
    chinese, _, english = words.partition(" · ")
    assert any("\u4e00" <= one <= "\u9fff" for one in chinese)
    assert english
    assert english.isascii()
    platform = "wecom" if name == "wecom" else "wechat"
    failed = refusal(refused(platform, number, "rid: 1-2-3"))
    assert f"{platform} {number} " in str(failed)
    assert "rid: 1-2-3" in str(failed)
    assert bool(marks(failed)) is (then not in {Then.LETTER, Then.FILE})


@pytest.mark.parametrize(
    ("platform", "number", "expected"),
    [
        ("wechat", 45015, {"untold": True}),
        ("wechat", 45047, {"untold": True}),
        ("wechat", 48001, {"untold": True}),
        ("wechat", 43101, {"untold": True}),
        ("wechat", 43004, {"forever": True}),
        ("wechat", 43019, {"forever": True}),
        ("wechat", 40003, {"forever": True}),
        ("wechat", 50002, {"forever": True}),
        ("wechat", 40164, {"wait": MINUTE, "everywhere": True}),
        ("wechat", 89503, {"wait": MINUTE, "everywhere": True}),
        ("wechat", 40125, {"wait": MINUTE, "everywhere": True}),
        ("wechat", 45011, {"wait": MINUTE, "everywhere": True}),
        ("wechat", -1, {"wait": 5 * SECOND}),
        ("wechat", 47001, {}),
        ("wechat", 123456, {}),
        ("wecom", 60011, {"forever": True}),
        ("wecom", 81013, {"forever": True}),
        ("wecom", 86003, {"forever": True}),
        ("wecom", 60020, {"wait": MINUTE, "everywhere": True}),
        ("wecom", 301002, {"wait": MINUTE, "everywhere": True}),
        ("wechat", 45009, {"wait": MINUTE, "everywhere": True}),
        ("wechat", 40066, {"wait": MINUTE, "everywhere": True}),
        ("wecom", 45009, {"wait": MINUTE, "everywhere": True}),
        ("wecom", 404, {"wait": MINUTE, "everywhere": True}),
        ("wecom", 42016, {"gone": True}),
        ("wecom", 45015, {}),
    ],
)
def test_what_a_number_means_for_the_letter(platform: str, number: int, expected: dict[str, object]) -> None:
    assert marks(refusal(refused(platform, number, ""))) == expected


def test_too_much_in_one_groups_webhook_holds_up_that_group_alone() -> None:
    failed = refusal(refused("wecom", 45009, "", "/cgi-bin/webhook/send"))
    assert marks(failed) == {"wait": MINUTE}


def test_a_file_that_is_gone_is_gone_for_who_fetches_it_and_no_letters_fault() -> None:
    gone = refused("wechat", 40007, "invalid media_id")
    assert marks(refusal(gone, fetching=True)) == {"forever": True}
    assert marks(refusal(gone)) == {}


@pytest.mark.parametrize(
    ("number", "platform", "errmsg", "ours"),
    [
        (
            40164,
            "wechat",
            "invalid ip 180.102.181.76 ipv6 ::ffff:180.102.181.76, not in whitelist rid: 6",
            "180.102.181.76",
        ),
        (40164, "wechat", "invalid ip 2001:db8::7, not in whitelist rid: 6", "2001:db8::7"),
        (61004, "wechat", "access clientip is not registered requestIP: 123.57.1.2 rid: 6", "123.57.1.2"),
        (
            60020,
            "wecom",
            "not allow to access from your ip, hint: [1], from ip: 111.205.1.164, more info at",
            "111.205.1.164",
        ),
        (60020, "wecom", "not allow to access", "?"),
    ],
)
def test_our_own_address_is_told_where_it_has_to_be_entered(
    number: int, platform: str, errmsg: str, ours: str
) -> None:
    words = str(refused(platform, number, errmsg))
    assert f"本机 IP {ours} 不在" in words
    assert f"our address {ours} is not" in words


def test_tencents_own_words_are_cut_and_struck() -> None:
    words = str(refused("wechat", 1, "access_token=hush-hush " + "长" * 5000))
    assert "hush-hush" not in words
    assert len(words) < 300


@pytest.mark.parametrize(
    ("lost", "expected"),
    [
        (Lost.UNSENT, {"everywhere": True}),
        (Lost.ELSEWHERE, {"everywhere": True}),
        (Lost.UNSURE, {"unsure": True}),
    ],
)
def test_without_an_answer_only_what_never_left_may_be_repeated_at_will(
    lost: Lost, expected: dict[str, object]
) -> None:
    assert marks(refusal(NotAnswered("wecom", "as it happens", lost))) == expected


def test_an_error_knows_its_number() -> None:
    assert refused("wecom", 81013, "").number == 81013
    assert isinstance(NotAnswered("wecom", "", Lost.UNSURE), TencentError)
