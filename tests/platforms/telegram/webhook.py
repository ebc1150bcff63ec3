"""Pushes waiting updates to the bot's webhook, as Telegram does.

Updates of one queue (the messages of a chat, the presses of a person …) go strictly one after the other; different
queues go side by side over at most `max_connections` connections. An answer that is not 2xx puts its update back with
a growing pause (or the Retry-After it names). An answer may itself carry one call ("method": …).
"""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from tests.platforms.telegram.refusals import JSON
from tests.platforms.telegram.updates import Updates, Waiting


class NoAnswer(Exception):
    """The webhook did not answer like an HTTP server; the text is what getWebhookInfo will tell."""


class Pusher:
    """Delivers `updates` while a webhook is set. `pause` is the first wait after a failure, `longest_pause` the longest,
    in real seconds."""

    def __init__(
        self,
        updates: Updates,
        perform: Callable[[JSON], Awaitable[None]],
        changed: Callable[[], None],
        now: Callable[[], int],
    ) -> None:
        self.updates = updates
        self.perform = perform
        self.changed = changed
        self.now = now
        self.pause = 1.0
        self.longest_pause = 60.0
        self.timeout = 60.0
        self.last_error: tuple[int, str] | None = None
        self.answers: list[tuple[int, int]] = []  # (update_id, status; 0 when there was no answer)
        self.kept: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
        self.pushes: set[asyncio.Task[None]] = set()
        self.runner: asyncio.Task[None] | None = None

    def start(self) -> None:
        self.stop()
        self.runner = asyncio.create_task(self.run())

    def stop(self) -> None:
        for task in [*self.pushes, *([self.runner] if self.runner else [])]:
            task.cancel()
        for _, writer in self.kept:
            writer.close()
        self.runner = None
        self.pushes.clear()
        self.kept.clear()
        for update in self.updates.waiting.values():
            update.pushing = False

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        while self.updates.webhook:
            self.updates.arrived.clear()
            next_wake = None
            for queue in self.updates.queues.values():
                if len(self.pushes) >= self.updates.webhook["max_connections"]:
                    break
                update = queue[0]
                if update.wake_at > loop.time():
                    next_wake = min(next_wake or update.wake_at, update.wake_at)
                elif not update.pushing:
                    update.pushing = True
                    push = asyncio.create_task(self.push(update, self.updates.webhook))
                    self.pushes.add(push)
                    push.add_done_callback(self.pushed)
            pause = None if next_wake is None else max(next_wake - loop.time(), 0.001)
            waiting = asyncio.ensure_future(self.updates.arrived.wait())
            await asyncio.wait({waiting}, timeout=pause)
            waiting.cancel()

    def pushed(self, push: asyncio.Task[None]) -> None:
        self.pushes.discard(push)
        self.updates.arrived.set()

    async def push(self, update: Waiting, webhook: JSON) -> None:
        update.attempts += 1
        retry_after = ""
        try:
            async with asyncio.timeout(self.timeout):
                status, retry_after, body = await self.post(update.body, webhook)
            trouble = "" if 200 <= status <= 299 else f"Wrong response from the webhook: {status}"
        except (OSError, NoAnswer, TimeoutError) as failure:
            status, body = 0, b""
            trouble = (
                "Read timeout expired"
                if isinstance(failure, TimeoutError)
                else str(failure) or "Connection failed"
            )
        self.answers.append((update.id, status))
        update.pushing = False
        if trouble:
            self.last_error = (self.now(), trouble)
            backing_off = min(self.pause * 2 ** (update.attempts - 1), self.longest_pause)
            pause = float(retry_after) if retry_after.isdigit() else backing_off
            update.wake_at = asyncio.get_running_loop().time() + pause
        elif update.id in self.updates.waiting:
            self.updates.taken(update)
            await self.obey(body)
        self.changed()

    async def obey(self, body: bytes) -> None:
        """Do the call an answer may carry; Telegram never tells the bot what came of it."""
        try:
            asked = json.loads(body or b"{}")
        except ValueError:
            return
        method = str(asked.get("method", "")).lower() if isinstance(asked, dict) else ""
        if method and not method.startswith(("get", "setwebhook", "deletewebhook", "close", "logout")):
            await self.perform(asked)

    async def post(self, update: JSON, webhook: JSON) -> tuple[int, str, bytes]:
        """Send one update and return (status, Retry-After, body)."""
        url = urlsplit(webhook["url"])
        body = json.dumps(update, ensure_ascii=False).encode()
        secret = (
            f"X-Telegram-Bot-Api-Secret-Token: {webhook['secret_token']}\r\n"
            if webhook.get("secret_token")
            else ""
        )
        target = (url.path or "/") + (f"?{url.query}" if url.query else "")
        head = (
            f"POST {target} HTTP/1.1\r\nHost: {url.netloc}\r\n{secret}Content-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\nConnection: keep-alive\r\nAccept-Encoding: gzip, deflate\r\n\r\n"
        )
        reader, writer = await self.connection(url.hostname or "", url.port, url.scheme == "https")
        try:
            writer.write(head.encode() + body)
            await writer.drain()
            status, headers = await read_head(reader)
            answer = await read_body(reader, headers)
        except BaseException:
            writer.close()
            raise
        if headers.get("connection", "").lower() == "close" or "content-length" not in headers:
            writer.close()
        else:
            self.kept.append((reader, writer))
        return status, headers.get("retry-after", ""), answer

    async def connection(
        self, host: str, port: int | None, secure: bool
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        while self.kept:
            reader, writer = self.kept.pop()
            if not reader.at_eof() and not writer.is_closing():
                return reader, writer
            writer.close()
        context = None
        if secure:
            # Telegram accepts self-signed certificates that were uploaded with setWebhook; so does the test server.
            context = ssl.create_default_context()
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return await asyncio.open_connection(host, port or (443 if secure else 80), ssl=context)


async def read_head(reader: asyncio.StreamReader) -> tuple[int, dict[str, str]]:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        status = int(head[0].split(" ")[1])
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, IndexError, ValueError) as trouble:
        raise NoAnswer("Webhook connection closed") from trouble
    pairs = (line.partition(":") for line in head[1:] if line)
    return status, {name.strip().lower(): value.strip() for name, _, value in pairs}


async def read_body(reader: asyncio.StreamReader, headers: dict[str, str]) -> bytes:
    if "chunked" in headers.get("transfer-encoding", ""):
        body = b""
        while size := int((await reader.readline()).split(b";")[0] or b"0", 16):
            body += (await reader.readexactly(size + 2))[:-2]
        return body
    try:
        return await reader.readexactly(int(headers.get("content-length", "0")))
    except asyncio.IncompleteReadError as cut:
        raise NoAnswer("Webhook connection closed") from cut
