"""kill -9 where it hurts on WeChat and WeCom: a ticket is made once, its number reaches the resident, a token is fetched."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import pytest

from tests.databases import KINDS, rows
from tests.faults.tencent_serving import Account, account
from tests.faults.trial.form import LONG
from tests.platforms.wechat import Push, passive
from tests.platforms.wechat.xml import read, written

WORDS = "3号楼2单元电梯停了"


@pytest.mark.parametrize("kind", KINDS if LONG else ["sqlite"])
async def test_killed_between_the_commit_and_its_answer_it_gives_the_first_answer_to_the_repeat(
    tmp_path: Path, kind: str
) -> None:
    async with account(tmp_path, kind) as there:
        program = there.programs[0]
        await program.start()
        there.pushes_to(program)
        # Oftener than WeChat, for as long, so that nobody waits for five seconds to go by.
        there.wechat.pusher.pause, there.wechat.pusher.deliveries = 0.2, 75
        (tmp_path / "die").touch()
        saying = asyncio.create_task(there.mei.says(WORDS))
        await program.died()
        there.broke()
        assert len(await rows(there.database, "SELECT id FROM tickets")) == 1
        await program.start()
        push = await saying
        assert len(push.deliveries) > 1
        assert "#1001" in there.mei.seen[0].text
        await there.settled()
        assert len(await rows(there.database, "SELECT id FROM tickets")) == 1
        assert sum("#1001" in seen.text for seen in there.mei.seen) <= 2


@pytest.mark.parametrize("kind", KINDS if LONG else ["postgres"])
async def test_killed_before_its_answer_and_asked_no_more_it_tells_the_number_by_itself(
    tmp_path: Path, kind: str
) -> None:
    async with account(tmp_path, kind) as there:
        program = there.programs[0]
        await program.start()
        there.pushes_to(program)
        there.wechat.pusher.deliveries = 1
        (tmp_path / "die").touch()
        await there.mei.says(WORDS)
        await program.died()
        there.broke()
        assert there.wechat.failures
        await program.start()
        await there.settled()
        told = [seen for seen in there.mei.seen if "#1001" in seen.text]
        assert [seen.how for seen in told] == ["kefu"]


@pytest.mark.parametrize("kind", KINDS if LONG else ["postgres"])
async def test_two_processes_that_are_pushed_the_same_at_once_make_one_ticket_and_give_one_answer(
    tmp_path: Path, kind: str
) -> None:
    async with account(tmp_path, kind) as there:
        first, second = there.programs[0], there.program()
        await first.start()
        await second.start()
        there.pushes_to(first)
        # Lost on its way back from the one, it is asked for at the other.
        there.wechat.pusher.pause, there.wechat.pusher.loses = 0.5, 1
        saying = asyncio.create_task(there.mei.says(WORDS))
        await there.wechat.wait_for(lambda: not there.wechat.pusher.loses)
        there.pushes_to(second)
        push = await saying
        assert len(push.deliveries) == 2
        assert there.mei.last.text == opened(there, push.deliveries[0].body)
        # And both are asked in the same moment.
        for building in range(5, 9):
            push = a_push(there, f"{building}号楼1单元电梯停了")
            query, body = there.wechat.pusher.request(there.mei.openid, written(push.fields))
            async with httpx.AsyncClient(trust_env=False) as client:
                answers = await asyncio.gather(
                    *(
                        client.post(f"{address}/wechat", params=query, content=body)
                        for address in there.addresses()
                    )
                )
            assert [answer.status_code for answer in answers] == [200, 200]
            said = {opened(there, answer.content) for answer in answers}
            assert len(said) == 1
            assert f"{building}号楼" in said.pop()
            push.answer = answers[0].content
            there.wechat.world.pushes.append(push)
        assert len(await rows(there.database, "SELECT id FROM tickets")) == 5
        await there.settled()
        assert there.wechat.calls_of("message/custom/send") == []


def a_push(there: Account, words: str) -> Push:
    """What WeChat would push of her words."""
    fields = {"ToUserName": there.wechat.world.original_id, "FromUserName": there.mei.openid}
    more = {"CreateTime": there.wechat.world.now(), "MsgType": "text", "Content": words}
    return Push(there.mei.openid, {**fields, **more, "MsgId": next(there.wechat.world.msg_ids)})


def opened(there: Account, body: bytes) -> str:
    """The words of a passive answer."""
    fields = read(passive.opened(there.wechat.world.envelope, body))
    return str(fields["Content"])


@pytest.mark.parametrize("kind", KINDS if LONG else ["sqlite"])
async def test_killed_while_it_fetches_the_token_it_keeps_nobody_else_from_it(
    tmp_path: Path, kind: str
) -> None:
    async with account(tmp_path, kind) as there:
        first, second = there.programs[0], there.program()
        await first.start()
        there.pushes_to(first)
        # What is said at once on WeChat needs no token; the leader's card does.
        hang = there.wecom.faults.hang(path="gettoken")
        await there.mei.says(WORDS)
        await there.wecom.wait_for(lambda: hang.met)
        await first.kill()
        there.broke()
        await second.start()
        there.pushes_to(second)
        await there.settled()
        await there.wecom.wait_for(lambda: there.wang.messages)
        await there.wang.presses("接单")
        await there.wechat.wait_for(lambda: any("王芳" in seen.text for seen in there.mei.seen))
