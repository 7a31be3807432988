"""How the API describes itself (OpenAPI 3.1)."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema

from educa.api.models.idempotency import LONGEST_KEY

PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "code", "message"],
                "properties": {
                    "field": {"type": "string"},
                    "code": {"type": "string"},
                    "message": {"type": "string"},
                },
            },
        },
    },
}


REFUSED = {
    "description": "Refused: problem details (RFC 9457).",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "description": "Sent again with the same key, the request is carried out once.",
    "schema": {"type": "string", "maxLength": LONGEST_KEY},
}
WITHOUT_KEY = {"/api/tokens/", "/api/webhooks/", "/api/webhooks/{id}/rotate/"}


class Operation(AutoSchema):
    """One request: its parameters are those of the view's filters; every one may be refused."""

    def get_override_parameters(self) -> list[Any]:
        """The parameters that the view knows; its other actions don't ask the filters of its list."""
        is_list = getattr(self.view, "action", "list") == "list" and self._is_list_view()
        asked = getattr(self.view, "filters" if is_list else "parameters", None)
        return [asked] if asked is not None and self.method == "GET" else []


def complete(result: dict[str, Any], **_context: Any) -> dict[str, Any]:
    """Add what all requests have: how they are refused, and for POST how one is sent again."""
    result["components"]["schemas"]["Problem"] = PROBLEM
    for path, methods in result["paths"].items():
        for method, operation in methods.items():
            operation["responses"]["default"] = REFUSED
            if method == "post" and path not in WITHOUT_KEY:
                operation.setdefault("parameters", []).append(KEY)
    return result


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Personal access tokens."""

    target_class = "educa.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """How a token is sent."""
        return {"type": "http", "scheme": "bearer"}


class BasicScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Name and password."""

    target_class = "educa.api.authentication.BasicAuthentication"
    name = "basic"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """How they are sent."""
        return {"type": "http", "scheme": "basic"}


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The session of the site."""

    target_class = "educa.api.authentication.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """The cookie by which it is known."""
        return {"type": "apiKey", "in": "cookie", "name": "session"}
