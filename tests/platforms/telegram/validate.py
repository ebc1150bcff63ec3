"""Reads the parameters of a call as the published description of the Bot API types them, and refuses what does not fit.

Forms carry every value as text and objects as JSON text; JSON bodies carry them typed. Both end as Python values.
What the description does not know is not refused (Telegram ignores it too) but named, so that a test can find it.
"""

import json
import re
from pathlib import Path
from typing import Any, NamedTuple

from tests.platforms.telegram.refusals import JSON, METHOD_NOT_FOUND, Refused, bad

SPEC: JSON = json.loads((Path(__file__).parent / "spec.json").read_text(encoding="utf-8"))
METHODS: dict[str, list[list[Any]]] = SPEC["methods"]
TYPES: dict[str, Any] = SPEC["types"]
SPELLING = {name.lower(): name for name in METHODS}

SCALARS = {"Integer", "Float", "String", "Boolean", "True", "InputFile"}
WHOLE = re.compile(r"-?\d+")

# What Telegram says instead of its general sentence when one of these is missing or empty.
MISSING = {
    "chat_id": "chat_id is empty",
    "text": "message text is empty",
    "message_id": "message identifier is not specified",
    "file_id": "file_id not specified",
    "photo": "there is no photo in the request",
    "voice": "there is no voice in the request",
    "document": "there is no document in the request",
    "action": "wrong parameter action in request",
    "callback_query_id": "query is too old and response timeout expired or query ID is invalid",
    "commands": "can't parse commands: expected an Array of BotCommand",
}


JSON_NAMES = {"reply_markup": "reply keyboard markup", "reaction": "reaction types", "media": "media"}


class Misfit(Exception):
    """A value does not have the described type; the text says what was expected where."""


class Arguments(NamedTuple):
    values: JSON
    unknown: list[str]


def method_named(word: str) -> str:
    """Return the method's proper spelling; case does not matter to Telegram. Raises Refused (404)."""
    if word.lower() not in SPELLING:
        raise METHOD_NOT_FOUND
    return SPELLING[word.lower()]


def arguments(method: str, sent: JSON, uploads: JSON) -> Arguments:
    """Return the typed parameters of a call and the names the description does not know. Raises Refused (400)."""
    fields = {field[0]: field for field in METHODS[method]}
    pointed_to = {name: file for name, file in uploads.items() if f"attach://{name}" in str(sent)}
    given = {**sent, **{name: file for name, file in uploads.items() if name not in pointed_to}}
    unknown = [name for name in given if name not in fields]
    values: JSON = {}
    for name, (_, types, required, *_rest) in fields.items():
        value = given.get(name)
        if value is None or value == "":
            if required:
                raise missing(name)
            continue
        try:
            values[name] = fit(unpacked(name, value, types), types, name, unknown, loose=True)
        except Misfit as misfit:
            raise bad(str(misfit)) from misfit
    return Arguments(values, unknown)


def missing(name: str) -> Refused:
    return bad(MISSING.get(name, f'parameter "{name}" is required'))


def unpacked(name: str, value: Any, types: list[str]) -> Any:
    """Return the object or list that a form field carries as JSON text; other values as they are."""
    if not isinstance(value, str) or all(kind in SCALARS for kind in types):
        return value
    try:
        return json.loads(value)
    except ValueError as broken:
        if "String" in types:
            return value
        raise Misfit(f"can't parse {JSON_NAMES.get(name, name)} JSON object") from broken


def fit(value: Any, types: list[str], where: str, unknown: list[str], *, loose: bool = False) -> Any:
    """Return `value` as the first of `types` it fits. `loose`: text may stand for a number or a yes. Raises Misfit."""
    troubles = []
    for kind in narrowed(types, value):
        tried: list[str] = []
        try:
            fitted = fit_one(value, kind, where, tried, loose)
        except Misfit as trouble:
            troubles.append(trouble)
        else:
            unknown.extend(tried)
            return fitted
    raise troubles[0]


def fit_one(value: Any, kind: str, where: str, unknown: list[str], loose: bool) -> Any:
    if kind.startswith("Array of "):
        if not isinstance(value, list):
            raise Misfit(f'field "{where}" must be of type Array')
        inner = [kind.removeprefix("Array of ")]
        return [fit(item, inner, f"{where}[{n}]", unknown) for n, item in enumerate(value)]
    if kind in SCALARS:
        return fit_scalar(value, kind, where, loose)
    return fit_object(value, kind, where, unknown)


def fit_scalar(value: Any, kind: str, where: str, loose: bool) -> Any:
    if kind == "Integer":
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        if loose and isinstance(value, str) and WHOLE.fullmatch(value):
            return int(value)
        raise Misfit(f'field "{where}" must be a valid Number')
    if kind == "Float":
        if isinstance(value, int | float) and not isinstance(value, bool):
            return float(value)
        try:
            return float(value) if loose else float("")
        except ValueError as trouble:
            raise Misfit(f'field "{where}" must be a valid Number') from trouble
    if kind in ("Boolean", "True"):
        if isinstance(value, bool):
            return value
        if loose and str(value).lower() in ("true", "false", "yes", "no", "1", "0"):
            return str(value).lower() in ("true", "yes", "1")
        raise Misfit(f'field "{where}" must be of type Boolean')
    if isinstance(value, str) or kind == "InputFile":
        return value
    if loose and isinstance(value, int | float):
        return str(value)
    raise Misfit(f'field "{where}" must be of type String')


def fit_object(value: Any, kind: str, where: str, unknown: list[str]) -> Any:
    described = TYPES[kind]
    if isinstance(described, dict):
        return fit(value, described["any"], where, unknown)
    if kind == "RichText" and isinstance(value, str | list):
        return value
    if not isinstance(value, dict):
        raise Misfit(
            "object expected as reply markup" if where == "reply_markup" else f'"{where}" must be an Object'
        )
    known = {field[0]: field for field in described}
    unknown.extend(f"{where}.{name}" for name in value if name not in known)
    fitted: JSON = {}
    for name, (_, types, required, *word) in known.items():
        if value.get(name) is None:
            if required:
                raise Misfit(f'can\'t find field "{name}" in "{where}"')
            continue
        if word and value[name] != word[0]:
            raise Misfit(f'wrong "{name}" in "{where}"')
        fitted[name] = fit(value[name], types, f"{where}.{name}", unknown)
    return fitted


def narrowed(types: list[str], value: Any) -> list[str]:
    """Return the variants worth trying: for an object, those whose fixed word (its `type`) it carries, if any does."""
    if not isinstance(value, dict):
        return types
    chosen = [kind for kind in types if carries_word(kind, value)]
    return chosen or sorted(types, key=lambda kind: -overlap(kind, value))


def carries_word(kind: str, value: JSON) -> bool:
    described = TYPES.get(kind, [])
    return isinstance(described, list) and any(len(f) > 3 and value.get(f[0]) == f[3] for f in described)


def overlap(kind: str, value: JSON) -> int:
    described = TYPES.get(kind, [])
    return sum(field[0] in value for field in described) if isinstance(described, list) else 0
