"""From files of many shapes to articles.

`read_articles` gives the articles of paths, patterns, folders and standard input one by one;
`resolve_ids` keeps one for each id; `Rejections` tells what was left out and mended.
"""

from jobs.readers.articles import PlacedArticle
from jobs.readers.identity import resolve_ids
from jobs.readers.inputs import InputFile, find_inputs, input_bytes, waiting
from jobs.readers.places import Place, Places
from jobs.readers.reading import read_articles
from jobs.readers.rejections import InputDigest, Rejection, Rejections
from jobs.readers.shelf import Shelf

__all__ = [
    "InputDigest",
    "InputFile",
    "Place",
    "PlacedArticle",
    "Places",
    "Rejection",
    "Rejections",
    "Shelf",
    "find_inputs",
    "input_bytes",
    "read_articles",
    "resolve_ids",
    "waiting",
]
