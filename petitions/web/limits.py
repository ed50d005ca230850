"""One plain limit for each network, without keeping an address.

A client is known by a keyed digest of its network prefix. The key is random, changes every day
and is forgotten then, so yesterday's digests mean nothing to anybody, us included.
"""

import hmac
import secrets
from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import sha256
from ipaddress import IPv6Address, ip_address
from threading import Lock
from typing import Protocol, cast

from flask import Flask, current_app, request
from flask_limiter import Limiter, RateLimitExceeded
from redis import Redis
from redis.exceptions import RedisError
from werkzeug.middleware.proxy_fix import ProxyFix

from petitions.core import clock
from petitions.core.log import logger
from petitions.core.settings import Settings

log = logger("web")

__all__ = ["RateLimitExceeded", "limiter", "network_tag", "seconds_to_wait"]

IPV6_PREFIX = 64
"""What one household or phone is given (RFC 6177)."""


def seconds_to_wait(error: RateLimitExceeded) -> int:
    """Return after how many seconds the limit that was met is free again."""
    met = limiter.current_limit
    if met is None:
        return int(error.limit.limit.get_expiry())
    left = round(met.reset_at - clock.now().timestamp())
    return min(max(1, left), int(error.limit.limit.get_expiry()))


def network_tag() -> str:
    """Return today's digest of the client's network, for counting and for nothing else."""
    key = cast(DayKeys, current_app.extensions["day_keys"]).key(clock.now().date())
    return hmac.digest(key, _prefix(request.remote_addr or "").encode(), sha256).hex()[:24]


def _prefix(address: str) -> str:
    try:
        parsed = ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(int(parsed) >> (128 - IPV6_PREFIX))
    return str(parsed)


class DayKeys(Protocol):
    """Gives the key of a day and forgets those of earlier days."""

    def key(self, day: date) -> bytes: ...


@dataclass
class ProcessKeys:
    """Day keys of one process."""

    _day: date | None = None
    _key: bytes = b""
    _lock: Lock = field(default_factory=Lock)

    def key(self, day: date) -> bytes:
        with self._lock:
            if day != self._day:
                self._day, self._key = day, secrets.token_bytes(32)
            return self._key


@dataclass
class SharedKeys:
    """Day keys shared by all processes through Redis, which drops them after a day.

    While Redis is away each process falls back on keys of its own: limits get looser, the site
    stays up.
    """

    _redis: "Redis"
    _fallback: ProcessKeys = field(default_factory=ProcessKeys)

    def key(self, day: date) -> bytes:
        name = f"undersigned:day-key:{day}"
        try:
            self._redis.set(name, secrets.token_bytes(32), nx=True, ex=timedelta(days=1))
            return cast(bytes | None, self._redis.get(name)) or self._fallback.key(day)
        except RedisError as error:
            log.warning("day keys not shared", reason=type(error).__name__)
            return self._fallback.key(day)


limiter = Limiter(network_tag, headers_enabled=False)


def init_app(app: Flask, settings: Settings) -> None:
    if settings.trusted_proxies:
        # Counted from the right: only what our own proxies wrote is believed.
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app,
            x_for=settings.trusted_proxies,
            x_proto=settings.trusted_proxies,
            x_host=0,
            x_prefix=0,
        )
    app.config.update(
        RATELIMIT_STORAGE_URI=settings.redis_url or "memory://",
        # A limiter that is away must not take the site with it.
        RATELIMIT_SWALLOW_ERRORS=True,
        RATELIMIT_IN_MEMORY_FALLBACK_ENABLED=bool(settings.redis_url),
    )
    limiter.init_app(app)
    app.extensions["day_keys"] = (
        SharedKeys(Redis.from_url(settings.redis_url, socket_timeout=1))
        if settings.redis_url
        else ProcessKeys()
    )
