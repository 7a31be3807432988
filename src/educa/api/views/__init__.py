"""What all views of the API have in common."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from rest_framework.exceptions import NotAuthenticated, NotFound
from rest_framework.renderers import BrowsableAPIRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from educa.accounts.models import User
from educa.api import idempotency
from educa.api.models import RepeatableRequest
from educa.api.preconditions import tagged


class Replay(Exception):
    """The request was carried out before; this is its answer."""

    def __init__(self, response: HttpResponse) -> None:
        super().__init__(response)
        self.response = response


class ApiView(APIView):
    """Answers are private, have tags, and repeat what was done for the same `Idempotency-Key`."""

    is_tagged = True
    is_repeatable = True  # whether answers may be kept for who sends a request again
    _claim: RepeatableRequest | None = None

    def get_renderers(self) -> list[Any]:
        """JSON; for staff also pages to look around."""
        renderers: list[Any] = super().get_renderers()
        user = getattr(self.request, "user", None)
        if user is not None and user.is_authenticated and user.is_staff:
            renderers.append(BrowsableAPIRenderer())
        return renderers

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Let in who may come, and look whether the request was carried out before."""
        super().initial(request, *args, **kwargs)
        if not self.is_repeatable:
            idempotency.refuse(request)
            return
        known = idempotency.begin(request)
        if isinstance(known, HttpResponse):
            raise Replay(known)
        self._claim = known

    def check_permissions(self, request: Request) -> None:
        """Raises also MethodNotAllowed, to somebody signed in: no scope and no part would help them."""
        if request.user.is_authenticated and not self.knows(str(request.method)):
            self.http_method_not_allowed(request)
        super().check_permissions(request)

    def knows(self, method: str) -> bool:
        """Whether there is such a method here."""
        return method.lower() in self.http_method_names and hasattr(self, method.lower())

    def handle_exception(self, exc: Exception) -> Any:
        """The answer to an error, or that which was given before."""
        if isinstance(exc, Replay):
            return exc.response
        return super().handle_exception(exc)

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Add what every answer has."""
        if isinstance(response, Response) and self.is_tagged:
            response = tagged(request, response)
        answer = super().finalize_response(request, response, *args, **kwargs)
        answer.headers.setdefault("Cache-Control", "private, no-store")
        return answer

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Carry the request out; what is answered is kept for who sends it again."""
        try:
            answer = super().dispatch(request, *args, **kwargs)
            if self._claim is not None:
                idempotency.finish(self._claim, rendered(answer))
        except Exception:
            if self._claim is not None:
                self._claim.delete()
            raise
        return answer


class NowhereView(ApiView):
    """What is below /api/ and leads nowhere, so that it is refused as everything else is here."""

    permission_classes: list[Any] = []
    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Raises NotFound, whatever the method."""
        super().initial(request, *args, **kwargs)
        raise NotFound

    def knows(self, method: str) -> bool:
        """What is not there has no methods that one could ask for instead."""
        return True


def person_of(request: Request) -> User:
    """Whoever asks. Raises NotAuthenticated for visitors."""
    if not request.user.is_authenticated:
        raise NotAuthenticated
    return request.user


def rendered(answer: Any) -> HttpResponse:
    """The same answer with its content."""
    found: HttpResponse = answer.render() if isinstance(answer, Response) else answer
    return found
