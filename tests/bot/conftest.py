"""`folder`: an empty working folder in which `huying` is run, in this process or in one of its own."""

from __future__ import annotations

import pytest

from tests.bot.folder import Folder


@pytest.fixture
def folder(tmp_path, monkeypatch, capsys) -> Folder:
    return Folder(tmp_path, monkeypatch, capsys)
