"""`huying serve` under load, killed again and again: a city, people who report, processes, and what is to be counted."""

from __future__ import annotations

from tests.faults.trial.killing import Trial, trial

__all__ = ["Trial", "trial"]
