"""The certificate that the settings ask for."""

from django.conf import settings

from educa.lib.tls import TlsFiles, ensure_certificate, given


def configured_tls() -> TlsFiles | None:
    """The certificate given, or one made on the spot; None when the site is served without TLS.

    Raises ImproperlyConfigured when the one that is given can't be used.
    """
    if not settings.EDUCA_TLS:
        return None
    if settings.EDUCA_TLS_CERT or settings.EDUCA_TLS_KEY:
        return given(settings.EDUCA_TLS_CERT, settings.EDUCA_TLS_KEY)
    return ensure_certificate(settings.DATA_DIR / "tls", [settings.HOST, *settings.ALLOWED_HOSTS])
