"""A body made small once, in each coding that browsers ask for."""

import gzip
from dataclasses import dataclass

import brotli
from werkzeug.datastructures import Accept

BROTLI_QUALITY = 9
SMALLEST_WORTHWHILE = 500


@dataclass(frozen=True)
class Variants:
    """One body as it is, with gzip (RFC 1952) and with Brotli (RFC 7932)."""

    identity: bytes
    gzip: bytes
    br: bytes

    def best(self, accepted: Accept) -> tuple[bytes, str | None]:
        """Return the smallest body that the client takes, and the name of its coding."""
        if len(self.identity) < SMALLEST_WORTHWHILE:
            return self.identity, None
        if accepted.quality("br"):
            return self.br, "br"
        if accepted.quality("gzip"):
            return self.gzip, "gzip"
        return self.identity, None


def variants(body: bytes) -> Variants:
    """Compress `body`. The gzip header carries no time, so the same body gives the same bytes."""
    return Variants(
        identity=body,
        gzip=gzip.compress(body, 9, mtime=0),
        br=brotli.compress(body, quality=BROTLI_QUALITY),
    )
