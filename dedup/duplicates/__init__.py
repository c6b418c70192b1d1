"""Near-duplicates: shingles, signatures, bands, comparison, groups."""
