"""What a service account says: customer-service messages while a window is open, else its template, else nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from handlers.commands import Verb, choose, press
from handlers.messages import Button, Gist, NotDelivered, Outgoing, Weight
from storage.database import Store
from storage.records import DAY, HOUR, MINUTE
from tests.bot.wechat.sending import Account, sending
from tests.platforms.wechat import a_photo
from tests.storage.things import NOON

RATING = tuple(
    Button(label, press(verb, "jinghe-1024"))
    for label, verb in (
        ("满意", Verb.SATISFIED),
        ("基本满意", Verb.FAIR),
        ("不满意", Verb.UNSATISFIED),
    )
)
GIST = Gist(1024, "电梯 · 3号楼2单元", "已受理", NOON, "王芳已受理，14:07 前到场。")


@pytest.fixture
async def there(store: Store) -> AsyncIterator[Account]:
    async with sending(store) as one:
        yield one


async def test_words_are_a_customer_service_message_and_cost_one_place(there: Account) -> None:
    await there.spoke()
    message = await there.sends("王芳已受理", heading="#1024 电梯")
    assert message.startswith("kefu:")
    assert (there.mei.last.how, there.mei.last.text) == ("kefu", "#1024 电梯\n王芳已受理")
    assert await there.left() == 4 == there.mei.allowance.left(there.clock.now() / 1000)


async def test_a_question_is_a_menu_whose_lines_say_what_one_would_type(there: Account) -> None:
    await there.spoke()
    await there.sends("您看行吗？", heading="#1024", buttons=(RATING,))
    assert there.mei.last.kind == "msgmenu"
    assert [choice.content for choice in there.mei.last.choices] == [
        "满意 1024",
        "基本满意 1024",
        "不满意 1024",
    ]
    # WeChat puts numbers of its own in the place of any other id.
    assert [choice.id for choice in there.mei.last.choices] == ["101", "102", "103"]


async def test_many_choices_are_asked_for_in_words(there: Account) -> None:
    await there.spoke()
    buildings = tuple(Button(str(one), choose("building", str(one))) for one in range(1, 13))
    await there.sends("是几号楼？", buttons=(buildings,))
    assert (there.mei.last.kind, there.mei.last.choices) == ("text", ())


async def test_nothing_is_taken_back_by_one_tap(there: Account) -> None:
    await there.spoke()
    own = [
        Button(label, press(verb, "jinghe-1024"))
        for label, verb in (("催办", Verb.URGE), ("撤销", Verb.WITHDRAW))
    ]
    await there.sends("王芳已受理", buttons=(tuple(own),))
    assert (there.mei.last.kind, there.mei.last.text) == ("text", "王芳已受理\n回复：催办 1024 / 撤销 1024")


async def test_an_account_without_menus_asks_in_words(there: Account) -> None:
    await there.spoke()
    there.wechat.faults.refuse(48001, path="message/custom/send")
    await there.sends("您看行吗？", buttons=(RATING,))
    assert there.mei.last.kind == "text"
    assert "满意 1024" in there.mei.last.text
    assert await there.left() == 4


async def test_a_change_that_is_not_worth_a_message_says_nothing(there: Account) -> None:
    await there.spoke()
    assert await there.sends(edit="kefu:1", anew=False) == "kefu:1"
    assert (await there.sends(edit="kefu:1", anew=True)).startswith("kefu:")
    assert [seen.how for seen in there.mei.seen] == ["kefu"]


async def test_long_words_are_cut_and_links_are_words(there: Account) -> None:
    await there.spoke()
    await there.sends(f"<a href='https://evil.example'>领奖</a>{'梯' * 2000}")
    assert there.mei.last.words == there.mei.last.text
    assert there.mei.last.text.endswith("…")


# --- photos -------------------------------------------------------------------------------------------------------------


async def test_a_photo_is_shown_before_its_words(there: Account) -> None:
    await there.spoke()
    photo = a_photo()
    await there.sends("修好了", photos=(there.album.put(photo),), weight=Weight.MUCH)
    assert [(seen.kind, seen.image) for seen in there.mei.seen] == [("image", photo), ("text", None)]
    assert await there.left() == 3


async def test_photos_leave_places_for_words(there: Account) -> None:
    await there.spoke(letters=3)
    photos = tuple(there.album.put(a_photo(8 + at, 8)) for at in range(4))
    await there.sends("修好了", photos=photos, weight=Weight.MUCH)
    assert [seen.kind for seen in there.mei.seen] == ["text"]
    assert await there.left() == 2


async def test_a_photo_that_is_lost_or_refused_holds_back_no_words(there: Account) -> None:
    await there.spoke()
    await there.sends("修好了", photos=("0" * 64,))
    there.wechat.faults.refuse(40009, path="media/upload")
    await there.sends("修好了", photos=(there.album.put(a_photo()),))
    assert [seen.kind for seen in there.mei.seen] == ["text", "text"]
    assert await there.left() == 3


async def test_a_photo_is_shown_once_though_its_words_need_two_tries(there: Account) -> None:
    await there.spoke()
    out = Outgoing(there.chat, "修好了", photos=(there.album.put(a_photo()),))
    path = "message/custom/send"
    there.wechat.faults.slow(0, path=path)  # the picture's own
    there.wechat.faults.refuse(-1, path=path)
    with pytest.raises(NotDelivered):
        await there.channel.send(out)
    await there.channel.send(out)
    assert [seen.kind for seen in there.mei.seen] == ["image", "text"]
    assert await there.left() == 3


# --- windows ------------------------------------------------------------------------------------------------------------


async def test_the_last_places_are_kept_for_what_matters(there: Account) -> None:
    await there.spoke()
    for _ in range(3):
        await there.sends("+1", weight=Weight.LITTLE)
    refused = await there.refused(weight=Weight.LITTLE)
    assert (refused.untold, str(refused)) == (True, "quota_used")
    await there.sends("转给物业了", weight=Weight.SOME)
    assert (await there.refused(weight=Weight.SOME)).untold
    await there.sends("修好了，您看行吗？", weight=Weight.MUCH)
    assert (await there.refused(weight=Weight.MUCH)).untold
    assert there.wechat.refusals == []


async def test_a_touch_gives_three_within_its_minute(there: Account) -> None:
    await there.spoke("touch", letters=3, until=MINUTE)
    for _ in range(3):
        await there.sends(weight=Weight.LITTLE)
    assert (await there.refused(weight=Weight.MUCH)).untold


async def test_a_place_is_given_back_when_wechat_surely_did_not_say_it(there: Account) -> None:
    await there.spoke()
    for code in (-1, 45009, 45011):
        there.wechat.faults.refuse(code, path="message/custom/send")
        assert not (await there.refused()).untold
    there.wechat.faults.bad_gateway(path="message/custom/send")
    assert (await there.refused()).everywhere
    assert await there.left() == 5


@pytest.mark.parametrize("code", [45015, 45047])
async def test_wechats_own_count_corrects_ours_and_the_template_is_tried(there: Account, code: int) -> None:
    await there.spoke()
    there.wechat.faults.refuse(code, path="message/custom/send")
    assert (await there.sends(gist=GIST)).startswith("template:")
    assert await there.left() == 0


# --- templates ----------------------------------------------------------------------------------------------------------


async def test_without_a_window_the_template_says_what_it_is_about(there: Account) -> None:
    message = await there.sends(gist=GIST)
    assert message == f"template:{there.mei.last.id}"
    assert there.mei.last.data == {
        "character_string1": "1024",
        "thing2": "电梯 · 3号楼2单元",
        "phrase3": "已受理",
        "time4": "2027年1月15日 16:00",
        "thing5": "王芳已受理，14:07 前到场。",
    }
    await there.sends(gist=replace(GIST, state="已办结，等确认"))
    assert len(there.wechat.calls_of("template/get_all_private_template")) == 1


async def test_the_same_news_twice_within_minutes_is_seen_once(there: Account) -> None:
    assert await there.sends(gist=GIST) == await there.sends(gist=GIST)
    assert len(there.mei.seen) == 1


async def test_without_window_and_gist_it_is_untold(there: Account) -> None:
    assert (await there.refused()).untold
    assert there.wechat.calls == []


async def test_an_old_window_is_none(there: Account) -> None:
    await there.spoke(until=47 * HOUR)
    there.clock.turn(47 * HOUR)
    refused = await there.refused(weight=Weight.MUCH)
    assert (refused.untold, str(refused)) == (True, "window_over")


@pytest.mark.parametrize("code", [40037, 43101, 47003, 48001])
async def test_a_template_that_is_not_taken_is_untold(there: Account, code: int) -> None:
    there.wechat.faults.refuse(code, path="message/template/send")
    refused = await there.refused(gist=GIST)
    assert (refused.untold, str(refused)) == (True, "window_over")


async def test_a_template_the_account_does_not_have_is_untold_and_looked_for_again(there: Account) -> None:
    there.channel._template = "gone"
    assert (await there.refused(gist=GIST)).untold
    assert (await there.refused(gist=GIST)).untold
    assert len(there.wechat.calls_of("template/get_all_private_template")) == 2


@pytest.mark.parametrize("listed", [b'{"template_list": []}', b'{"errcode": 40066, "errmsg": "invalid url"}'])
async def test_a_template_nobody_lists_is_tried_with_the_usual_fields(there: Account, listed: bytes) -> None:
    there.wechat.faults.page(listed, path="template/get_all_private_template")
    assert (await there.refused(gist=GIST)).untold
    (sent,) = there.wechat.calls_of("message/template/send")
    assert [field["value"] for field in sent.body["data"].values()][:3] == [
        "1024",
        "电梯 · 3号楼2单元",
        "已受理",
    ]


async def test_a_list_that_does_not_come_is_waited_for(there: Account) -> None:
    there.wechat.faults.bad_gateway(path="template/get_all_private_template")
    assert (await there.refused(gist=GIST)).everywhere
    assert there.wechat.calls_of("message/template/send") == []


async def test_who_left_can_never_be_told(there: Account) -> None:
    there.mei.following = False
    assert (await there.refused(gist=GIST)).forever


# --- files --------------------------------------------------------------------------------------------------------------


async def test_a_photo_is_fetched_once_it_was_sent(there: Account) -> None:
    photo = a_photo()
    media = there.wechat.world.shelf.keep("image", photo)
    assert await there.channel.fetch(media.id) == photo


async def test_a_photo_is_gone_after_three_days(there: Account) -> None:
    media = there.wechat.world.shelf.keep("image", a_photo())
    there.clock.turn(3 * DAY + MINUTE)
    with pytest.raises(NotDelivered) as gone:
        await there.channel.fetch(media.id)
    assert gone.value.forever


async def test_whether_wechat_answers_is_asked_harmlessly(there: Account) -> None:
    await there.channel.ping()
    there.wechat.faults.bad_gateway()
    with pytest.raises(NotDelivered) as away:
        await there.channel.ping()
    assert away.value.everywhere
    there.wechat.faults.page(b"no such page", 404, path="getcallbackip")
    await there.channel.ping()
