"""Lets ``python -m jobs.cli`` do what ``newsdedup`` does."""

from jobs.cli import main

main()
