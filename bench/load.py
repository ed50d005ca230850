"""A load on loopback: connections that each send the next request when the last was answered.

Written with plain streams, because an HTTP library would cost more than the server that is
measured. Bounded in time and in requests.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

CONNECTIONS = 16


@dataclass
class Load:
    """What came back: answers by status, how long each took (s), and the time of the whole (s)."""

    statuses: Counter[int] = field(default_factory=Counter)
    latencies: list[float] = field(default_factory=list)
    seconds: float = 0.0

    def rate(self, status: int) -> float:
        """Return the answers of this status a second."""
        return self.statuses[status] / self.seconds

    def percentile(self, share: float) -> float:
        """Return the latency (s) that this share of answers stayed under."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def get(url: str) -> bytes:
    """Return a GET as bytes, as a browser would ask for a page."""
    parts = urlsplit(url)
    return (
        f"GET {parts.path or '/'} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
        "Accept-Encoding: gzip, br\r\nAccept-Language: en\r\n\r\n"
    ).encode()


def post(url: str, body: str) -> bytes:
    """Return a POST of a form as bytes."""
    parts = urlsplit(url)
    return (
        f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
        f"Origin: {parts.scheme}://{parts.netloc}\r\nContent-Length: {len(body.encode())}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\n\r\n{body}"
    ).encode()


def run(url: str, requests: Iterator[bytes], seconds: float) -> Load:
    """Send `requests` for up to `seconds`, or until there are none left."""
    return asyncio.run(_run(url, requests, seconds))


async def _run(url: str, requests: Iterator[bytes], seconds: float) -> Load:
    load = Load()
    begun = time.perf_counter()
    deadline = begun + seconds
    await asyncio.gather(*(_talk(url, requests, deadline, load) for _ in range(CONNECTIONS)))
    load.seconds = time.perf_counter() - begun
    return load


async def _talk(url: str, requests: Iterator[bytes], deadline: float, load: Load) -> None:
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    try:
        for request in requests:
            sent = time.perf_counter()
            if sent >= deadline:
                return
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            await reader.readexactly(_length(head))
            load.statuses[int(head[9:12])] += 1
            load.latencies.append(time.perf_counter() - sent)
    finally:
        writer.close()


def _length(head: bytes) -> int:
    at = head.lower().find(b"content-length:")
    if at < 0:
        return 0
    return int(head[at + 15 : head.index(b"\r\n", at)])
