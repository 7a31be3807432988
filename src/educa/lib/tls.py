"""Certificates for serving over TLS: one that was given, or one made on the spot."""

import ipaddress
import os
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from django.core.exceptions import ImproperlyConfigured

VALID = timedelta(days=397)  # browsers refuse longer
RENEWED_BEFORE = timedelta(days=30)
ALWAYS = ("localhost", "127.0.0.1", "::1")
ANY_ADDRESS = frozenset({"", "0.0.0.0", "::"})  # noqa: S104 - left out of names, not bound


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """A certificate with its chain, and its key, both as PEM."""

    certificate: Path
    key: Path


def given(certificate: str, key: str) -> TlsFiles:
    """The files that the operator has named, after a look inside.

    An empty `key` means that the certificate's file holds it too. Raises ImproperlyConfigured,
    naming the variable.
    """
    if not certificate:
        raise ImproperlyConfigured("EDUCA_TLS_CERT: must name the certificate of EDUCA_TLS_KEY")
    files = TlsFiles(Path(certificate), Path(key or certificate))
    named = (("EDUCA_TLS_CERT", files.certificate), ("EDUCA_TLS_KEY", files.key))
    for variable, path in named:
        try:
            path.read_bytes()
        except OSError as error:
            raise ImproperlyConfigured(f"{variable}: {path}: {error.strerror}") from None
    try:
        found = x509.load_pem_x509_certificate(files.certificate.read_bytes())
    except ValueError:
        raise ImproperlyConfigured(
            f"EDUCA_TLS_CERT: {files.certificate} holds no certificate"
        ) from None
    if found.not_valid_after_utc <= datetime.now(UTC):
        day = found.not_valid_after_utc.date()
        raise ImproperlyConfigured(f"EDUCA_TLS_CERT: {files.certificate} expired on {day}")
    try:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        # Without a password to give, an encrypted key would be asked for on the terminal.
        context.load_cert_chain(files.certificate, files.key, password=lambda: "")
    except (ssl.SSLError, ValueError, OSError):
        raise ImproperlyConfigured(
            f"EDUCA_TLS_KEY: {files.key} holds no unencrypted key for {files.certificate}"
        ) from None
    return files


def ensure_certificate(directory: Path, hosts: Iterable[str]) -> TlsFiles:
    """A self-signed certificate in `directory` for this machine and the hosts.

    The one that is there is used again, unless it is about to expire or is for other hosts.
    """
    files = TlsFiles(directory / "certificate.pem", directory / "key.pem")
    names = host_names(hosts)
    if not is_usable(files, names):
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        key = ec.generate_private_key(ec.SECP256R1())
        write(files.key, pem_of(key), mode=0o600)
        write(files.certificate, certificate_for(key, names), mode=0o644)
    return files


def host_names(hosts: Iterable[str]) -> list[str]:
    """The names that a certificate for these hosts must carry, sorted; wildcards as they are."""
    plain = {host.strip().strip("[]").lower() for host in hosts} - ANY_ADDRESS
    # Django's way to write "and everything below" is a leading dot.
    return sorted({f"*{host}" if host.startswith(".") else host for host in plain} | set(ALWAYS))


def is_usable(files: TlsFiles, names: list[str]) -> bool:
    """Whether the certificate there is for exactly these names, valid for a while, and has its key."""
    try:
        found = x509.load_pem_x509_certificate(files.certificate.read_bytes())
        key = serialization.load_pem_private_key(files.key.read_bytes(), password=None)
        carried = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (OSError, ValueError, TypeError, x509.ExtensionNotFound):
        return False
    now = datetime.now(UTC)
    return (
        found.not_valid_before_utc <= now < found.not_valid_after_utc - RENEWED_BEFORE
        and carried == alternative_names(names)
        and found.public_key() == key.public_key()
    )


def certificate_for(key: ec.EllipticCurvePrivateKey, names: list[str]) -> bytes:
    """A self-signed certificate as PEM."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Educa on this machine")])
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))  # a client's clock may be behind
        .not_valid_after(now + VALID - timedelta(hours=1))
        .add_extension(alternative_names(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    )
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def alternative_names(names: list[str]) -> x509.SubjectAlternativeName:
    """The names as a certificate carries them: addresses apart from names."""
    return x509.SubjectAlternativeName([general_name(name) for name in names])


def general_name(name: str) -> x509.GeneralName:
    """An address as an address, anything else as a name in ASCII."""
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name.encode("idna").decode("ascii"))


def pem_of(key: ec.EllipticCurvePrivateKey) -> bytes:
    """The key as PEM, unencrypted."""
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def write(path: Path, content: bytes, *, mode: int) -> None:
    """Write a file that never exists half, nor for a moment with wider rights."""
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)
    part.replace(path)
