"""The post of the invented: their letters leave the outbox and go no further than this process."""

import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from petitions.mail import services as mail
from petitions.mail.letter import Letter

_LINK = re.compile(r"/([cs])/([\w-]{22,})")


class NoLink(LookupError):
    """No letter to this address carries such a link."""


@dataclass
class Mailbag:
    """Takes letters out of the outbox and reads the links in them."""

    letters: list[Letter] = field(default_factory=list)
    _links: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))

    @contextmanager
    def held_open(self) -> Iterator[None]:
        """Take the letters that this block posts, at its end, in the caller's transaction."""
        with mail.overheard() as posted:
            yield
        for letter in mail.intercept(posted):
            self._read(letter)

    def token(self, kind: str, address: str) -> str:
        """Return the secret of the link `/<kind>/<token>` in the newest letter to `address`.

        Raises:
            NoLink: there is none.
        """
        try:
            return self._links[address][kind]
        except KeyError as error:
            raise NoLink(kind) from error

    def _read(self, letter: Letter) -> None:
        self.letters.append(letter)
        self._links[letter.to.reveal()].update(_LINK.findall(letter.text))
