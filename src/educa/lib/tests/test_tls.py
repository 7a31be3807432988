"""Certificates that are made on the spot, and those that are given."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from django.core.exceptions import ImproperlyConfigured

from educa.lib import tls

pytestmark = pytest.mark.once


def load(files):
    return x509.load_pem_x509_certificate(files.certificate.read_bytes())


def test_a_certificate_is_for_this_machine_and_its_hosts(tmp_path):
    found = load(tls.ensure_certificate(tmp_path / "tls", ["learn.example.org", "192.0.2.7", ""]))

    names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["learn.example.org", "localhost"]
    assert list(map(str, names.get_values_for_type(x509.IPAddress))) == [
        "127.0.0.1",
        "192.0.2.7",
        "::1",
    ]
    assert found.not_valid_after_utc - found.not_valid_before_utc == timedelta(days=397)


def test_the_key_is_for_its_owner_only(tmp_path):
    files = tls.ensure_certificate(tmp_path / "tls", [])

    assert files.key.stat().st_mode & 0o777 == 0o600
    assert files.key.parent.stat().st_mode & 0o777 == 0o700


def test_a_certificate_is_kept_for_the_same_hosts_in_any_order(tmp_path):
    first = load(tls.ensure_certificate(tmp_path, ["a.example", "[::1]", "B.example"]))

    assert load(tls.ensure_certificate(tmp_path, ["b.example", "a.example"])) == first


def test_a_certificate_is_renewed_for_other_hosts(tmp_path):
    first = load(tls.ensure_certificate(tmp_path, ["a.example"]))

    assert load(tls.ensure_certificate(tmp_path, ["b.example"])) != first


def test_a_certificate_is_renewed_before_it_expires(tmp_path, monkeypatch):
    with monkeypatch.context() as earlier:
        earlier.setattr(tls, "VALID", timedelta(days=20))
        first = load(tls.ensure_certificate(tmp_path, []))

    second = load(tls.ensure_certificate(tmp_path, []))

    assert second != first
    assert second.not_valid_after_utc > datetime.now(UTC) + timedelta(days=300)


@pytest.mark.parametrize("spoiled", ["certificate", "key"])
def test_a_spoiled_file_is_replaced(tmp_path, spoiled):
    files = tls.ensure_certificate(tmp_path, [])
    getattr(files, spoiled).write_text("half a fi")

    renewed = tls.ensure_certificate(tmp_path, [])

    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(renewed.certificate, renewed.key)


def test_given_files_are_used_as_they_are(tmp_path):
    files = tls.ensure_certificate(tmp_path, [])

    assert tls.given(str(files.certificate), str(files.key)) == files


def test_one_file_may_hold_both(tmp_path):
    files = tls.ensure_certificate(tmp_path, [])
    both = tmp_path / "both.pem"
    both.write_bytes(files.certificate.read_bytes() + files.key.read_bytes())

    assert tls.given(str(both), "") == tls.TlsFiles(both, both)


def refusal(certificate, key):
    with pytest.raises(ImproperlyConfigured) as caught:
        tls.given(str(certificate), str(key))
    return str(caught.value)


def test_a_missing_file_is_named(tmp_path):
    files = tls.ensure_certificate(tmp_path, [])

    assert refusal(tmp_path / "no.pem", files.key).startswith("EDUCA_TLS_CERT: ")
    assert refusal(files.certificate, tmp_path / "no.pem").startswith("EDUCA_TLS_KEY: ")
    assert refusal("", files.key).startswith("EDUCA_TLS_CERT: ")


def test_a_file_that_is_no_certificate_is_named(tmp_path):
    files = tls.ensure_certificate(tmp_path, [])

    assert "holds no certificate" in refusal(files.key, files.key)


def test_a_key_of_another_certificate_is_refused(tmp_path):
    files = tls.ensure_certificate(tmp_path / "one", [])
    others = tls.ensure_certificate(tmp_path / "two", [])

    assert refusal(files.certificate, others.key).startswith("EDUCA_TLS_KEY: ")


def test_an_expired_certificate_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(tls, "VALID", timedelta(minutes=30))
    files = tls.ensure_certificate(Path(tmp_path), [])

    assert "expired on" in refusal(files.certificate, files.key)
