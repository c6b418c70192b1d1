"""The one decorator of every compiled kernel, so that all are built alike."""

from __future__ import annotations

from functools import partial
from typing import Any

from numba import njit

#: Compiled without the interpreter lock (joblib threads run side by side) and kept on disk, beside the
#: module or, where that is read-only, in the user's cache folder.  Floating point follows IEEE: a kernel
#: that wants re-association says so itself, because results must not depend on the machine.
kernel: Any = partial(njit, nogil=True, cache=True, error_model="numpy")
