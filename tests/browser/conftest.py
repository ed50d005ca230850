"""The people of the journeys stand before the pages here, too, and a house that is soon annoyed."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.journeys.conftest import citizen, desk_pass, email, organiser, witness
from tests.servers import House, free_port

__all__ = ["citizen", "desk_pass", "email", "organiser", "witness"]


@pytest.fixture
def impatient_house(live_server: House, tmp_path: Path) -> Iterator[House]:
    """A web server over a copy of the furnished house that takes one signature an hour."""
    for key in live_server.instance.glob("*.key"):
        shutil.copy(key, tmp_path)
    with (
        closing(sqlite3.connect(live_server.instance / "undersigned.db")) as source,
        closing(sqlite3.connect(tmp_path / "undersigned.db")) as copy,
    ):
        source.backup(copy)
    house = House(tmp_path, free_port(), {"SIGN_LIMIT": "1 per hour"})
    try:
        house.start_web()
        yield house
    finally:
        house.stop()
