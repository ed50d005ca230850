"""Work for later: a table, a worker, a timetable.

Rooms say in their `jobs.py` what is to be done and how often; the worker (`flask work`) does it.
Knows nothing of what the jobs are about.
"""

from flask import Blueprint

blueprint = Blueprint("jobs", __name__, cli_group="jobs")
