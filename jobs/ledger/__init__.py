"""The state of scheduled runs: `ledger` opens it, `commit` changes it, `check` goes through all of it."""

from jobs.ledger.ledger import Ledger

__all__ = ["Ledger"]
