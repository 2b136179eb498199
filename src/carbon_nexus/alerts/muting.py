"""When a mute timing holds: times that recur, by the clock on the wall of its zone. Pure.

A time is muted where the wall clock shows one of the timing's times. Where the clock is put forward the hour that is
left out mutes nothing; where it is put back the hour that comes twice is muted twice.
"""

import re
from calendar import day_name, monthrange
from datetime import datetime
from zoneinfo import ZoneInfo

from carbon_nexus.alerts.model import Interval, MuteTiming

WHOLE_DAY = (0, 24 * 60)
CLOCK = re.compile("[0-9]{2}:[0-9]{2}")


def muted_at(timing: MuteTiming, now: datetime) -> str | None:
    """Why the timing holds at this moment, with the local time that does; None: it does not."""
    local = now.astimezone(ZoneInfo(timing.time_zone))
    for interval in timing.intervals:
        if _is_one_of_its_days(interval, local) and (times := _times_around(interval, local)):
            day = f"{day_name[local.weekday()]} {_clock(times[0])} to {_clock(times[1])}"
            return f"mute timing '{timing.name}' holds on {day}, {timing.time_zone}"
    return None


def minute_of(clock: str) -> int:
    """The minute of the day, 0 to 1440, that a wall clock shows; "24:00" is its end. Raises ValueError."""
    if not CLOCK.fullmatch(clock):
        raise ValueError("must be a time such as 18:00")
    hours, minutes = map(int, clock.split(":"))
    if minutes > 59 or (minute := hours * 60 + minutes) > WHOLE_DAY[1]:
        raise ValueError("must be a time from 00:00 to 24:00")
    return minute


def _is_one_of_its_days(interval: Interval, local: datetime) -> bool:
    to_end = local.day - monthrange(local.year, local.month)[1] - 1  # -1 is the last day
    return (
        (not interval.weekdays or local.weekday() in interval.weekdays)
        and (not interval.days_of_month or bool(interval.days_of_month & {local.day, to_end}))
        and (not interval.months or local.month in interval.months)
    )


def _times_around(interval: Interval, local: datetime) -> tuple[int, int] | None:
    minute = local.hour * 60 + local.minute
    return next((times for times in interval.times or (WHOLE_DAY,) if times[0] <= minute < times[1]), None)


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
