"""What happens around every view: headers, and the answer when a limit is reached."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers

from educa.lib.encodings import takes_gzip
from educa.lib.throttle import TooManyRequests

GetResponse = Callable[[HttpRequest], HttpResponse]
HEADER = "Content-Security-Policy"
PAGE = "text/html"


class ContentSecurityPolicyMiddleware:
    """Send the policy of `settings.SECURE_CSP` (CSP level 3) with answers that have none of their own.

    The setting has the name and the shape that Django 6 gives it.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.policy = "; ".join(
            f"{directive} {' '.join(sources)}" for directive, sources in settings.SECURE_CSP.items()
        )

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault(HEADER, self.policy)
        return response


class CompressionMiddleware(GZipMiddleware):
    """Compress pages, and nothing else: pictures and videos are small already, and are asked for in parts.

    Django's own middleware adds random bytes, against guessing secrets from sizes (BREACH); the
    token of a form is masked anew in each answer besides.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if response.streaming or not response.headers.get("Content-Type", "").startswith(PAGE):
            return response
        said = request.META  # `request.headers` puts all of them together first
        if not takes_gzip(said.get("HTTP_ACCEPT_ENCODING", "")):
            patch_vary_headers(response, ("Accept-Encoding",))
            return response
        return super().process_response(request, response)


class MethodMiddleware:
    """Give the empty answer to a method that a page does not know the site's look, and a way back."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            response.content = render_to_string("405.html", request=request).encode()
        return response


class ThrottleMiddleware:
    """Answer 429 where a limit was reached, and say when another try is worth it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, TooManyRequests):
            return None
        content = render_to_string("429.html", request=request)
        headers = {"Retry-After": str(exception.retry_after), "Cache-Control": "no-store"}
        return HttpResponse(content, status=429, headers=headers)
