"""PostgreSQL, Redis and Memcached behind a site: the real ones, and what is said when they are dead."""

import socket

import pytest

from educa.config.tests.commands import run_educa
from tests.mailbox import mailbox

pytestmark = pytest.mark.once


@pytest.fixture
def data(tmp_path):
    """The data directory of a site that does not exist yet."""
    return tmp_path / "data"


@pytest.fixture
def closed_port():
    """A port of this machine that nobody listens on: taken, so that nobody else begins to."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


def doctor(data, **variables):
    """What the doctor says of the site, by part, and its exit status."""
    done = run_educa(data, "doctor", **variables)
    lines = {line[6:22].strip(): line for line in done.stdout.splitlines()}
    return lines, done


def test_a_site_on_real_servers_is_well(data, postgres_url, redis_url, memcached_address):
    servers = {
        "DATABASE_URL": postgres_url,
        "CHANNEL_LAYER_URL": redis_url,
        "CACHE_URL": f"memcached://{memcached_address}",
    }

    migrated = run_educa(data, "manage", "migrate", "--verbosity", "0", **servers)
    collected = run_educa(data, "manage", "collectstatic", "--no-input", "-v", "0", **servers)
    lines, _ = doctor(data, **servers)

    assert (migrated.returncode, migrated.stderr) == (0, "")
    assert (collected.returncode, collected.stderr) == (0, "")
    assert lines["Database"].startswith("ok    Database         PostgreSQL (")
    assert lines["Cache"] == f"ok    Cache            PatientMemcache ({memcached_address}) answers"
    assert lines["Channel layer"].startswith("ok    Channel layer    RedisPubSubChannelLayer (")
    assert not (data / "db.sqlite3").exists()


def test_a_dead_database_is_a_fault_in_plain_words(data, closed_port):
    url = f"postgres://educa:pass-word@127.0.0.1:{closed_port}/educa"

    lines, done = doctor(data, DATABASE_URL=url)

    assert done.returncode == 2
    assert lines["Database"].startswith("FAIL  Database         connection failed")
    assert "Traceback" not in done.stderr
    assert "pass-word" not in done.stdout + done.stderr


def test_a_command_that_needs_a_dead_database_says_so_in_one_line(data, closed_port):
    url = f"postgres://educa:pass-word@127.0.0.1:{closed_port}/educa"

    done = run_educa(data, "manage", "migrate", DATABASE_URL=url)

    assert done.returncode == 2
    assert done.stderr.startswith("educa: database: connection failed")
    assert done.stderr.count("\n") == 1


def test_a_dead_cache_is_a_fault_in_plain_words(data, closed_port):
    lines, done = doctor(data, CACHE_URL=f"memcached://127.0.0.1:{closed_port}")

    assert done.returncode == 2
    assert lines["Cache"] == (
        f"FAIL  Cache            PatientMemcache (127.0.0.1:{closed_port}) does not answer"
    )


def test_a_dead_channel_layer_is_a_fault_in_plain_words(data, closed_port):
    url = f"redis://:pass-word@127.0.0.1:{closed_port}/0"

    lines, done = doctor(data, CHANNEL_LAYER_URL=url)

    assert done.returncode == 2
    assert (
        f"FAIL  Channel layer    RedisPubSubChannelLayer (127.0.0.1:{closed_port})" in done.stdout
    )
    assert " does not answer: " in lines["Channel layer"]
    assert "pass-word" not in done.stdout + done.stderr


def test_a_mail_server_that_answers_is_well(data):
    with mailbox() as mails:
        lines, _ = doctor(data, EMAIL_URL=f"smtp://{mails.address}")

    assert lines["Mail"] == f"ok    Mail             {mails.address} answers"


def test_mail_that_is_kept_in_a_folder_is_worth_knowing(data):
    lines, _ = doctor(data, EMAIL_URL=f"file://{data}/mail")

    assert lines["Mail"].startswith(f"note  Mail             is kept in {data}/mail; nobody")


def test_a_dead_mail_server_is_a_fault_in_plain_words(data, closed_port):
    lines, done = doctor(data, EMAIL_URL=f"smtp://127.0.0.1:{closed_port}")

    assert done.returncode == 2
    assert lines["Mail"] == (
        f"FAIL  Mail             127.0.0.1:{closed_port} does not answer: Connection refused"
    )


def test_an_option_that_postgresql_does_not_know_is_named(data, postgres_url):
    done = run_educa(data, "manage", "migrate", DATABASE_URL=f"{postgres_url}?sslmod=require")

    assert done.returncode == 2
    assert "sslmod" in done.stderr
    assert done.stderr.count("\n") == 1
