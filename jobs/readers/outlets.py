"""Which outlet an article comes from."""

from __future__ import annotations

import re
from functools import lru_cache

import tldextract

MAX_NAME_CHARS = 200

_URL_HOST = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#@\s]*@)?([^/?#:\s]+)")
_HOST = re.compile(r"[^\W_](?:[\w-]*\.)+[^\W\d_][\w-]*")

#: The public suffix list that the package carries: no network, no file written.  Blogs under one roof
#: (example.blogspot.com) are outlets of their own.
_extract = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)


def is_url(value: str) -> bool:
    """Whether `value` is an address with a host."""
    return _URL_HOST.match(value) is not None


def url_domain(url: str) -> str:
    """Give the registered domain of an address, the host where there is none, else an empty string.

    Examples
    --------
    >>> url_domain("https://news.example.co.id/read/1"), url_domain("http://127.0.0.1/x"), url_domain("no")
    ('example.co.id', '127.0.0.1', '')
    """
    found = _URL_HOST.match(url)
    if found is None:
        return ""
    host = found[1].lower()
    return _registered(host) or host


@lru_cache(1 << 14)
def outlet(name: str, domain: str) -> str:
    """Give the outlet that a record names, under one name for all its spellings.

    Parameters
    ----------
    name : str
        As the record has it: a name, a host or an address; may be empty.
    domain : str
        Of the article's address; may be empty.

    Returns
    -------
    str
        The registered domain where `name` is a host or an address, or where it is that domain in other
        spelling ("The Example", theexample.com); else the name itself; without a name the domain.

    Examples
    --------
    >>> outlet("Example.CO.ID", ""), outlet("The Example", "theexample.com"), outlet("Wire", "example.com")
    ('example.co.id', 'theexample.com', 'Wire')
    """
    name = " ".join(name.split())[:MAX_NAME_CHARS]
    if not name:
        return domain
    if is_url(name):
        return url_domain(name)
    if _HOST.fullmatch(name) and (registered := _registered(name.lower())):
        return registered
    letters = "".join(filter(str.isalnum, name)).casefold()
    return domain if letters and letters == domain.partition(".")[0].replace("-", "") else name


@lru_cache(1 << 14)
def _registered(host: str) -> str:
    return str(_extract.extract_str(host).top_domain_under_public_suffix)
