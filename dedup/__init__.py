"""Near-duplicate detection and story grouping for news: arrays and records in, arrays and records out.

Nothing here prints, exits, reads the clock or the environment; `jobs` does.
"""
