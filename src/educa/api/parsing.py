"""Reading JSON strictly (RFC 8259)."""

import json
import re
from collections.abc import Mapping
from math import isfinite
from typing import Any, NoReturn

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

from educa.api.problems import Problem

NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")  # written by an odd number of backslashes


class StrictJSONParser(JSONParser):
    """Refuses what is no JSON though Python would read it, and objects that say something twice.

    Refused are also signs that no text can hold: NUL, and halves of a pair (surrogates).
    """

    def parse(
        self,
        stream: Any,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """The value. Raises ParseError, and Problem (413) for a body that is too long."""
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        body = stream.read(most + 1)
        if len(body) > most:
            raise Problem(
                status.HTTP_413_REQUEST_ENTITY_TOO_LARGE, "too_large", _("The body is too long.")
            )
        try:
            text = body.decode("utf-8")
            value = json.loads(
                text,
                parse_constant=_refuse_constant,
                parse_float=_finite,
                object_pairs_hook=_once,
            )
            if "\\u" in text:
                _refuse_what_no_text_holds(value)
        except (ValueError, RecursionError) as fault:
            raise ParseError(_("The body is no valid JSON.")) from fault
        return value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _finite(digits: str) -> float:
    number = float(digits)
    if not isfinite(number):
        raise ValueError(digits)
    return number


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key comes twice")
    return found


def _refuse_what_no_text_holds(value: Any) -> None:
    """Raises ValueError. Only an escape can bring such a sign, as a body with one is no UTF-8 or no JSON."""
    written = json.dumps(value, ensure_ascii=False)
    written.encode("utf-8")
    if NUL.search(written):
        raise ValueError("NUL")
