"""`educa.json` and the files that it names: the course, for the importer of Educa."""

import json
from collections.abc import Iterator
from typing import Any

from educa.courses.kinds.base import ItemBase
from educa.interchange.exact import format as exact
from educa.interchange.exact.fields import to_json
from educa.interchange.packing.inventory import Inventory, PackedContent, PackedFile, full_items
from educa.lib.zipping import Zip


def write_exact(zipped: Zip, inventory: Inventory) -> list[str]:
    """Write the course as Educa reads it; the names of the files written."""
    parts = []
    for number, contents in enumerate(_parts(inventory), 1):
        name = f"{exact.PARTS}/{number}.json"
        zipped.write(name, _json({"contents": contents}))
        parts.append(name)
    zipped.write(exact.INDEX, _json(_index(inventory, parts)))
    return [exact.INDEX, *parts]


def _index(inventory: Inventory, parts: list[str]) -> dict[str, Any]:
    course, told = inventory.course, inventory.links.told
    return {
        "format": exact.FORMAT,
        "version": exact.VERSION,
        "identifier": inventory.identifier,
        "course": {
            "title": course.title,
            "overview": told(course.overview),
            "subject": {"slug": course.subject.slug, "title": course.subject.title},
            "cover": _file(inventory.cover) if inventory.cover else None,
        },
        "modules": [
            {"id": module.key, "title": module.title, "description": told(module.description)}
            for module in inventory.modules
        ],
        "attachments": [
            {"id": a.key, **_file(a.file), "instructors_only": a.instructors_only}
            for a in inventory.attachments
        ],
        "parts": parts,
    }


def _parts(inventory: Inventory) -> Iterator[list[dict[str, Any]]]:
    """The contents in lists of about `PART_SIZE` bytes, so that none of them is all in memory."""
    part: list[dict[str, Any]] = []
    size = 0
    for content, item in full_items(inventory.contents):
        told = _content(inventory, content, item)
        part.append(told)
        size += len(_json(told))
        if size >= exact.PART_SIZE:
            yield part
            part, size = [], 0
    if part:
        yield part


def _content(inventory: Inventory, content: PackedContent, item: ItemBase) -> dict[str, Any]:
    fields = to_json(item)
    for name in type(item).text_fields():
        if isinstance(fields.get(name), str):
            fields[name] = inventory.links.told(fields[name])
    told: dict[str, Any] = {
        "id": content.key,
        "module": content.module,
        "kind": content.kind.name,
        "fields": fields,
    }
    if content.files:
        told["files"] = {name: _file(file) for name, file in content.files.items()}
    if content.tracks:
        told["captions"] = [
            {"language": t.language, "label": t.label, "path": t.file.path} for t in content.tracks
        ]
    return told


def _file(file: PackedFile) -> dict[str, str]:
    return {"path": file.path, "name": file.name}


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
