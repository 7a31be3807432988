"""What all views of the API have in common."""

from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotAuthenticated, NotFound, ValidationError
from rest_framework.mixins import ListModelMixin
from rest_framework.permissions import SAFE_METHODS
from rest_framework.renderers import BrowsableAPIRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from educa.accounts.models import User
from educa.api import idempotency
from educa.api.models import RepeatableRequest
from educa.api.pagination import PAGING
from educa.api.preconditions import tagged

DRY_RUN = "dry_run"


class Replay(Exception):
    """The request was carried out before; this is its answer."""

    def __init__(self, response: HttpResponse) -> None:
        super().__init__(response)
        self.response = response


class ApiView(APIView):
    """Answers are private, have tags, and repeat what was done for the same `Idempotency-Key`.

    A parameter in the address that the request does not know is refused, and so is one that comes twice.
    """

    is_tagged = True
    is_repeatable = True  # whether answers may be kept for who sends a request again
    telling_headers: tuple[str, ...] = ()  # headers that a request to be repeated is known by, too
    is_list: bool | None = None  # whether GET gives pages of rows; None: as the framework has it
    filters: Any = None  # a serializer of the parameters of a list
    parameters: Any = None  # a serializer of the parameters of another GET
    rehearsed: frozenset[str] = frozenset()  # the actions, or methods, that know `dry_run`
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
        self.check_parameters(request)
        if not self.is_repeatable:
            idempotency.refuse(request)
            return
        known = idempotency.begin(request, self.telling_headers)
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

    def check_parameters(self, request: Request) -> None:
        """Raises ValidationError for what this request does not know, or is told twice."""
        known, given = self.known_parameters(request), request.query_params
        wrong = {name: _("This parameter is not known.") for name in given if name not in known}
        if wrong:
            raise ValidationError({name: [wrong[name]] for name in sorted(wrong)}, "unknown")
        twice = {name: [_("This comes twice.")] for name in given if len(given.getlist(name)) > 1}
        if twice:
            raise ValidationError(twice, "twice")

    def known_parameters(self, request: Request) -> set[str]:
        """The names that may stand in the address."""
        step = getattr(self, "action", None) or str(request.method).lower()
        if request.method not in SAFE_METHODS:
            return {DRY_RUN} if step in self.rehearsed else set()
        is_list = self.is_list
        if is_list is None:
            is_list = step == "list" or (
                step in {"get", "head"} and isinstance(self, ListModelMixin)
            )
        found = _fields_of(self.parameters)
        return {*found, *PAGING, *_fields_of(self.filters)} if is_list else {*found}

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


@cache
def _fields_of(serializer: Any) -> frozenset[str]:
    """The names of the fields of a class of serializers; none of None."""
    return frozenset(serializer().fields if serializer else ())


class NowhereView(ApiView):
    """What is below /api/ and leads nowhere, so that it is refused as everything else is here."""

    permission_classes: list[Any] = []
    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Raises NotFound, whatever the method and the parameters."""
        super().initial(request, *args, **kwargs)
        raise NotFound(self.words)

    @property
    def words(self) -> str | None:
        """What is said besides; None for the usual."""
        return None

    def knows(self, method: str) -> bool:
        """What is not there has no methods that one could ask for instead."""
        return True

    def check_parameters(self, request: Request) -> None:
        """Nor are there parameters."""


class SlashlessView(NowhereView):
    """An address without its slash: reading leads to the one that has it.

    What is posted is refused, since most programs would follow by a GET and take that for success.
    """

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """The way to the address with a slash, or 404."""
        if request.method in {"GET", "HEAD"}:
            return HttpResponsePermanentRedirect(request.get_full_path(force_append_slash=True))
        return super().dispatch(request, *args, **kwargs)

    @property
    def words(self) -> str:
        """What the address lacks."""
        return _("Addresses end with a slash.")


def person_of(request: Request) -> User:
    """Whoever asks. Raises NotAuthenticated for visitors."""
    if not request.user.is_authenticated:
        raise NotAuthenticated
    return request.user


def rendered(answer: Any) -> HttpResponse:
    """The same answer with its content."""
    found: HttpResponse = answer.render() if isinstance(answer, Response) else answer
    return found
