"""WeChat's XML: written as Tencent writes it, and read strictly."""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree import ElementTree

Fields = Mapping[str, "str | int | Fields"]


class NotXml(Exception):
    """The program's answer is no XML WeChat would take; the text says why."""


def written(fields: Fields) -> str:
    """Write fields under <xml>: words in CDATA, numbers bare, fields in fields."""
    return f"<xml>{_inside(fields)}</xml>"


def _inside(fields: Fields) -> str:
    return "\n".join(f"<{name}>{_value(value)}</{name}>" for name, value in fields.items())


def _value(value: str | int | Fields) -> str:
    if isinstance(value, str):
        # `]]>` cannot stand inside one CDATA section, so it is spread over two.
        return "<![CDATA[" + value.replace("]]>", "]]]]><![CDATA[>") + "]]>"
    return str(value) if isinstance(value, int) else _inside(value)


def read(body: bytes | str) -> dict[str, object]:
    """Read what stands under <xml>: names to words, or to names again. Raises NotXml, also for a name given twice."""
    text = body if isinstance(body, str) else _decoded(body)
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise NotXml("a document type is not taken")
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as bad:
        raise NotXml(f"no XML: {bad}") from bad
    if root.tag != "xml":
        raise NotXml(f"the root is <{root.tag}>, not <xml>")
    return _fields(root)


def _decoded(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError as bad:
        raise NotXml("no UTF-8") from bad


def _fields(element: ElementTree.Element) -> dict[str, object]:
    found: dict[str, object] = {}
    for child in element:
        if child.tag in found and child.tag != "item":
            raise NotXml(f"<{child.tag}> stands there twice")
        found[child.tag] = _fields(child) if len(child) else (child.text or "")
    if found and ((element.text or "").strip() or any((child.tail or "").strip() for child in element)):
        raise NotXml(f"loose words in <{element.tag}>")
    return found
