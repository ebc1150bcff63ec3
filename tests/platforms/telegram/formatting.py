"""Turns marked-up text into plain text and entities, or refuses it as Telegram does.

Offsets and lengths are counted in UTF-16 units, byte offsets in error texts in UTF-8 bytes. The rules and the words
of the refusals follow TDLib's MessageEntity.cpp.
"""

import html
import re
from collections.abc import Callable
from typing import NamedTuple

from tests.platforms.telegram.refusals import JSON, Refused, bad

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024

FOUND: list[tuple[str, re.Pattern[str]]] = [
    (
        "bot_command",
        re.compile(r"(?<![\w/@.])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/])", re.ASCII),
    ),
    ("mention", re.compile(r"(?<![\w@/])@[A-Za-z][A-Za-z0-9_]{2,31}\b", re.ASCII)),
    ("url", re.compile(r"https?://[^\s，。]+")),
    ("hashtag", re.compile(r"(?<!\w)#(?=\w*[^\W\d])\w+")),
]
HTML_TAGS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler",
    "span": "spoiler", "code": "code", "pre": "pre", "a": "text_link", "tg-emoji": "custom_emoji",
    "blockquote": "blockquote",
}  # fmt: skip
TAG = re.compile(
    r"<(/?)([A-Za-z0-9-]*)((?:\s+[A-Za-z-]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[A-Za-z0-9.-]+))?)*)\s*(>?)"
)
ATTRIBUTE = re.compile(r"([A-Za-z-]+)(?:\s*=\s*(\"[^\"]*\"|'[^']*'|[A-Za-z0-9.-]+))?")
CHARACTER = re.compile(r"&(?:lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);")
RESERVED = frozenset("_*[]()~`>#+-=|{}.!")


class Formatted(NamedTuple):
    text: str
    entities: list[JSON]


def units(text: str) -> int:
    """Return the length of `text` in UTF-16 units, Telegram's measure."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def read(text: str, parse_mode: str | None, given: list[JSON] | None) -> Formatted:
    """Return what is shown of `text`. Raises Refused (400) when the markup or the given entities are malformed."""
    parsers: dict[str, Callable[[str], Formatted]] = {
        "html": from_html,
        "markdownv2": from_markdown,
        "markdown": from_old,
    }
    if parse_mode and parse_mode.lower() not in parsers:
        raise bad("unsupported parse_mode")
    if parse_mode:
        plain, entities = parsers[parse_mode.lower()](text)
    else:
        plain, entities = text, checked(text, given or [])
    return trimmed(plain, entities)


def checked(text: str, given: list[JSON]) -> list[JSON]:
    edges = {0}
    position = 0
    for letter in text:
        position += units(letter)
        edges.add(position)
    for entity in given:
        start, end = entity["offset"], entity["offset"] + entity["length"]
        if start < 0 or entity["length"] <= 0 or end > position:
            raise bad("ENTITY_BOUNDS_INVALID")
        if start not in edges:
            raise bad(f"entity begins in a middle of a UTF-16 symbol at byte offset {start}")
        if end not in edges:
            raise bad(f"entity ends in a middle of a UTF-16 symbol at byte offset {end}")
    return given


def trimmed(text: str, entities: list[JSON]) -> Formatted:
    """Drop the white space around the text, as Telegram does, and find the commands, mentions and links in it."""
    lead = units(text) - units(text.lstrip())
    shown = text.strip()
    kept = []
    for entity in entities:
        start = max(entity["offset"] - lead, 0)
        end = min(entity["offset"] + entity["length"] - lead, units(shown))
        if end > start:
            kept.append({**entity, "offset": start, "length": end - start})
    hidden = {"code", "pre", "text_link"}
    spans = [(e["offset"], e["offset"] + e["length"]) for e in kept if e["type"] in hidden]
    for entity in found(shown):
        start, end = entity["offset"], entity["offset"] + entity["length"]
        if all(end <= left or start >= right for left, right in spans):
            kept.append(entity)
    return Formatted(shown, sorted(kept, key=lambda entity: (entity["offset"], -entity["length"])))


def found(text: str) -> list[JSON]:
    """Return the entities Telegram finds by itself: commands, mentions, links, hashtags (never all digits)."""
    return [
        {"type": kind, "offset": units(text[: hit.start()]), "length": units(hit.group())}
        for kind, pattern in FOUND
        for hit in pattern.finditer(text)
    ]


def unparsable(why: str) -> Refused:
    return bad(f"can't parse entities: {why}")


def place(text: str, index: int) -> int:
    return len(text[:index].encode())


def from_html(text: str) -> Formatted:
    shown, entities = "", []
    open_tags: list[tuple[str, int, JSON]] = []
    at = 0
    while at < len(text):
        if text[at] == "&" and (character := CHARACTER.match(text, at)):
            shown += html.unescape(character.group())
            at = character.end()
            continue
        if text[at] != "<":
            shown += text[at]
            at += 1
            continue
        tag = TAG.match(text, at)
        offset = place(text, at)
        if tag is None or not tag.group(4):
            raise unparsable(
                f"Unclosed {'end' if text[at + 1 : at + 2] == '/' else 'start'} tag at byte offset {offset}"
            )
        closing, name = bool(tag.group(1)), tag.group(2).lower()
        if not closing:
            open_tags.append((name, units(shown), opened(name, tag.group(3), offset)))
        elif not open_tags:
            raise unparsable(f"Unexpected end tag at byte offset {offset}")
        else:
            expected, start, entity = open_tags.pop()
            if name and name != expected:
                raise unparsable(
                    f'Unmatched end tag at byte offset {offset}, expected "</{expected}>", found "</{name}>"'
                )
            entities.append({**entity, "offset": start, "length": units(shown) - start})
        at = tag.end()
    if open_tags:
        raise unparsable(f'Can\'t find end tag corresponding to start tag "{open_tags[-1][0]}"')
    return Formatted(shown, [e for e in entities if e["length"] and ("url" in e or e["type"] != "text_link")])


def opened(name: str, attributes: str, offset: int) -> JSON:
    if name not in HTML_TAGS:
        raise unparsable(f'Unsupported start tag "{name}" at byte offset {offset}')
    given = {key.lower(): html.unescape(value.strip("\"'")) for key, value in ATTRIBUTE.findall(attributes)}
    if name == "span" and given.get("class") != "tg-spoiler":
        raise unparsable(f'Tag "span" must have class "tg-spoiler" at byte offset {offset}')
    entity: JSON = {"type": HTML_TAGS[name]}
    if name == "a" and given.get("href"):
        entity["url"] = given["href"]
    if name == "tg-emoji":
        entity["custom_emoji_id"] = given.get("emoji-id", "")
    return entity


MARKS = [("||", "spoiler"), ("__", "underline"), ("```", "pre"), ("*", "bold"), ("_", "italic"), ("~", "strikethrough"),
         ("`", "code"), ("![", "custom_emoji"), ("[", "text_link")]  # fmt: skip
NAMES = {"pre": "Pre", "code": "Code", "text_link": "TextUrl", "custom_emoji": "CustomEmoji"}


def from_markdown(text: str) -> Formatted:
    """MarkdownV2: every reserved character outside an entity must be escaped, every entity must end."""
    shown, entities = "", []
    open_marks: list[tuple[str, str, int, int]] = []
    at = 0
    while at < len(text):
        letter = text[at]
        inside = open_marks[-1][0] if open_marks else ""
        if letter == "\\" and 0 < ord(text[at + 1 : at + 2] or "\0") <= 126:
            shown += text[at + 1]
            at += 2
        elif inside in ("`", "```") and not text.startswith(inside, at):
            shown += letter
            at += 1
        elif letter not in RESERVED or (letter == ">" and (at == 0 or text[at - 1] == "\n")):
            shown += "" if letter == ">" else letter
            at += 1
        elif inside and text.startswith("]" if inside.endswith("[") else inside, at):
            mark, kind, start, _ = open_marks.pop()
            at += 1 if mark.endswith("[") else len(mark)
            entity: JSON = {"type": kind, "offset": start, "length": units(shown) - start}
            if mark.endswith("["):
                at, entity = linked(text, at, entity)
            entities.append(entity)
        else:
            mark, kind = next(((m, k) for m, k in MARKS if text.startswith(m, at)), ("", ""))
            if not mark:
                raise unparsable(
                    f"Character '{letter}' is reserved and must be escaped with the preceding '\\'"
                )
            open_marks.append((mark, kind, units(shown), place(text, at)))
            at += len(mark)
    if open_marks:
        _, kind, _, offset = open_marks[-1]
        raise unparsable(
            f"Can't find end of {NAMES.get(kind, kind.capitalize())} entity at byte offset {offset}"
        )
    return Formatted(shown, [entity for entity in entities if entity["length"]])


def linked(text: str, at: int, entity: JSON) -> tuple[int, JSON]:
    """Return where the address in brackets after a link ends, and the link with it."""
    address = re.compile(r"\(((?:\\.|[^)\\])*)(\)?)").match(text, at)
    if address is None:
        return at, {**entity, "length": 0}
    if not address.group(2):
        raise unparsable(f"Can't find end of a URL at byte offset {place(text, at)}")
    return address.end(), {**entity, "url": re.sub(r"\\(.)", r"\1", address.group(1))}


def from_old(text: str) -> Formatted:
    """The legacy Markdown mode: * _ ` ``` and links, without nesting."""
    shown, entities, at = "", [], 0
    kinds = {"*": "bold", "_": "italic", "`": "code", "```": "pre", "[": "text_link"}
    while at < len(text):
        if text[at] == "\\" and text[at + 1 : at + 2] in ("_", "*", "`", "["):
            shown += text[at + 1]
            at += 2
            continue
        mark = next((m for m in ("```", "`", "*", "_", "[") if text.startswith(m, at)), "")
        if not mark:
            shown += text[at]
            at += 1
            continue
        end = text.find("]" if mark == "[" else mark, at + len(mark))
        if end < 0:
            raise unparsable(f"Can't find end of the entity starting at byte offset {place(text, at)}")
        inner = text[at + len(mark) : end]
        entity: JSON = {"type": kinds[mark], "offset": units(shown), "length": units(inner)}
        shown += inner
        at = end + (1 if mark == "[" else len(mark))
        if mark == "[":
            at, entity = linked(text, at, entity)
        if entity["length"]:
            entities.append(entity)
    return Formatted(shown, entities)
