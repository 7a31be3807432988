"""The documents say what the code does."""

import re
import runpy
import tomllib
from pathlib import Path

import pytest
from django.core.management import get_commands

from educa.config import cli, env

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *ROOT.glob("bench/*.md")])
LINK = re.compile(r"\]\((?!https?:|mailto:)([^)#\s]*)(#[^)\s]*)?\)")
READS_VARIABLE = re.compile(r"environ(?:\.get\(|\[)f?\"(EDUCA_[A-Z_]+)")
OF_TESTS = ("EDUCA_TEST_", "EDUCA_CHROMIUM")


def text_of(name):
    """A document, by its path in docs/."""
    return (ROOT / "docs" / name).read_text()


def section(document, title):
    """One section of a document, without those that follow it."""
    return document.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def first_column(part):
    """The names in the first column of the tables in a part of a document."""
    rows = [line.split("|")[1] for line in part.splitlines() if line.startswith("| `")]
    return [name for row in rows for name in re.findall(r"`([^`]+)`", row)]


@pytest.fixture
def names_read(monkeypatch, tmp_path):
    """The variables that the settings ask for."""
    names: set[str] = set()
    monkeypatch.setattr(env, "names_read", names)
    monkeypatch.setenv("EDUCA_DATA_DIR", str(tmp_path))
    runpy.run_path(str(ROOT / "src/educa/config/settings.py"))
    return names


def test_every_setting_is_explained_and_every_explained_setting_is_read(names_read):
    explained = first_column(section(text_of("configuration.md"), "Every setting"))

    assert sorted(explained) == sorted(names_read)


def test_the_defaults_are_those_of_the_code():
    settings = (ROOT / "src/educa/config/settings.py").read_text()
    in_code = re.findall(r'env\.(?!refuse)\w+\("([A-Z_]+)", (?:"([^"]+)"|(\d+))', settings)
    rows = section(text_of("configuration.md"), "Every setting")

    for name, text, number in in_code:
        assert f"\n| `{name}` | `{text or number}`" in rows, name
    assert len(in_code) >= 8


def test_the_variables_of_tests_are_explained():
    files = [
        ROOT / "educa",
        ROOT / "conftest.py",
        *ROOT.glob("t*/**/*.py"),
        *ROOT.glob("src/**/*.py"),
    ]
    source = "\n".join(file.read_text() for file in files)
    read = {name for name in READS_VARIABLE.findall(source) if name.startswith(OF_TESTS)}

    part = section(text_of("configuration.md"), "Setting up from a checkout, and tests")

    explained = set(first_column(part))
    assert read - explained <= {"EDUCA_TEST_"}
    assert {name for name in explained if not is_used(name, source)} == set()


def is_used(name, source):
    """Whether the source has the name, or the last word of one that it puts together."""
    stem = name.removeprefix("EDUCA_TEST_")
    return name in source or stem in source or stem.lower() in source.lower()


def test_the_example_of_a_deployment_uses_settings_that_exist(names_read):
    lines = (ROOT / "deploy/educa.env").read_text().splitlines()

    used = {line.partition("=")[0] for line in lines if line and not line.startswith("#")}

    assert used - names_read == set()


def named(requirements):
    """The names of packages in a list of requirements."""
    return {re.split(r"[\[<>=;! ]", text)[0].lower() for text in requirements}


@pytest.mark.parametrize("title", ["Core", "Optional", "Development"])
def test_every_dependency_is_argued_for_and_none_that_is_gone(title):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = {
        "Core": named(project["project"]["dependencies"]),
        "Optional": named(project["project"]["optional-dependencies"]["s3"]),
        "Development": named(project["dependency-groups"]["dev"]),
    }

    argued = first_column(section(text_of("dependencies.md"), title))

    assert sorted(argued) == sorted(wanted[title])


def test_every_vendored_file_exists():
    for name in first_column(section(text_of("dependencies.md"), "Vendored")):
        folder = ROOT / "src/educa" if name.startswith("static/") else ROOT
        assert [*folder.glob(name)], name


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_to_another_document_leads_somewhere(document):
    text = re.sub(r"```.*?```", "", document.read_text(), flags=re.DOTALL)
    targets = [document.parent / path for path, _ in LINK.findall(text) if path]

    assert [str(target) for target in targets if not target.exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_to_a_heading_finds_it(document):
    for path, anchor in LINK.findall(document.read_text()):
        target = document.parent / path if path else document
        if anchor and target.suffix == ".md":
            assert anchor[1:] in anchors(target), f"{path}{anchor}"


def anchors(document):
    """The anchors that a document's headings have on the web."""
    headings = re.findall(r"^#+ (.+)$", document.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_document_can_be_found_from_the_index():
    index = text_of("README.md")
    decisions = text_of("decisions/README.md")

    for path in (ROOT / "docs").rglob("*.md"):
        name = path.relative_to(ROOT / "docs").as_posix()
        known = path.name in decisions if path.parent.name == "decisions" else name in index
        assert known or path.name == "README.md", name


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_in_a_document_exists(document):
    known = {*cli.COMMANDS, "manage", "version", "test"}

    for command, sub in re.findall(
        r"(?:\./|`|\$ |\n)educa ([a-z]+)(?: ([a-z_]+))?", document.read_text()
    ):
        assert command in known, command
        assert command != "manage" or sub in {*get_commands(), "help"}, sub


def test_the_commands_are_all_in_the_reference():
    explained = first_column(text_of("reference/commands.md").partition("## Exit")[0])

    assert {*cli.COMMANDS, "manage", "version"} <= set(explained)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_habit_of_make_in_a_document_exists(document):
    habits = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE)

    assert set(re.findall(r"`make (\w+)`", document.read_text())) <= set(habits)
