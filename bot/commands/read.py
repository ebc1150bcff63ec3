"""`huying read`: what the reader sees in a message, and why."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from typing import Any

from bot.terminal import Failed, note, say

HELP = "读一句话，看它说了什么 · read one message and show what was seen and why"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("text", nargs="?", metavar="TEXT", help="一句话 · the message")
    parser.add_argument(
        "--json",
        action="store_true",
        help="每行一个 JSON 字符串进，每行一个 JSON 对象出 · a JSON string per line in, a JSON object per line out",
    )


def run(args: argparse.Namespace) -> int:
    from handlers.reading import as_json, explain, read

    def seen(text: str) -> dict[str, Any]:
        # Half a surrogate pair, as "\ud83d" in JSON can bring it, is no text to anybody.
        legible = text.encode(errors="replace").decode()
        return dict(as_json(read(legible), explain(legible)))

    if args.text is not None:
        if args.json:
            _put(seen(args.text))
        else:
            _explain(seen(args.text))
        return 0
    if not args.json:
        raise Failed('要读哪一句？· which message? huying read "3号楼电梯停了"', code=2)
    return _lines(seen)


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
    labels = {
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
    for key, label in labels.items():
        value = answer.get(key)
        if value is None or value == "":
            continue
        shown = ("是 yes" if value else "不是 no") if isinstance(value, bool) else value
        say(f"{label}\t{shown}")
    why = answer.get("why") or []
    say("原因 why")
    for reason in [why] if isinstance(why, str) else why:
        say(f"  {reason if isinstance(reason, str) else json.dumps(reason, ensure_ascii=False)}")
