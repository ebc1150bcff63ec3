"""Cut a Bot API description down to what the test server checks: names, types, what is required.

    python -m tests.platforms.telegram.trim telegram-bot-api.json > tests/platforms/telegram/spec.json

The source has the shape of PaulSonOfLars/telegram-bot-api-spec (see the README beside this file). All prose goes;
only the fixed words of a field ("must be photo", "always 'left'") are kept, because they tell variants apart.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

FIXED_WORD = re.compile(r"(?:, must be |, always )[\"'“”*]*(\w+)[\"'“”*]*$")


def field(source: dict[str, Any]) -> list[Any]:
    """Return [name, types, required] with the fixed word as a fourth item when there is one."""
    kept = [source["name"], source["types"], int(source["required"])]
    word = FIXED_WORD.search(source["description"].rstrip("."))
    return [*kept, word.group(1)] if word and source["types"] == ["String"] else kept


def trim(source: dict[str, Any]) -> dict[str, Any]:
    types = {
        name: {"any": kind["subtypes"]}
        if kind.get("subtypes")
        else [field(f) for f in kind.get("fields", [])]
        for name, kind in source["types"].items()
    }
    methods = {
        name: [field(f) for f in method.get("fields", [])] for name, method in source["methods"].items()
    }
    return {"version": source["version"], "methods": methods, "types": types}


def lines(spec: dict[str, Any]) -> str:
    """Return the description as JSON with one method or type a line, so that a newer one can be compared with it."""

    def table(entries: dict[str, Any]) -> str:
        rows = (
            f"{json.dumps(name)}:{json.dumps(body, separators=(',', ':'))}" for name, body in entries.items()
        )
        return "{\n" + ",\n".join(rows) + "\n}"

    return f'{{"version":{json.dumps(spec["version"])},\n"methods":{table(spec["methods"])},\n"types":{table(spec["types"])}}}'


if __name__ == "__main__":
    print(lines(trim(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))))
