"""Compile the text catalogues (.po → .mo) while the package is built; the .mo files are never kept in git."""

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

CATALOGUES = ("handlers/texts/*/LC_MESSAGES/*.po", "bot/web/texts/*/LC_MESSAGES/*.po")
"""Where the texts lie: what Huying says, and the words of the web pages."""


def compile_catalogues(root: Path) -> list[Path]:
    """Write a .mo beside every catalogue and return the files written."""
    written = []
    for po in sorted(po for pattern in CATALOGUES for po in root.glob(pattern)):
        with po.open("rb") as source:
            catalogue = read_po(source, abort_invalid=True)
        with po.with_suffix(".mo").open("wb") as target:
            write_mo(target, catalogue)
        written.append(po.with_suffix(".mo"))
    return written


class CatalogueHook(BuildHookInterface[Any]):
    """Runs before a wheel or an editable install is put together."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        compile_catalogues(Path(self.root))


if __name__ == "__main__":
    for path in compile_catalogues(Path(__file__).parent):
        print(path)
