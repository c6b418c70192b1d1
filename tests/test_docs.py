"""What the documents say is true."""

from __future__ import annotations

import importlib.util
import re
import shlex
from pathlib import Path

import pytest

from jobs.cli import app
from tests.commands import options_of

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def test_the_reference_page_is_up_to_date() -> None:
    spec = importlib.util.spec_from_file_location("build_reference", ROOT / "docs" / "build_reference.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.PAGE.read_text(encoding="utf-8") == module.page(), "run: python docs/build_reference.py"


def test_every_path_that_the_documents_name_exists() -> None:
    for document in ("README.md", "ARCHITECTURE.md"):
        for path in re.findall(r"`((?:dedup|jobs|tests|data|docs)/[\w/.-]*)`", (ROOT / document).read_text()):
            assert (ROOT / path).exists(), f"{document} names {path}"


def test_the_python_example_of_the_readme_runs(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(ROOT)
    (code,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    names: dict = {}
    exec(compile(code, "README.md", "exec"), names)
    assert names["duplicates"].in_group.any()


def commands_of(page: Path) -> list[list[str]]:
    """Give the words of every call of newsdedup in the shell examples of a page, from its first argument on."""
    blocks = re.findall(r"```(?:sh|console|bash)\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    lines = re.split(r"\n|&&|\|\|?|;", "\n".join(blocks).replace("\\\n", " "))
    calls = [re.match(r"(?:.*\.sh\"? |.*/bin/| *)newsdedup (.*)", line) for line in lines]
    return [shlex.split(call[1], comments=True) for call in calls if call]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_in_a_document_has_the_options_it_is_given(page: Path) -> None:
    for words in commands_of(page):
        names = words[:2] if words[0] == "config" else words[:1]
        if names[0].startswith("-"):
            continue
        given = {word.partition("=")[0] for word in words if re.match(r"--[a-z]", word)}
        assert given <= options_of(app, names), f"{page.name}: newsdedup {' '.join(words)}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_to_another_page_leads_somewhere(page: Path) -> None:
    for link in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / link).exists(), f"{page.name} links to {link}"
