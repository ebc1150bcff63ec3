"""Small named values a channel or the program must find again: Telegram's offset, the generated secret."""

from __future__ import annotations

from storage.statements import Room


class Tokens(Room):
    """Texts by name."""

    async def get(self, name: str) -> str | None:
        found: str | None = await self.sql.value("tokens_get", name=name)
        return found

    async def starting_with(self, prefix: str) -> dict[str, str]:
        """Every text whose name begins so (no `%` or `_` in it), by name."""
        return {row["name"]: row["value"] for row in await self.sql.rows("tokens_starting", prefix=prefix)}

    async def set(self, name: str, value: str) -> None:
        await self.sql.run("tokens_set", name=name, value=value)
