"""Reading one value from the environment: what is understood, and what is refused by name."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from educa.config import backends, env
from educa.lib.buckets import BucketStorage

pytestmark = pytest.mark.once

NAME = "EDUCA_SOMETHING"


@pytest.fixture
def given(monkeypatch):
    """Set the variable to a value."""
    return lambda value: monkeypatch.setenv(NAME, value)


@pytest.mark.parametrize("value", ["yes", "YES", " on ", "1", "true"])
def test_a_flag_says_yes_in_several_ways(given, value):
    given(value)

    assert env.flag(NAME) is True


@pytest.mark.parametrize("value", ["no", "Off", "0", "false"])
def test_a_flag_says_no_in_several_ways(given, value):
    given(value)

    assert env.flag(NAME, default=True) is False


@pytest.mark.parametrize("value", ["", "   "])
def test_an_empty_value_counts_as_not_set(given, value):
    given(value)

    assert env.flag(NAME, default=True) is True
    assert env.number(NAME, 7) == 7
    assert env.text(NAME, "other") == "other"


@pytest.mark.parametrize("value", ["y", "ja", "2", "yes please", "yes;"])
def test_a_flag_that_is_neither_yes_nor_no_is_refused(given, value):
    given(value)

    with pytest.raises(ImproperlyConfigured, match=f"^{NAME}: .* neither yes nor no"):
        env.flag(NAME)


@pytest.mark.parametrize("value", ["8O00", "-1", "1.5", "1e3", "1_000", "70000", "٣", "9" * 5000])
def test_a_number_out_of_bounds_or_none_at_all_is_refused(given, value):
    given(value)

    with pytest.raises(ImproperlyConfigured, match=f"^{NAME}: .* whole number from 1 to 65535"):
        env.number(NAME, 8000, least=1, most=65535)


def test_a_list_drops_blanks_and_empty_entries(given):
    given(" a.example , ,b.example,")

    assert env.words(NAME) == ["a.example", "b.example"]


@pytest.mark.parametrize(
    "value", ["a.example", ".example.org", "127.0.0.1", "[::1]", "xn--mnchen-3ya"]
)
def test_a_bare_host_is_understood(given, value):
    given(value)

    assert env.hosts(NAME) == [value]


@pytest.mark.parametrize(
    "value",
    [
        "https://a.example",
        "a.example:8000",
        "a.example/",
        "a.example b.example",
        "*",
        "::1",
        "münchen.de",
    ],
)
def test_a_host_with_anything_around_it_is_refused(given, value):
    given(value)

    with pytest.raises(ImproperlyConfigured, match=f"^{NAME}: .* is no host name"):
        env.hosts(NAME)


def test_networks_and_single_addresses_are_understood(given):
    given("10.0.5.0/24, 192.168.7.9,fd00::/8")

    assert list(map(str, env.networks(NAME))) == ["10.0.5.0/24", "192.168.7.9/32", "fd00::/8"]


@pytest.mark.parametrize("value", ["10.0.5.1/24", "10.0.5", "localhost", "10.0.0.0/33", "all"])
def test_what_is_no_network_is_refused(given, value):
    given(value)

    with pytest.raises(ImproperlyConfigured, match=f"^{NAME}: .*write a network as"):
        env.networks(NAME)


@pytest.mark.parametrize(
    ("value", "host"), [("", "127.0.0.1"), ("::", "::"), ("[::1]", "::1"), ("0.0.0.0", "0.0.0.0")]
)
def test_the_host_to_listen_on_may_be_of_ipv6(given, value, host):
    given(value)

    assert env.host(NAME, "127.0.0.1") == host


@pytest.mark.parametrize(
    "value", ["http://0.0.0.0", "0.0.0.0:8000", "[::1]:8000", "a..b", "a" * 64]
)
def test_a_host_that_nobody_could_listen_on_is_refused(given, value):
    given(value)

    with pytest.raises(ImproperlyConfigured, match=f"^{NAME}: .* is no host name"):
        env.host(NAME, "127.0.0.1")


@pytest.mark.parametrize(
    ("value", "origin"),
    [
        ("", ""),
        ("https://learn.example.org/", "https://learn.example.org"),
        ("https://Learn.Example.org:443", "https://learn.example.org"),
        ("https://learn.example.org:8443", "https://learn.example.org:8443"),
        ("http://[::1]:80", "http://[::1]"),
    ],
)
def test_the_address_of_a_site_is_written_as_browsers_do(given, value, origin):
    given(value)

    assert env.site(NAME) == origin


@pytest.mark.parametrize(
    "value",
    [
        "learn.example.org",
        "ftp://learn.example.org",
        "https:learn.example.org",
        "https://",
        "https://learn.example.org/educa",
        "https://learn.example.org?x=1",
        "https://me@learn.example.org",
        "https://learn.example.org:port",
        "https://learn example.org",
        "https://[::1",
    ],
)
def test_the_address_of_a_site_is_refused(given, value):
    given(value)

    with pytest.raises(ImproperlyConfigured, match=f"^{NAME}: "):
        env.site(NAME)


@pytest.mark.parametrize("value", ["Mars/Olympus", "CEST+2", "../etc/passwd", "europe/berlin "])
def test_an_unknown_time_zone_is_refused(given, value):
    given(value)

    with pytest.raises(ImproperlyConfigured, match=f"^{NAME}: .* no time zone"):
        env.time_zone(NAME, "UTC")


def test_an_unknown_level_of_the_log_is_refused(given):
    given("loud")

    with pytest.raises(ImproperlyConfigured, match=f"^{NAME}: 'LOUD' is none of .*DEBUG, INFO"):
        env.log_level(NAME, "WARNING")


@pytest.mark.parametrize("value", ["educa", "educa@", "Educa <>", "@example.org"])
def test_a_sender_without_an_address_is_refused(given, value):
    given(value)

    with pytest.raises(ImproperlyConfigured, match=f"^{NAME}: .* no mail address"):
        env.sender(NAME, "educa@localhost")


def test_an_unknown_home_directory_is_refused(given):
    given("~nobody-of-that-name/educa")

    with pytest.raises(ImproperlyConfigured, match=f"^{NAME}: "):
        env.folder(NAME, Path())


@pytest.mark.parametrize("value", ["de", "en,de", ","])
def test_a_word_that_is_no_choice_is_refused(given, value):
    given(value)

    with pytest.raises(ImproperlyConfigured, match=f"^{NAME}: .* none of en, fr"):
        env.choices(NAME, "en", among=["en", "fr"])


@pytest.mark.parametrize("value", ["postgres://me:p/w@host/db", "postgres://me:p#w@host/db"])
def test_what_can_not_be_read_is_refused_without_repeating_the_password(given, value):
    given(value)

    with pytest.raises(ImproperlyConfigured, match=f"^{NAME}: ") as refusal:
        env.address(NAME, {"postgres"})

    assert "me" not in str(refusal.value).split()
    assert "'p'" not in str(refusal.value)


def test_an_escaped_password_reaches_the_database_whole(given, tmp_path):
    given("postgres://me:p%2F%3F%23%40w@host:5433/db?sslmode=require")

    found = backends.database(NAME, tmp_path / "db.sqlite3", statement_timeout=7)

    assert found["PASSWORD"] == "p/?#@w"
    assert (found["HOST"], found["PORT"], found["NAME"]) == ("host", 5433, "db")
    assert found["OPTIONS"]["sslmode"] == "require"
    assert "statement_timeout=7s" in found["OPTIONS"]["options"]


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("mysql://host/db", "must start with one of postgres, postgresql, sqlite"),
        ("localhost/db", "must start with"),
        ("postgres:host/db", "must start with postgres://"),
        ("postgres://host", "names no database"),
        ("postgres:///db", "names no host"),
        ("sqlite://db.sqlite3", "names a host"),
        ("sqlite:///no/such/folder/db.sqlite3", "there is no folder /no/such/folder"),
    ],
)
def test_an_address_of_no_database_is_refused(given, tmp_path, value, reason):
    given(value)

    with pytest.raises(ImproperlyConfigured, match=f"^{NAME}: {reason}"):
        backends.database(NAME, tmp_path / "db.sqlite3", statement_timeout=10)


def test_sqlite_without_a_path_is_the_one_in_the_data_directory(given, tmp_path):
    given("sqlite://")

    found = backends.database(NAME, tmp_path / "db.sqlite3", statement_timeout=10)

    assert found["NAME"] == tmp_path / "db.sqlite3"


def test_sqlite_may_lie_anywhere(given, tmp_path):
    given(f"sqlite://{tmp_path}/a%20site.sqlite3")

    found = backends.database(NAME, Path("unused"), statement_timeout=10)

    assert found["NAME"] == tmp_path / "a site.sqlite3"


@pytest.mark.parametrize(
    ("value", "servers"),
    [
        ("memcached://cache", ["cache"]),
        ("memcached://10.0.0.5:11211,10.0.0.6:11211/", ["10.0.0.5:11211", "10.0.0.6:11211"]),
        ("memcached://[::1]:11211", ["[::1]:11211"]),
        ("memcached:///run/memcached.sock", ["/run/memcached.sock"]),
    ],
)
def test_memcached_has_one_or_several_servers(given, value, servers):
    given(value)

    assert backends.cache(NAME)["LOCATION"] == servers


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("redis://cache", "must start with one of locmem, memcached"),
        ("10.0.0.5:11211", "must start with"),
        ("memcached://", "names no server"),
        ("memcached://cache:port", "'cache:port' is no server"),
        ("memcached://a:1;b:2", "'a:1;b:2' is no server"),
    ],
)
def test_an_address_of_no_cache_is_refused(given, value, reason):
    given(value)

    with pytest.raises(ImproperlyConfigured, match=f"^{NAME}: {reason}"):
        backends.cache(NAME)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("http://layer", "must start with one of memory, redis, rediss"),
        ("redis://", "names no host"),
        ("redis://layer/zero", "the part after the host must be the number"),
        ("redis://layer:sixthousand", "its host or port"),
    ],
)
def test_an_address_of_no_channel_layer_is_refused(given, value, reason):
    given(value)

    with pytest.raises(ImproperlyConfigured, match=f"^{NAME}: {reason}"):
        backends.channel_layer(NAME)


@pytest.mark.parametrize(
    ("value", "port", "tls", "ssl"),
    [
        ("smtp://me:s%40cret@mail.example.org", 25, False, False),
        ("smtp+tls://me:s%40cret@mail.example.org", 587, True, False),
        ("smtps://me:s%40cret@mail.example.org", 465, False, True),
        ("smtps://me:s%40cret@mail.example.org:2465", 2465, False, True),
    ],
)
def test_mail_goes_by_smtp_in_three_ways(given, value, port, tls, ssl):
    given(value)

    found = backends.email(NAME)

    assert (found["EMAIL_HOST"], found["EMAIL_PORT"]) == ("mail.example.org", port)
    assert (found["EMAIL_HOST_USER"], found["EMAIL_HOST_PASSWORD"]) == ("me", "s@cret")
    assert (found["EMAIL_USE_TLS"], found["EMAIL_USE_SSL"]) == (tls, ssl)


def test_mail_may_be_kept_as_files(given):
    given("file:///srv/outgoing%20mail")

    assert backends.email(NAME)["EMAIL_FILE_PATH"] == "/srv/outgoing mail"


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("mail.example.org:587", "must start with one of console, file, smtp, smtp\\+tls, smtps"),
        ("smtp://", "names no host"),
        ("smtp+ssl://mail.example.org", "must start with"),
        ("file://outgoing", "must be file:///"),
        ("file://", "must be file:///"),
    ],
)
def test_an_address_of_no_mail_is_refused(given, value, reason):
    given(value)

    with pytest.raises(ImproperlyConfigured, match=f"^{NAME}: {reason}"):
        backends.email(NAME)


def test_files_are_kept_in_a_bucket(given):
    given("s3://KEY:SE%2FCRET@objects.example.org:9000/educa?region=eu-central-1&tls=no")

    found = backends.storage(NAME)

    assert import_string(found["BACKEND"]) is BucketStorage
    assert found["OPTIONS"] == {
        "bucket_name": "educa",
        "endpoint_url": "http://objects.example.org:9000",
        "region_name": "eu-central-1",
        "access_key": "KEY",
        "secret_key": "SE/CRET",
    }


def test_a_bucket_without_a_key_leaves_it_to_the_machine(given):
    given("s3://s3.eu-central-1.amazonaws.com/educa")

    options = backends.storage(NAME)["OPTIONS"]

    assert options["endpoint_url"] == "https://s3.eu-central-1.amazonaws.com"
    assert options["access_key"] is options["secret_key"] is None


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("https://objects.example.org/educa", "must start with one of file, s3"),
        ("s3://educa", "must look like s3://"),
        ("s3:///educa", "must look like s3://"),
        ("s3://objects.example.org/educa/media", "must look like s3://"),
        ("s3://KEY@objects.example.org/educa", "needs both a key and a secret"),
        ("s3://objects.example.org/educa?tls=maybe", "tls=maybe is neither"),
        ("s3://objects.example.org/educa?acl=public-read", "acl: only region and tls"),
    ],
)
def test_an_address_of_no_storage_is_refused(given, value, reason):
    given(value)

    with pytest.raises(ImproperlyConfigured, match=f"^{NAME}: {reason}"):
        backends.storage(NAME)


def test_a_bucket_without_its_packages_is_refused_with_the_command_to_install_them(
    given, monkeypatch
):
    given("s3://objects.example.org/educa")
    monkeypatch.setattr(backends, "find_spec", {}.get)

    with pytest.raises(ImproperlyConfigured, match=f"^{NAME}: .*uv pip install .*django-storages"):
        backends.storage(NAME)
