"""The other ways to run the same pages behind an ASGI server, for comparison."""

import os
from typing import Any, cast

from a2wsgi import WSGIMiddleware
from django.core.asgi import get_asgi_application

from educa.config.wsgi import application

THREADS = int(os.environ["EDUCA_THREADS"])

through_a2wsgi = WSGIMiddleware(cast("Any", application), workers=THREADS)
django_asgi = get_asgi_application()
