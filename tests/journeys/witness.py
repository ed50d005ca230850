"""Sees every request that a browser makes and every complaint on its console."""

import re
from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, WebError

INSIDE = ("data:", "blob:", "about:")
EXPECTED = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d ")
"""Chromium's remark on a page with an error status; journeys go through such pages on purpose."""


@dataclass
class Witness:
    """Watches all pages of `context`, where `site` is the only place that may be asked."""

    context: BrowserContext
    site: str
    foreign: list[str] = field(default_factory=list)
    console: list[str] = field(default_factory=list)
    requests: int = 0

    def __post_init__(self) -> None:
        self.context.on("request", self._note_request)
        self.context.on("console", self._note_console)
        self.context.on("weberror", self._note_error)

    def complaints(self) -> list[str]:
        """Return a line for each request elsewhere, console error and breach of the CSP."""
        return self.foreign + self.console

    def traces(self) -> list[str]:
        """Return what the site has left in the browser: cookies and stored values."""
        state = self.context.storage_state()
        cookies = [f"cookie {cookie['name']}" for cookie in state["cookies"]]
        return cookies + [f"storage of {origin['origin']}" for origin in state["origins"]]

    def _note_request(self, request: Request) -> None:
        self.requests += 1
        if not request.url.startswith((f"{self.site}/", *INSIDE)):
            self.foreign.append(f"{request.frame.url} asked {request.url}")

    def _note_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not EXPECTED.match(message.text):
            self.console.append(f"{message.type}: {message.text}")

    def _note_error(self, error: WebError) -> None:
        self.console.append(f"uncaught: {error.error}")
