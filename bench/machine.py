"""What the machine itself can do: the limits that the product is measured against."""

import csv
import sqlite3
import time
from pathlib import Path

import psycopg

ROW_BYTES = 400
"""About what a sealed person, its digests and its open columns come to."""


def commits_sqlite(folder: Path, seconds: float) -> float:
    """Return single-row commits a second: one connection, WAL, `synchronous=FULL`."""
    database = sqlite3.connect(folder / "yardstick.db", isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute("CREATE TABLE IF NOT EXISTS rows (id INTEGER PRIMARY KEY, body BLOB)")
    begun, count = time.perf_counter(), 0
    while time.perf_counter() < begun + seconds:
        database.execute("BEGIN IMMEDIATE")
        database.execute("INSERT INTO rows (body) VALUES (?)", (b"x" * ROW_BYTES,))
        database.execute("COMMIT")
        count += 1
    rate = count / (time.perf_counter() - begun)
    database.close()
    return rate


def commits_postgresql(url: str, seconds: float) -> float:
    """Return single-row commits a second: one connection, `fsync` on."""
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as database:
        database.execute("CREATE TABLE IF NOT EXISTS yardstick (id bigserial, body bytea)")
        begun, count = time.perf_counter(), 0
        while time.perf_counter() < begun + seconds:
            database.execute("INSERT INTO yardstick (body) VALUES (%s)", (b"x" * ROW_BYTES,))
            count += 1
        return count / (time.perf_counter() - begun)


def rows_to_csv(database: Path, folder: Path) -> float:
    """Return rows a second from the register's table into a CSV file, nothing opened or shown."""
    rows = 0
    begun = time.perf_counter()
    with (folder / "yardstick.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        for row in sqlite3.connect(database).execute("SELECT * FROM signatures ORDER BY id"):
            writer.writerow(row)
            rows += 1
    return rows / (time.perf_counter() - begun)
