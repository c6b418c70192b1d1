"""What is installed is what is here."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("package", ["dedup", "jobs"])
def test_every_data_file_is_packed(package: str) -> None:
    options = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    folder = ROOT / package
    packed = {path for pattern in options["package-data"][package] for path in folder.glob(pattern)}
    data = {path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    left_out = {path for path in data - packed if path.suffix != ".py"}
    assert not left_out


@pytest.mark.parametrize("package", ["dedup", "jobs"])
def test_every_folder_with_modules_is_a_package(package: str) -> None:
    """Setuptools leaves out a folder without ``__init__.py``, with its data."""
    for module in (ROOT / package).rglob("*.py"):
        assert (module.parent / "__init__.py").exists(), f"{module.parent} lacks an __init__.py"
