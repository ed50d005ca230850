"""Signatures per day as a drawing: pure geometry, put into SVG by a template.

No script, no style attribute (the site's policy forbids both), about 3 kB.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from petitions.signatures.queries import DayCount

WIDTH, HEIGHT = 720, 220
LEFT, RIGHT, TOP, BOTTOM = 44, 12, 14, 30
MOST_BARS = 60
LABELS = 6


@dataclass(frozen=True)
class Bar:
    """One day, or several where there are many, in the drawing's own units."""

    x: float
    width: float
    people_y: float
    people_height: float
    organisations_y: float
    organisations_height: float
    first: date
    last: date
    count: int
    label: bool


@dataclass(frozen=True)
class Chart:
    """A drawing of `bars` over a scale of `ticks` (value, height)."""

    bars: tuple[Bar, ...]
    ticks: tuple[tuple[int, float], ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    baseline: int = HEIGHT - BOTTOM


def drawn(days: Sequence[DayCount]) -> Chart:
    """Lay out the days from the first to the last, empty ones included."""
    if not days:
        return Chart((), ())
    groups = _groups(days)
    highest = max(people + organisations for _, _, people, organisations in groups)
    top = _round_up(highest)
    scale = (HEIGHT - TOP - BOTTOM) / top
    step = (WIDTH - LEFT - RIGHT) / len(groups)
    every = max(1, round(len(groups) / LABELS))
    bars = []
    for n, (first, last, people, organisations) in enumerate(groups):
        people_top = HEIGHT - BOTTOM - people * scale
        bars.append(
            Bar(
                x=round(LEFT + n * step + step * 0.1, 1),
                width=round(step * 0.8, 1),
                people_y=round(people_top, 1),
                people_height=round(people * scale, 1),
                organisations_y=round(people_top - organisations * scale, 1),
                organisations_height=round(organisations * scale, 1),
                first=first,
                last=last,
                count=people + organisations,
                label=n % every == 0,
            )
        )
    ticks = tuple(
        (value, round(HEIGHT - BOTTOM - value * scale, 1)) for value in {0, top // 2, top}
    )
    return Chart(tuple(bars), tuple(sorted(ticks)))


def _groups(days: Sequence[DayCount]) -> list[tuple[date, date, int, int]]:
    """Join neighbouring days so that at most `MOST_BARS` bars are drawn."""
    counts = {day.day: (day.people, day.organisations) for day in days}
    start, end = days[0].day, days[-1].day
    length = (end - start).days + 1
    size = -(-length // MOST_BARS)
    groups = []
    for offset in range(0, length, size):
        span = [start + timedelta(days=offset + n) for n in range(min(size, length - offset))]
        people = sum(counts.get(day, (0, 0))[0] for day in span)
        organisations = sum(counts.get(day, (0, 0))[1] for day in span)
        groups.append((span[0], span[-1], people, organisations))
    return groups


def _round_up(number: int) -> int:
    """Return the next even number with one significant digit or one and a half: 2, 4, 10, 50..."""
    magnitude = int(10 ** (len(str(number)) - 1))
    for factor in (1, 2, 4, 5, 6, 8, 10):
        if factor * magnitude >= number:
            return max(2, factor * magnitude)
    raise AssertionError("ten times the magnitude is always enough")
