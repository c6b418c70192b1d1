"""The one decorator of every compiled kernel, so that all are built and kept alike."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from numba import njit
from numba.core import caching
from numba.core.runtime.nrt import rtsys
from numba.extending import register_jitable

if TYPE_CHECKING:
    from collections.abc import Callable


def kernel(function: Callable[..., Any] | None = None, *, inner: bool = False, **options: Any) -> Any:
    """Compile `function` without the interpreter lock, so that threads run side by side, and keep it on disk.

    It is kept beside the module or, where that is read-only, in the user's cache folder, or in
    ``NUMBA_CACHE_DIR``; where nothing can be written it is compiled anew in each process.  Floating point
    follows IEEE: a kernel that wants re-association says so itself, because results must not depend on the
    machine.

    Parameters
    ----------
    inner : bool, default False
        For what only other kernels call: nothing is compiled but what goes into them, no entry for Python and
        no file.  Called from Python it runs as plain Python.
    options
        Further options of `numba.njit`.
    """
    if function is None:
        return partial(kernel, inner=inner, **options)
    if inner:
        return register_jitable(error_model="numpy", **options)(function)
    settings: dict[str, Any] = {"nogil": True, "error_model": "numpy", "no_cfunc_wrapper": True}
    compiled = njit(**settings, **options)(function)
    try:  # what numba's own `enable_caching` does, with another cache
        compiled._cache = _PackageCache(function)  # type: ignore[no-untyped-call]  # noqa: SLF001
    except RuntimeError:
        return compiled
    return compiled


@cache
def sources_digest() -> str:
    """Give one digest over all modules of the package.

    numba keeps a kernel until its own module changes, but a kernel holds the machine code of those it calls:
    after an upgrade the old code of another module would live on in it.
    """
    digest = hashlib.blake2b(digest_size=16)
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


class _WholePackage:
    """A kept kernel is fresh as long as no module of the package has changed."""

    def get_source_stamp(self) -> str:
        return sources_digest()


class _Provided(_WholePackage, caching.UserProvidedCacheLocator):
    pass


class _InTree(_WholePackage, caching.InTreeCacheLocator):
    pass


class _UserWide(_WholePackage, caching.UserWideCacheLocator):
    pass


class _PackageCacheImpl(caching.CompileResultCacheImpl):
    _locator_classes: ClassVar = [_Provided, _InTree, _UserWide]  # type: ignore[misc]


class _PackageCache(caching.FunctionCache):
    _impl_class = _PackageCacheImpl

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """Load a kept kernel without all that only compiling needs; one that is damaged is compiled anew.

        numba's own method first makes its compiler ready: a third of a second of imports, scipy's linear algebra
        among them.  Machine code needs the memory manager alone.
        """
        rtsys.initialize(target_context)
        try:
            return self._load_overload(sig, target_context)  # type: ignore[no-untyped-call]
        except Exception:  # noqa: BLE001  (bytes cut off or changed fail in any way there is)
            with suppress(OSError):
                self.flush()  # type: ignore[no-untyped-call]
            return None

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep a kernel; where the disk is full the next process compiles it anew."""
        with suppress(OSError):
            super().save_overload(sig, data)  # type: ignore[no-untyped-call]
