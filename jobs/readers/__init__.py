"""From files of many shapes to articles."""
