"""Kernels are kept on disk, and not longer than they are true."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import numba
import pytest
from numba.core import caching

from dedup import compiled

KERNEL = "from dedup.compiled import kernel\n@kernel\ndef double(x):\n    return x * 2\n"


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Load a module with one kernel anew, as another process would."""
    (tmp_path / "kept_kernel.py").write_text(KERNEL)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path / "kept"))

    def load():
        sys.modules.pop("kept_kernel", None)
        return importlib.import_module("kept_kernel")

    yield load
    sys.modules.pop("kept_kernel", None)


def test_a_kernel_is_compiled_once(module) -> None:
    assert module().double(3) == 6
    again = module().double
    assert again(4) == 8
    assert sum(again.stats.cache_hits.values()) == 1


def test_a_change_anywhere_in_the_package_compiles_anew(module, monkeypatch: pytest.MonkeyPatch) -> None:
    module().double(3)
    monkeypatch.setattr(compiled, "sources_digest", lambda: "another version")
    again = module().double
    assert again(3) == 6
    assert sum(again.stats.cache_hits.values()) == 0


def test_without_a_place_to_write_kernels_still_run(module, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled._PackageCacheImpl, "_locator_classes", ())
    assert module().double(3) == 6


@pytest.mark.parametrize("kind", ["nbi", "nbc"])
@pytest.mark.parametrize(
    "damage", [lambda content: content[: len(content) // 2], lambda content: b"", lambda content: b"x" * 99]
)
def test_a_damaged_file_costs_a_compilation_and_no_more(module, tmp_path: Path, kind: str, damage) -> None:
    module().double(3)
    (kept,) = (tmp_path / "kept").rglob(f"*.{kind}")
    kept.write_bytes(damage(kept.read_bytes()))
    assert module().double(3) == 6
    again = module().double
    assert again(3) == 6
    assert sum(again.stats.cache_hits.values()) == 1, "it was not kept anew"


def test_a_full_disk_costs_the_next_process_a_compilation(module, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(caching.IndexDataCacheFile, "_save_data", full)
    assert module().double(3) == 6
    assert module().double(3) == 6
