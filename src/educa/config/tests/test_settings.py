"""The settings that an environment makes, and the starts that are refused for safety."""

import multiprocessing
import stat

import pytest
from django.core.exceptions import ImproperlyConfigured

from educa.config.secret_key import kept_secret_key
from educa.config.tests.commands import KEY, PRODUCTION, run_educa, settings_with

pytestmark = pytest.mark.once

OPEN = {"EDUCA_SECRET_KEY": KEY, "HOST": "0.0.0.0", "EDUCA_ALLOWED_HOSTS": "learn.example.org"}


@pytest.fixture
def settings_of(monkeypatch, tmp_path):
    """The settings that some variables make."""
    return lambda **variables: settings_with(monkeypatch, tmp_path / "data", **variables)


def test_nothing_set_means_everything_embedded_on_loopback(settings_of, tmp_path):
    found = settings_of()

    assert found["EDUCA_LOOPBACK"] is True
    assert found["DATABASES"]["default"]["NAME"] == tmp_path / "data/db.sqlite3"
    assert found["ALLOWED_HOSTS"] == ["localhost", "127.0.0.1", "[::1]"]
    assert "BoundedMemory" in found["CACHES"]["default"]["BACKEND"]
    assert "InMemory" in found["CHANNEL_LAYERS"]["default"]["BACKEND"]
    assert "console" in found["EMAIL_BACKEND"]
    assert found["DEBUG"] is False


def test_a_production_site_uses_its_servers_and_safe_cookies(settings_of):
    found = settings_of(**PRODUCTION)

    assert found["ALLOWED_HOSTS"] == ["learn.example.org"]
    assert found["CSRF_TRUSTED_ORIGINS"] == ["https://learn.example.org"]
    assert found["SESSION_COOKIE_SECURE"] is found["CSRF_COOKIE_SECURE"] is True
    assert found["SESSION_COOKIE_NAME"].startswith("__Host-")
    assert found["SECURE_HSTS_SECONDS"] >= 31_536_000
    assert found["CACHES"]["default"]["LOCATION"] == ["cache.example.org:11211"]


def test_the_name_of_a_site_has_no_port(settings_of):
    found = settings_of(**{**PRODUCTION, "EDUCA_SITE_URL": "https://learn.example.org:8443"})

    assert found["ALLOWED_HOSTS"] == ["learn.example.org"]
    assert found["CSRF_TRUSTED_ORIGINS"] == ["https://learn.example.org:8443"]


def test_the_site_answers_to_its_own_name_beside_those_that_are_listed(settings_of):
    found = settings_of(**{**PRODUCTION, "EDUCA_ALLOWED_HOSTS": "internal.example.org"})

    assert found["ALLOWED_HOSTS"] == ["internal.example.org", "learn.example.org"]


@pytest.mark.parametrize(
    ("named", "change"),
    [
        ("EDUCA_ALLOWED_HOSTS", {"EDUCA_ALLOWED_HOSTS": ""}),
        ("EDUCA_ALLOWED_HOSTS", {"EDUCA_ALLOWED_HOSTS": "*"}),
        ("EDUCA_ALLOWED_HOSTS", {"EDUCA_ALLOWED_HOSTS": "https://learn.example.org"}),
        ("EDUCA_DEBUG", {"EDUCA_DEBUG": "yes", "EDUCA_TLS": "yes"}),
        ("EDUCA_SECRET_KEY", {"EDUCA_SECRET_KEY": "changeme", "EDUCA_TLS": "yes"}),
        ("EDUCA_SECRET_KEY", {"EDUCA_SECRET_KEY": "x" * 60, "EDUCA_TLS": "yes"}),
        ("EDUCA_OLD_SECRET_KEYS", {"EDUCA_OLD_SECRET_KEYS": "old", "EDUCA_TLS": "yes"}),
        ("EDUCA_SITE_URL", {}),
        ("EDUCA_SITE_URL", {"EDUCA_SITE_URL": "http://learn.example.org"}),
        ("EDUCA_SITE_URL", {"EDUCA_SITE_URL": "http://learn.example.org", "EDUCA_TLS": "yes"}),
        ("EDUCA_SITE_URL", {"EDUCA_SITE_URL": "learn.example.org", "EDUCA_TLS": "yes"}),
        ("EDUCA_SITE_URL", {"EDUCA_PROXY": "yes"}),
        ("EDUCA_PROXY", {"EDUCA_SITE_URL": "https://learn.example.org"}),
    ],
)
def test_an_unsafe_start_is_refused(settings_of, named, change):
    with pytest.raises(ImproperlyConfigured, match=f"^{named}: "):
        settings_of(**{**OPEN, **change})


@pytest.mark.parametrize(
    "change",
    [
        {"EDUCA_PLAIN_HTTP": "yes"},
        {"EDUCA_TLS": "yes"},
        {"EDUCA_TLS_CERT": "/etc/educa/certificate.pem"},
        {"EDUCA_SITE_URL": "https://learn.example.org", "EDUCA_TLS": "yes"},
        {"EDUCA_SITE_URL": "https://learn.example.org", "EDUCA_PROXY": "yes"},
    ],
)
def test_a_start_that_was_thought_about_is_accepted(settings_of, change):
    found = settings_of(**{**OPEN, **change})

    assert found["EDUCA_LOOPBACK"] is False
    assert found["SESSION_COOKIE_SECURE"] is ("EDUCA_PLAIN_HTTP" not in change)


def test_a_proxy_in_front_of_loopback_makes_a_site_public(settings_of):
    with pytest.raises(ImproperlyConfigured, match=r"^EDUCA_DEBUG: "):
        settings_of(EDUCA_PROXY="yes", EDUCA_DEBUG="yes")


def test_a_key_alone_asks_for_its_certificate(settings_of):
    assert settings_of(EDUCA_TLS_KEY="/etc/educa/key.pem")["EDUCA_TLS"] is True


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("EDUCA_DATA_DIR", "/proc/educa"),
        ("EDUCA_TLS", "perhaps"),
        ("EDUCA_PROXY", "nginx"),
        ("EDUCA_PLAIN_HTTP", "ok"),
        ("EDUCA_HSTS_SUBDOMAINS", "all"),
        ("PORT", "eighty"),
        ("EDUCA_THREADS", "0"),
        ("EDUCA_MAX_UPLOAD_MB", "512M"),
        ("EDUCA_COURSE_QUOTA_MB", "-1"),
        ("EDUCA_USER_QUOTA_MB", "none"),
        ("EDUCA_STATEMENT_TIMEOUT", "10s"),
        ("EDUCA_LANGUAGES", "en,tlh"),
        ("EDUCA_TIME_ZONE", "Berlin"),
        ("EDUCA_LOG_LEVEL", "verbose"),
        ("EDUCA_FROM_EMAIL", "Educa"),
        ("EDUCA_PEERTUBE_HOSTS", "https://tube.example.org"),
        ("EDUCA_ACCEL_REDIRECT", "/protected-media"),
        ("EDUCA_ACCEL_REDIRECT", "https://files.example.org/"),
        ("EDUCA_ACCEL_REDIRECT", "/"),
        ("EDUCA_ACCEL_REDIRECT", "/../media/"),
        ("DATABASE_URL", "/srv/educa.sqlite3"),
        ("CACHE_URL", "redis://cache"),
        ("CHANNEL_LAYER_URL", "layer:6379"),
        ("EMAIL_URL", "mail.example.org"),
        ("EDUCA_STORAGE_URL", "/srv/media"),
    ],
)
def test_a_value_that_can_not_be_used_is_refused_by_name(settings_of, name, value):
    with pytest.raises(ImproperlyConfigured, match=f"^{name}: "):
        settings_of(**{name: value})


@pytest.mark.parametrize(
    "variables",
    [
        PRODUCTION,
        {**OPEN, "EDUCA_TLS": "yes", "EDUCA_SITE_URL": "https://learn.example.org:8443"},
    ],
    ids=["behind a proxy", "by itself"],
)
def test_django_has_nothing_to_object_to_in_a_production_site(tmp_path, variables):
    check = ("manage", "check", "--deploy", "--fail-level", "WARNING")
    done = run_educa(tmp_path / "data", *check, **variables)

    assert (done.returncode, done.stderr) == (0, "")
    assert "no issues" in done.stdout


def test_a_secret_key_is_made_once_for_its_owner_only(tmp_path):
    path = tmp_path / "data/secret-key"

    first, second = kept_secret_key(path), kept_secret_key(path)

    assert first == second
    assert len(first) >= 50
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [*path.parent.iterdir()] == [path]


def test_processes_that_start_at_once_share_one_key(tmp_path):
    path = tmp_path / "data/secret-key"

    with multiprocessing.get_context("forkserver").Pool(4) as pool:
        keys = pool.map(kept_secret_key, [path] * 32, chunksize=1)

    assert len(set(keys)) == 1


@pytest.mark.parametrize("rubbish", [b"", b"\n", b"\xff\xfe"])
def test_a_damaged_secret_key_is_refused_and_kept(tmp_path, rubbish):
    path = tmp_path / "secret-key"
    path.write_bytes(rubbish)

    with pytest.raises(ImproperlyConfigured, match=r"^EDUCA_DATA_DIR: .*secret-key holds no key"):
        kept_secret_key(path)

    assert path.read_bytes() == rubbish


def test_a_data_directory_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "file").touch()

    with pytest.raises(ImproperlyConfigured, match=r"^EDUCA_DATA_DIR: .*/file.*: "):
        kept_secret_key(tmp_path / "file/secret-key")


@pytest.mark.parametrize(
    "others",
    [{"EDUCA_PROXY": ""}, {"EDUCA_STORAGE_URL": "s3://key:secret@s3.example.org/educa"}],
)
def test_a_proxy_is_handed_files_only_where_there_is_one_and_they_are_on_the_disk(
    settings_of, others
):
    site = {"EDUCA_PLAIN_HTTP": "yes", "EDUCA_PROXY": "yes", "EDUCA_SITE_URL": "http://x.example"}

    with pytest.raises(ImproperlyConfigured, match=r"^EDUCA_ACCEL_REDIRECT: "):
        settings_of(**{**OPEN, **site, "EDUCA_ACCEL_REDIRECT": "/protected-media/", **others})


def test_a_proxy_may_be_handed_files(settings_of):
    found = settings_of(**{**PRODUCTION, "EDUCA_ACCEL_REDIRECT": "/protected-media/"})

    assert found["EDUCA_ACCEL_REDIRECT"] == "/protected-media/"
