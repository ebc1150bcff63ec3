"""The way to Tencent's machines: wechatpy's clients with a session of our own beneath them, run in threads of our own.

wechatpy's own calls have no timeout, follow redirects and read answers of any length. What matters besides: whether a request can have left this machine is known for certain, and a call can be broken off from outside.
"""

from __future__ import annotations

import contextlib
import queue
import socket
import ssl
import threading
from collections.abc import Callable
from concurrent.futures import Future
from http.cookiejar import DefaultCookiePolicy
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool

CONNECT_SECONDS = 3.05
"""A little more than the 3 s after which a lost first packet is sent again. Source: the requests' own advice."""
READ_SECONDS = 8.0
"""For the first byte, and from one to the next."""
THREADS = 8
PIECE = 64 * 1024


class TooMuch(Exception):
    """The answer is longer than any of Tencent's."""


class Stopping(Exception):
    """Nothing is begun any more."""


class Job:
    """One call in its thread. `sent`: bytes of the request may have left; `connection`: what it hangs on."""

    def __init__(self, run: Callable[[], Any]) -> None:
        self.run = run
        self.future: Future[Any] = Future()
        self.sent = False
        self.connection: HTTPConnection | None = None
        self._broken_off = False

    def on_its_way(self, connection: HTTPConnection, *, sent: bool) -> None:
        """Say how far it is. Raises ConnectionAbortedError before anything is sent that nobody waits for any more."""
        self.connection, self.sent = connection, sent
        # Looked at after `sent` is set, as `sent` is after this: so one of the two threads knows of the other.
        if self._broken_off:
            raise ConnectionAbortedError("nobody waits for it any more")

    def break_off(self) -> bool:
        """Nobody waits any more: take it out of the queue, or cut its connection so that its thread is free again.

        Returns whether anything of it may have left.
        """
        self._broken_off = True
        sent = self.sent
        self.future.cancel()
        connection = self.connection
        sock = connection.sock if connection is not None else None
        if sock is not None:
            # Beneath the encryption: its own shutdown() is not made for a second thread.
            with contextlib.suppress(OSError):
                socket.socket.shutdown(sock, socket.SHUT_RDWR)
        return sent


class Hands:
    """Threads of one platform's own, begun when first needed; whoever hangs in one keeps nobody else's call waiting.

    Not a ThreadPoolExecutor, because the interpreter waits for its threads before it ends, however long they hang.
    """

    def __init__(self, name: str, count: int = THREADS) -> None:
        self._name = name
        self._count = count
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._running: set[Job] = set()
        self.closed = False

    def do(self, run: Callable[[], Any]) -> Job:
        """Run it as soon as a thread is free; what it raises is in the job's future. Raises Stopping."""
        if self.closed:
            raise Stopping
        job = Job(run)
        self._jobs.put(job)
        if len(self._threads) < self._count:
            name = f"{self._name}-{len(self._threads)}"
            thread = threading.Thread(target=self._work, name=name, daemon=True)
            self._threads.append(thread)
            thread.start()
        return job

    def close(self) -> None:
        """Let go of everything at once; nobody is waited for."""
        self.closed = True
        for job in tuple(self._running):
            job.break_off()
        for _ in self._threads:
            self._jobs.put(None)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            if job.future.set_running_or_notify_cancel():
                self._do(job)
            # A thread that waits for the next one would keep what the last one brought.
            del job

    def _do(self, job: Job) -> None:
        self._running.add(job)
        NOW.job = job
        result, failed = None, None
        try:
            if self.closed:
                raise Stopping
            result = job.run()
        except BaseException as broken:  # noqa: BLE001 - whatever it was, it belongs to whoever asked
            failed = broken
        NOW.job = None
        self._running.discard(job)
        # Before anybody hears of it: the connection is back in its pool, and may be another job's already.
        job.connection = None
        if failed is None:
            job.future.set_result(result)
        else:
            job.future.set_exception(failed)


class _Now(threading.local):
    job: Job | None = None


NOW = _Now()
"""The job of this thread."""


def _on_its_way(connection: HTTPConnection, sent: bool) -> None:
    if NOW.job is not None:
        NOW.job.on_its_way(connection, sent=sent)


class PlainConnection(HTTPConnection):
    """Says to its thread's job when there is a line on which bytes of the request can go.

    An encrypted one is no line before the other side, and a proxy between, have shown who they are.
    """

    def connect(self) -> None:
        _on_its_way(self, False)
        super().connect()
        _on_its_way(self, True)

    def request(self, *what: Any, **more: Any) -> None:
        _on_its_way(self, self.sock is not None)
        super().request(*what, **more)


class SafeConnection(PlainConnection, HTTPSConnection):
    """The same, encrypted."""


class Adapter(HTTPAdapter):
    """Nothing is repeated by itself, and connections are of the kinds above."""

    def get_connection_with_tls_context(self, *what: Any, **more: Any) -> HTTPConnectionPool:
        pool = super().get_connection_with_tls_context(*what, **more)
        pool.ConnectionCls = SafeConnection if pool.scheme == "https" else PlainConnection
        return pool


class SafeAdapter(Adapter):
    """The same for addresses that begin with https."""

    # requests trusts Mozilla's list; a machine may know more, the office's own authority for one.
    def init_poolmanager(self, *what: Any, **more: Any) -> None:
        super().init_poolmanager(*what, ssl_context=ssl.create_default_context(), **more)

    def proxy_manager_for(self, *what: Any, **more: Any) -> Any:
        return super().proxy_manager_for(*what, ssl_context=ssl.create_default_context(), **more)


class Session(requests.Session):
    """What wechatpy calls instead of its own. `base`: the platform's address, for the choice of a proxy."""

    def __init__(self, base: str) -> None:
        super().__init__()
        # Of the environment only its proxies count: not a .netrc's passwords, nor its certificates.
        self.trust_env = False
        self.proxies = _proxies(base)
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        # What nobody asked to be packed cannot burst when it is unpacked.
        self.headers.update({"Accept-Encoding": "identity", "User-Agent": "huying"})
        self.adapters.clear()
        self.get_adapter(base)

    def get_adapter(self, url: str) -> Any:
        """Return what goes to this address. Made when first needed: to read whom the machine trusts takes a while."""
        scheme, kind = ("https://", SafeAdapter) if url.startswith("https:") else ("http://", Adapter)
        if scheme not in self.adapters:
            self.mount(scheme, kind(pool_connections=4, pool_maxsize=THREADS))
        return super().get_adapter(url)

    def request(self, method: Any, url: Any, **more: Any) -> requests.Response:  # type: ignore[override]  # we ask for less than requests can
        """One request and its whole answer, of at most `largest` bytes; nothing is repeated, no redirect followed.

        Raises TooMuch and what requests raises.
        """
        largest = more.pop("largest")
        more |= {"stream": True, "allow_redirects": False}
        with super().request(method, url, **more) as response:
            content = bytearray()
            for piece in response.iter_content(PIECE):
                content += piece
                if len(content) > largest:
                    raise TooMuch(f"more than {largest} bytes")
            response._content = bytes(content)
            return response


def this_machine(host: str) -> bool:
    """Say whether a host's name or number is this very machine's."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _proxies(base: str) -> dict[str, str]:
    parts = urlsplit(base)
    host = parts.hostname or ""
    if this_machine(host) or proxy_bypass(parts.netloc):
        return {}
    known = getproxies()
    proxy = known.get(parts.scheme) or known.get("all")
    return {parts.scheme: proxy} if proxy else {}
