"""Writes docs/reference/openapi.yaml, the description of the API, from the code.

python tools/openapi.py          write it
python tools/openapi.py check    fail if it is not what the code says
"""

import os
import sys
from pathlib import Path

import django

DOCUMENT = Path(__file__).resolve().parent.parent / "docs/reference/openapi.yaml"


def described() -> str:
    """The description of today, in English and without an address of a site."""
    from django.utils.translation import override  # noqa: PLC0415 - needs the settings
    from drf_spectacular.generators import SchemaGenerator  # noqa: PLC0415
    from drf_spectacular.renderers import OpenApiYamlRenderer  # noqa: PLC0415

    with override("en"):
        schema = SchemaGenerator().get_schema(request=None, public=True)
        return OpenApiYamlRenderer().render(schema, renderer_context={}).decode()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "educa.config.settings")
    django.setup()
    text = described()
    if sys.argv[1:] != ["check"]:
        DOCUMENT.write_text(text, encoding="utf-8")
    elif DOCUMENT.read_text(encoding="utf-8") != text:
        sys.exit("openapi.yaml is out of date: run `make openapi`")
