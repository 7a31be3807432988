"""Reading JSON strictly (RFC 8259)."""

import json
from collections.abc import Mapping
from typing import Any, NoReturn

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser


class StrictJSONParser(JSONParser):
    """Refuses what is no JSON though Python would read it, and objects that say something twice."""

    def parse(
        self,
        stream: Any,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """The value. Raises ParseError."""
        try:
            return json.loads(
                stream.read().decode("utf-8"),
                parse_constant=_refuse_constant,
                object_pairs_hook=_once,
            )
        except (ValueError, RecursionError) as fault:
            raise ParseError(_("The body is no valid JSON.")) from fault


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key comes twice")
    return found
