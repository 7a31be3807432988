#!/usr/bin/env python3
"""Make a course of a folder of Markdown and pictures; run again, bring it up to date.

EDUCA_URL=https://learn.example.org EDUCA_TOKEN=educa_… python3 publish_folder.py FOLDER --subject music

    waves/                    the course; its title is the name of the folder, or the first heading of
    ├── index.md              this file, which is the overview
    ├── 01-light/             a module for each folder, in the order of their names
    │   ├── 01-what-it-is.md  a text for each Markdown file: its first heading is the title
    │   ├── prism.png         a picture that a text shows (![](prism.png)) is put into that text
    │   ├── 02-slides.pdf     another file is a content for itself: a file, an image or a video
    └── 02-sound/

What was made is noted in `.educa.json` in the folder: keep it with the rest. What did not change is left
alone, and what is no longer in the folder stays in the course, unless `--prune` is given. `--dry-run`
says what would be done. The course stays a draft until it is published on its page or with `--publish`.
The token needs the scopes `read` and `teach`.
"""

import argparse
import hashlib
import json
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from api import Api, Refused, run

NOTES = ".educa.json"
OVERVIEW = "index.md"
PICTURES = {".png", ".jpg", ".jpeg", ".gif", ".webp"}
FILMS = {".mp4", ".webm", ".mp3", ".ogg", ".wav"}
HEADING = re.compile(r"\A\s*# +(.+?) *#* *$\n?", re.MULTILINE)
SHOWN = re.compile(r"(!\[[^\]]*\]\(<?)([^)\s>]+)")
GONE = 404


@dataclass
class Publishing:
    """One run: the folder, the notes of the last one, and what is done in this one."""

    api: Api
    folder: Path
    is_dry: bool
    notes: dict[str, Any]
    done: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def say(self, what: str, path: str) -> None:
        """Tell of a step, and remember it."""
        self.done.append(what)
        print(f"{'would ' if self.is_dry else ''}{what} {path}")

    def save(self) -> None:
        """Write the notes, after each step: what breaks off now goes on there the next time."""
        if not self.is_dry:
            text = json.dumps(self.notes, indent=1, sort_keys=True) + "\n"
            (self.folder / NOTES).write_text(text, encoding="utf-8")

    def bring(self, path: str, digest: str, make: Any, change: Any) -> Any:
        """See to it that what is noted under `path` is as the folder has it; its id, None while trying.

        `make` and `change` ask the server; the latter is given the id. What is gone there is made anew.
        """
        self.seen.add(path)
        noted = self.notes["made"].get(path)
        if noted and noted["sha256"] == digest:
            return noted["id"]
        self.say("change" if noted else "make", path or "the course")
        if self.is_dry:
            return noted and noted["id"]
        answer = None
        if noted:
            try:
                answer = change(noted["id"])
            except Refused as refused:
                if refused.status != GONE:
                    raise
        answer = answer or make()
        self.notes["made"][path] = {"id": answer["id"], "sha256": digest}
        if "path" in answer:
            self.notes["made"][path]["path"] = answer["path"]
        self.save()
        return answer["id"]


def main() -> int:
    """Publish a folder; 0 when the course is as the folder is."""
    parser = argparse.ArgumentParser(
        description="Make a course of a folder, or bring it up to date."
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--subject", help="the slug of the subject, for a new course")
    parser.add_argument(
        "--prune", action="store_true", help="delete what is not in the folder any more"
    )
    parser.add_argument("--publish", action="store_true", help="let everybody find the course")
    parser.add_argument(
        "--dry-run", action="store_true", help="change nothing, say what would change"
    )
    options = parser.parse_args()
    if not options.folder.is_dir():
        sys.exit(f"{options.folder} is no folder")
    notes = options.folder / NOTES
    known = json.loads(notes.read_text(encoding="utf-8")) if notes.exists() else {"made": {}}
    run_now = Publishing(Api.from_environment(), options.folder, options.dry_run, known)
    course = bring_course(run_now, options.subject)
    modules = [bring_module(run_now, course, folder) for folder in folders_of(options.folder)]
    if options.prune:
        prune(run_now)
    order(run_now, f"courses/{course}/", "modules", modules)
    if options.publish:
        publish(run_now, course)
    print(f"{len(run_now.done)} steps" if run_now.done else "Nothing to do.")
    return 0


def folders_of(folder: Path) -> list[Path]:
    """The folders that are modules, in order."""
    return sorted(each for each in folder.iterdir() if each.is_dir() and each.name[0] not in "._")


def bring_course(publishing: Publishing, subject: str | None) -> Any:
    """The course itself; its overview shows pictures once it is there to hold them."""
    api, file = publishing.api, publishing.folder / OVERVIEW
    title, overview = words_of(file) if file.exists() else (titled(publishing.folder), "")

    def make() -> Any:
        if not subject:
            sys.exit("Name the subject of the new course with --subject.")
        found = [row for row in api.all("subjects/") if row["slug"] == subject]
        if not found:
            sys.exit(f"There is no subject {subject!r}.")
        return api.send("POST", "courses/", {"subject": found[0]["id"], "title": title})

    course = publishing.notes["made"].get("", {}).get("id")
    if course is None:
        course = publishing.bring("", "", make, None)
    publishing.seen.add("")
    overview = with_pictures(publishing, course, publishing.folder, overview)

    def change(_course: Any) -> Any:
        return api.send("PATCH", f"courses/{course}/", {"title": title, "overview": overview})

    publishing.bring(OVERVIEW, digest_of(title, overview), lambda: change(course), change)
    return course


def bring_module(publishing: Publishing, course: Any, folder: Path) -> Any:
    """A module with its contents; its id."""
    api, title = publishing.api, titled(folder)
    module = publishing.bring(
        folder.name,
        digest_of(title),
        lambda: api.send("POST", "modules/", {"course": course, "title": title}),
        lambda pk: api.send("PATCH", f"modules/{pk}/", {"title": title}),
    )
    files = sorted(each for each in folder.iterdir() if each.is_file() and each.name[0] not in "._")
    shown = shown_in(publishing.folder)
    contents = [
        bring_content(publishing, course, module, file)
        for file in files
        if file.resolve() not in shown
    ]
    order(publishing, f"modules/{module}/", "contents", contents)
    return module


def bring_content(publishing: Publishing, course: Any, module: Any, file: Path) -> Any:
    """A text, or another file as a content of its kind; its id."""
    api, name = publishing.api, file.relative_to(publishing.folder).as_posix()
    if file.suffix != ".md":
        title, digest = titled(file), digest_of(file.read_bytes())
        fields = {"title": title}
        new = {**fields, "module": module, "kind": kind_of(file)}
        return publishing.bring(
            name,
            digest,
            lambda: api.send_file("POST", "contents/", new, file),
            lambda pk: api.send_file("PATCH", f"contents/{pk}/", fields, file),
        )
    title, text = words_of(file)
    text = with_pictures(publishing, course, file.parent, text)
    words = {"title": title, "data": {"content": text}}
    return publishing.bring(
        name,
        digest_of(title, text),
        lambda: api.send("POST", "contents/", {**words, "module": module, "kind": "text"}),
        lambda pk: api.send("PATCH", f"contents/{pk}/", words),
    )


def with_pictures(publishing: Publishing, course: Any, folder: Path, text: str) -> str:
    """The text, with the address in the site in the place of each picture of the folder."""
    known = {path: bring_picture(publishing, course, path) for path in pictures_of(folder, text)}

    def replaced(match: re.Match[str]) -> str:
        path = (folder / unquote(match[2])).resolve()
        return match[1] + (known.get(path) or match[2])

    return SHOWN.sub(replaced, text)


def shown_in(folder: Path) -> set[Path]:
    """All pictures that some text shows; they are no contents."""
    texts = folder.rglob("*.md")
    return {path for text in texts for path in pictures_of(text.parent, text.read_text("utf-8"))}


def pictures_of(folder: Path, text: str) -> list[Path]:
    """The pictures that a text shows and that are in the folder of the course, each once."""
    paths = [(folder / unquote(match[2])).resolve() for match in SHOWN.finditer(text)]
    return [
        path for path in dict.fromkeys(paths) if path.suffix.lower() in PICTURES and path.is_file()
    ]


def bring_picture(publishing: Publishing, course: Any, file: Path) -> str:
    """A picture beside the contents of the course; its address there, empty while trying.

    A picture that changed is another one: the old one stays until nothing needs it (`--prune`).
    """
    if not file.is_relative_to(publishing.folder.resolve()):
        return ""
    data, name = file.read_bytes(), file.relative_to(publishing.folder.resolve()).as_posix()
    key = f"picture {name} {digest_of(data)[:12]}"
    publishing.bring(
        key,
        digest_of(data),
        lambda: publishing.api.send_file("POST", "attachments/", {"course": course}, file),
        None,
    )
    return str(publishing.notes["made"].get(key, {}).get("path", ""))


def prune(publishing: Publishing) -> None:
    """Delete what earlier runs made and the folder does not have any more; contents before modules."""
    gone = [path for path in publishing.notes["made"] if path not in publishing.seen]
    for path in sorted(gone, key=lambda path: (-path.count("/"), path)):
        publishing.say("delete", path)
        if publishing.is_dry:
            continue
        noun = (
            "attachments"
            if path.startswith("picture ")
            else "contents"
            if "/" in path
            else "modules"
        )
        try:
            publishing.api.send("DELETE", f"{noun}/{publishing.notes['made'][path]['id']}/")
        except Refused as refused:
            if refused.status != GONE:
                raise
        del publishing.notes["made"][path]
        publishing.save()


def order(publishing: Publishing, parent: str, noun: str, wanted: list[Any]) -> None:
    """Put the rows of the folder into its order; rows that others made come after them, as they were."""
    if None in wanted or "None" in parent:  # tried only: they are not there yet
        return
    found = publishing.api.get(parent)[noun]
    present = [row["id"] if isinstance(row, dict) else row for row in found]
    # What somebody has deleted on the pages stays so.
    ours = [key for key in wanted if key in present]
    keys = [*ours, *(key for key in present if key not in ours)]
    if keys != present:
        publishing.say("order", f"the {noun} of {parent}")
        if not publishing.is_dry:
            publishing.api.send("POST", f"{parent}reorder/", {noun: keys})


def publish(publishing: Publishing, course: Any) -> None:
    """Let everybody find the course, unless they can."""
    if course is None or publishing.api.get(f"courses/{course}/")["status"] != "published":
        publishing.say("publish", "the course")
        if not publishing.is_dry:
            publishing.api.send("POST", f"courses/{course}/publish/")


def words_of(file: Path) -> tuple[str, str]:
    """The title of a Markdown file, which is its first heading where it begins with one, and the rest."""
    text = file.read_text("utf-8").replace("\r\n", "\n")
    heading = HEADING.match(text)
    return (heading[1], text[heading.end() :].strip()) if heading else (titled(file), text.strip())


def titled(path: Path) -> str:
    """A title from a name: `01-what-it-is.md` is “What it is”."""
    name = path.stem if path.is_file() else path.resolve().name
    words = re.sub(r"^\d+[-_. ]*", "", name).replace("-", " ").replace("_", " ").strip() or name
    return words[:1].upper() + words[1:]


def kind_of(file: Path) -> str:
    """The word for the kind of a content that is a file."""
    suffix = file.suffix.lower()
    return "image" if suffix in PICTURES else "video" if suffix in FILMS else "file"


def digest_of(*parts: str | bytes) -> str:
    """By which one sees whether something changed."""
    written = [part.encode() if isinstance(part, str) else part for part in parts]
    return hashlib.sha256(b"\0".join(written)).hexdigest()


if __name__ == "__main__":
    run(main)
