"""The corpus with one text per duplicate group, in the formats it came in.

Records are copied as they were read, unknown fields and all: `formats` copies the records of one file that are
kept, `copying` says which and tells why each of the others was left out.
"""

from jobs.report.deduplicated.copying import DROPPED, FOLDER, Dropped, deduplicate

__all__ = ["DROPPED", "FOLDER", "Dropped", "deduplicate"]
