"""The rules of the house, as far as a tool can hold them. `make check` runs this file."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parent.parent
TOOLS = Path(sys.executable).parent
WRITTEN = ("src", "tests", "docs", "bench", "tools", "examples", "deploy")
PRODUCTION = {
    "HOST": "0.0.0.0",  # as behind a proxy in a container
    "EDUCA_PROXY": "yes",
    "EDUCA_SITE_URL": "https://learn.example.org",
    "DATABASE_URL": "postgres://educa@database.example.org/educa",
    "CACHE_URL": "memcached://cache.example.org:11211",
    "CHANNEL_LAYER_URL": "redis://layer.example.org:6379/0",
    "EMAIL_URL": "smtp+tls://mail.example.org:587",
}


def run(*command: object, **environment: str) -> None:
    """Run a tool at the top of the repository, and fail with what it says when it finds fault."""
    kept = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    done = subprocess.run(
        list(map(str, command)),
        check=False,
        cwd=ROOT,
        env={**kept, "PYTHONPATH": str(ROOT / "src"), **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode != 0:
        pytest.fail(done.stdout, pytrace=False)


def manage(*command: str, **environment: str) -> None:
    run(sys.executable, "-m", "educa", "manage", *command, **environment)


def ours(*endings: str) -> list[Path]:
    """The repository's own files with one of these endings, without what was taken from others."""
    folders = [ROOT / name for name in WRITTEN]
    files = [*ROOT.glob("*"), *(file for folder in folders for file in folder.rglob("*"))]
    return [file for file in files if file.suffix in endings and "vendor" not in file.parts]


def test_code_has_no_lint() -> None:
    run(TOOLS / "ruff", "check", ".")


def test_code_is_formatted() -> None:
    run(TOOLS / "ruff", "format", "--check", ".")


def test_bootstrap_has_no_lint() -> None:
    # EXE003: it begins as a shell script, to find a Python that fits
    run(TOOLS / "ruff", "check", "--ignore", "EXE003", "--extension", ":python", "educa")


def test_imports_go_in_the_allowed_directions() -> None:
    run(TOOLS / "import-linter", "lint")


def test_only_views_use_the_shortcuts_of_views() -> None:
    views = {"views.py", "views", "admin.py", "admin", "admin_site.py", "tests"}
    users = [file for file in ours(".py") if "from django.shortcuts" in file.read_text()]

    assert [file for file in users if not views & set(file.parts) and "src" in file.parts] == []


def test_types_fit() -> None:
    run(TOOLS / "mypy", "src")


def test_code_uses_what_this_django_offers() -> None:
    run(TOOLS / "django-upgrade", "--target-version", "5.2", "--check", *ours(".py"))


def test_templates_are_formatted() -> None:
    templates = [file for file in ours(".html") if "templates" in file.parts]
    run(TOOLS / "djade", "--target-version", "5.2", "--check", *templates)


def test_words_are_spelled_right() -> None:
    run(
        TOOLS / "typos",
        "educa",
        *ROOT.glob("*.md"),
        *filter(Path.exists, map(ROOT.joinpath, WRITTEN)),
    )


def test_migrations_match_the_models() -> None:
    manage("makemigrations", "--check", "--dry-run")


def test_migrations_of_an_app_stand_in_one_line() -> None:
    run(
        sys.executable,
        "-m",
        "django",
        "check",
        PYTHONPATH=os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
        DJANGO_SETTINGS_MODULE="tests.settings",
    )


def test_a_production_site_is_configured_safely() -> None:
    manage("check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)
