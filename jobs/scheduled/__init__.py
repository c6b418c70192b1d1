"""`newsdedup run --state`: what is new goes into a state, and everything near it is decided again."""

from jobs.scheduled.report import ScheduledResult
from jobs.scheduled.run import run_scheduled

__all__ = ["ScheduledResult", "run_scheduled"]
