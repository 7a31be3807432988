"""Health, which must be answered whatever else is ill."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from educa.config import views
from educa.lib.middleware import GetResponse

ANSWERS = {"/healthz": views.healthz, "/readyz": views.readyz}


class HealthMiddleware:
    """Answer /healthz and /readyz before anything looks at a session, which is in the database."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = ANSWERS.get(request.path_info, self.get_response)
        return answer(request)
