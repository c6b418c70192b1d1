"""Writes dedup/text/alphabet.npz, the tables by which text is folded, from Python's Unicode database.

    python docs/build_alphabet.py

Stored hashes of words depend on these tables: rewriting them under a Python that knows a later Unicode changes
what some rare characters are, and with that the settings' digest should change too.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from dedup.text import alphabet, folding


def main() -> None:
    """Build the tables and write them."""
    np.savez_compressed(Path(alphabet.__file__).with_name(alphabet.TABLES), **folding.build()._asdict())


if __name__ == "__main__":
    main()
