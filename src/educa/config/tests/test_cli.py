"""The command `educa`: one line on stderr and status 2 for what can't be done, never a traceback."""

import pytest

import educa
from educa.config.cli import main
from educa.config.tests.commands import run_educa

pytestmark = pytest.mark.once


@pytest.fixture
def data(tmp_path):
    """The data directory of a site that does not exist yet."""
    return tmp_path / "data"


def assert_refused(done, words):
    """It ended with status 2 and one line on stderr that has these words."""
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert done.stderr.startswith("educa: ")
    assert words in done.stderr


@pytest.mark.parametrize("words", [[], ["--help"], ["-h"], ["help"]])
def test_without_a_command_it_lists_them(capsys, words):
    assert main(words) == 0

    assert "\n  doctor " in capsys.readouterr().out


@pytest.mark.parametrize("word", ["version", "--version"])
def test_it_tells_its_version(capsys, word):
    assert main([word]) == 0

    assert capsys.readouterr().out == f"{educa.__version__}\n"


def test_help_needs_neither_settings_nor_a_data_directory(data):
    done = run_educa(data, "--help", PORT="eighty")

    assert (done.returncode, done.stderr) == (0, "")
    assert not data.exists()


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["serv"], "there is no command 'serv'; `educa --help` lists them"),
        (["serve", "--port", "8000"], "unrecognized arguments: --port 8000"),
        (["import"], "the following arguments are required"),
    ],
)
def test_a_command_that_is_not_understood_is_refused(data, words, reason):
    assert_refused(run_educa(data, *words), reason)


@pytest.mark.parametrize("command", ["run", "import"])
def test_each_command_explains_itself(data, command):
    done = run_educa(data, command, "--help")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"usage: educa {command} ")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("HOST", "0.0.0.0"),
        ("EDUCA_TIME_ZONE", "Berlin"),
        ("DATABASE_URL", "mysql://localhost/educa"),
    ],
)
def test_a_bad_setting_is_named_in_one_line(data, name, value):
    named = "EDUCA_ALLOWED_HOSTS" if name == "HOST" else name

    assert_refused(run_educa(data, "serve", **{name: value}), f"{named}: ")


def test_a_bad_setting_is_named_by_the_commands_of_django_too(data):
    assert_refused(run_educa(data, "manage", "migrate", PORT="eighty"), "PORT: 'eighty'")


def test_a_missing_certificate_is_named(data):
    run_educa(data, "manage", "migrate")

    done = run_educa(data, "serve", PORT="0", EDUCA_TLS_CERT=str(data / "none.pem"))

    assert_refused(done, "EDUCA_TLS_CERT: ")


def test_serving_an_empty_database_is_refused(data):
    assert_refused(run_educa(data, "serve", PORT="0"), "educa manage migrate")


def test_the_tables_can_be_made_before_anything_else_exists(data):
    done = run_educa(data, "manage", "migrate", EDUCA_SECRET_KEY="0123456789" * 5)

    assert (done.returncode, done.stderr) == (0, "")
    assert (data / "db.sqlite3").exists()


def test_a_file_that_is_no_database_is_said_to_be_one(data):
    data.mkdir()
    (data / "db.sqlite3").write_bytes(b"a text, not a database " * 100)

    assert_refused(run_educa(data, "manage", "migrate"), "database: file is not a database")


@pytest.mark.parametrize("key", ["", "0123456789" * 5])
def test_a_data_directory_that_can_not_be_made_is_named(data, key):
    data.touch()

    done = run_educa(data / "site", "doctor", EDUCA_SECRET_KEY=key)

    assert_refused(done, f"EDUCA_DATA_DIR: {data}")
