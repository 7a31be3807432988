"""Who may do what: scopes of tokens, and parts in courses."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from educa.api.models import AccessToken, Scope
from educa.courses.models import Course
from educa.courses.permissions import can_teach


class HasScope(BasePermission):
    """A token is used for what it was made for: reading needs `read`, changing what the view says.

    A view says `scope = Scope.LEARN` or `Scope.TEACH`, and `reading_scope` where reading is only a part of
    that; sessions and passwords may do everything.
    """

    code = "scope"

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether the token, if there is one, has the scope."""
        token = request.auth
        if not isinstance(token, AccessToken):
            return True
        reading = getattr(view, "reading_scope", Scope.READ)
        wanted = reading if request.method in SAFE_METHODS else getattr(view, "scope", None)
        return wanted is not None and token.allows(wanted)


class IsSignedIn(BasePermission):
    """Anybody with an account, as long as it is open."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether somebody is signed in."""
        return request.user.is_authenticated and request.user.is_active


class IsSignedInOrReads(IsSignedIn):
    """Everybody may read; to change something, one is signed in."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether it is reading, or somebody is signed in."""
        return request.method in SAFE_METHODS or super().has_permission(request, view)


class Teaches(IsSignedIn):
    """Those whose courses can be: instructors, as long as they are."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether courses can be this person's."""
        return super().has_permission(request, view) and can_teach(request.user)


class SessionOnly(BasePermission):
    """What a token can't do: make or revoke tokens."""

    code = "session"

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether the person came themselves."""
        return not isinstance(request.auth, AccessToken)


def course_to_change(request: Request, pk: int) -> Course:
    """The course. Raises Http404 for who can't see it, PermissionDenied for who can't change it."""
    course: Course | None = Course.objects.visible_to(request.user).filter(pk=pk).first()
    if course is None:
        raise Http404
    if not Course.objects.editable_by(request.user).filter(pk=course.pk).exists():
        raise PermissionDenied
    return course
