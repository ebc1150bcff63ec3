"""JSON as it is stored: the ledger's hashes cover it, so that not one letter of it may ever be written otherwise."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as some

from storage.plain import as_json
from storage.records import Act, Address

texts = some.text(some.characters(exclude_categories=["Cs"], exclude_characters="\0"))
plain = some.recursive(
    some.none() | some.booleans() | some.integers(-(2**63), 2**63 - 1) | texts,
    lambda inner: some.lists(inner) | some.dictionaries(texts, inner),
)


@given(plain)
def test_json_is_written_as_the_ledger_has_always_hashed_it(value: object) -> None:
    assert as_json(value) == json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def test_words_of_the_field_are_written_as_the_words_they_are() -> None:
    assert as_json([Act.REPORT, Address("web:mei"), (1, True)]) == '["report","web:mei",[1,true]]'


def test_what_no_database_keeps_is_exchanged_however_deep_it_stands() -> None:
    assert as_json({"a\ud800": ["\0", {"b": "\udfff梅"}]}) == '{"a�":["�",{"b":"�梅"}]}'
    assert as_json(["\\u0000"]) == '["\\\\u0000"]'
