"""`huying read`: what the reader sees in a message, and why; and what a community's corrections would teach it."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.terminal import Failed, note, say

if TYPE_CHECKING:
    from handlers.reading import Words

HELP = "读一句话，看它说了什么 · read one message and show what was seen and why"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("text", nargs="?", metavar="TEXT", help="一句话 · the message")
    parser.add_argument(
        "--json",
        action="store_true",
        help="每行一个 JSON 字符串进，每行一个 JSON 对象出 · a JSON string per line in, a JSON object per line out",
    )

    parser.add_argument(
        "--community",
        metavar="ID",
        help="用这个社区自己的词和学到的来读 · with a community's own words and lessons",
    )
    parser.add_argument(
        "--learn",
        action="store_true",
        help="大家纠正过的会教会它什么，只看不改 · what corrections would teach it; changes nothing",
    )
    parser.add_argument(
        "--apply", action="store_true", help="和 --learn 一起：用上 · with --learn: take it over"
    )
    parser.add_argument("--forget", action="store_true", help="和 --learn 一起：忘掉 · with --learn: undo it")
    parser.add_argument(
        "--against",
        type=Path,
        metavar="FILE",
        help="量尺：一列叫 text 的 .csv · the messages --learn tries it on: a .csv with a column text",
    )


def run(args: argparse.Namespace) -> int:
    _check(args)
    if args.learn:
        return _learn(args)
    from handlers.reading import DEFAULT, as_json, explain, read

    words = DEFAULT if args.community is None else _words_of(args.community)

    def seen(text: str) -> dict[str, Any]:
        return as_json(read(text, words), explain(text, words))

    if args.text is not None:
        if args.json:
            _put(seen(args.text))
        else:
            _explain(seen(args.text))
        return 0
    if not args.json:
        raise Failed('要读哪一句？· which message? huying read "3号楼电梯停了"', code=2)
    return _lines(seen)


def _check(args: argparse.Namespace) -> None:
    """Raise Failed for words that do not go together."""
    if not args.learn and (args.apply or args.forget or args.against):
        raise Failed("--apply、--forget、--against 要和 --learn 一起 · these go with --learn", code=2)
    if args.apply and args.forget:
        raise Failed("--apply 和 --forget 只能要一个 · either --apply or --forget", code=2)
    if args.learn and (args.text is not None or args.json):
        raise Failed("--learn 不读句子 · --learn reads no message", code=2)


def _words_of(community: str) -> Words:
    """Return what the messages of a community are read with. Raises Failed."""
    import asyncio

    from bot.config import from_surroundings
    from bot.opening import community_of, opened
    from handlers.lessons import words_of

    async def asked() -> Words:
        async with opened(from_surroundings()) as store:
            directory = await store.directory()
        return words_of(directory, community_of(directory, community).id)

    return asyncio.run(asked())


def _learn(args: argparse.Namespace) -> int:
    import asyncio

    from bot import learning
    from bot.config import from_surroundings
    from bot.opening import opened

    async def asked() -> int:
        async with opened(from_surroundings()) as store:
            if args.forget:
                return await learning.forget(store, args.community)
            return await learning.learn(store, args.community, args.against, apply=args.apply)

    return asyncio.run(asked())


def _lines(seen: Callable[[str], dict[str, Any]]) -> int:
    """Answer every line of standard input at once, a bad one with {"error": …}. Returns 1 when there was one."""
    bad = 0
    for number, line in enumerate(sys.stdin.buffer, 1):
        try:
            text = json.loads(line)
            if not isinstance(text, str):
                raise ValueError("not a JSON string")
        except (ValueError, RecursionError) as error:
            bad += 1
            _put({"error": f"line {number}: {error}"})
        else:
            _put(seen(text))
    if bad:
        note(f"huying: {bad} 行不是 JSON 字符串 · {bad} lines are not a JSON string")
    return 1 if bad else 0


def _put(answer: dict[str, Any]) -> None:
    """Write one object on one line, at once: whoever feeds us may wait for each answer."""
    sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=False).encode() + b"\n")
    sys.stdout.buffer.flush()


def _explain(answer: dict[str, Any]) -> None:
    from handlers.wording import text

    about = answer["category"]
    named: dict[str, dict[Any, str]] = {
        "is_report": {True: "是 yes", False: "不是 no"},
        "kind": _KINDS,
        "category": {about: f"{text(f'category.{about}', 'zh')} {about}"} if about else {},
        "urgency": _URGENCIES,
    }
    for key, label in _LABELS.items():
        value = answer[key]
        if value != "":
            say(f"{label}\t{named.get(key, {}).get(value, value)}")
    say("原因 why（每段话的分加起来 · what each stretch weighs adds up）")
    for line in answer["why"]:
        say(f"  {line}")


_LABELS = {
    "is_report": "是报事 is_report",
    "sure": "把握 sure",
    "kind": "种类 kind",
    "category": "类别 category",
    "urgency": "缓急 urgency",
    "building": "楼栋 building",
    "unit": "单元 unit",
    "floor": "楼层 floor",
    "room": "房号 room",
    "place": "位置 place",
}
_KINDS = {
    "none": "闲聊 none",
    "repair": "报修 repair",
    "complaint": "投诉 complaint",
    "consult": "咨询 consult",
    "order": "点单 order",
}
_URGENCIES = {"emergency": "紧急 emergency", "urgent": "急 urgent", "normal": "一般 normal"}
