"""Scripts that import one another, under names that change with their content."""

import gzip
import re
from pathlib import Path

import brotli
import pytest
from django.core.files.storage import FileSystemStorage

from educa.lib.static_files import SMALL, StaticFilesStorage

HASHED = r"[\w./-]+\.[0-9a-f]{12}\.js"
STATIC = Path(__file__).resolve().parents[2] / "static"


@pytest.fixture
def collect(tmp_path_factory, settings):
    """Collects files, and gives each as it is served, by its plain name."""
    settings.DEBUG = False

    def run(files):
        folder = tmp_path_factory.mktemp("static")
        for name, text in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)
        storage = StaticFilesStorage(location=folder, base_url="/static/")
        paths = {name: (FileSystemStorage(folder), name) for name in files}
        broken = [done for _, _, done in storage.post_process(paths) if done not in {True, False}]
        assert broken == []
        return {name: (folder / storage.stored_name(name)).read_text() for name in files}

    return run


@pytest.mark.parametrize(
    "statement",
    [
        'import { a } from "./b.js";',
        'import {\n  a,\n  c,\n} from "./b.js";',
        'import * as b from "./b.js";',
        'import "./b.js";',
        'export { a } from "./b.js";',
        'const b = await import("./b.js");',
    ],
)
def test_module_imports_the_hashed_name_of_another(collect, statement):
    served = collect({"educa/js/a.js": statement, "educa/js/b.js": "export const a = 1;"})

    assert re.fullmatch(re.escape(statement).replace(r"\./b\.js", HASHED), served["educa/js/a.js"])


def test_name_of_a_module_changes_with_what_it_imports(collect):
    chain = {
        "educa/js/a.js": 'import "./deep/b.js";',
        "educa/js/deep/b.js": 'import "../../vendor/c/c.js";',
    }

    before = collect({**chain, "educa/vendor/c/c.js": "1;"})
    after = collect({**chain, "educa/vendor/c/c.js": "2;"})

    assert before["educa/js/a.js"] != after["educa/js/a.js"]


def test_words_in_scripts_of_others_are_no_imports(collect):
    text = 'import x from "./gone.js";'

    assert collect({"other/js/a.js": text})["other/js/a.js"] == text


def test_every_import_of_our_scripts_is_rewritten(collect):
    scripts = [*STATIC.rglob("educa/js/**/*.js"), *STATIC.rglob("educa/vendor/**/*.js")]
    served = collect({str(file.relative_to(STATIC)): file.read_text() for file in scripts})

    imports = [
        name
        for path, text in served.items()
        if path.startswith("educa/js/")
        for name in re.findall(r'(?:\bfrom|^import|\bimport\()\s*"(\.[^"]+)"', text, re.MULTILINE)
    ]
    assert imports
    assert [name for name in imports if not re.fullmatch(HASHED, name)] == []


def test_address_of_a_file_is_another_one_after_collecting_it_anew(tmp_path, settings):
    settings.DEBUG = False
    script = tmp_path / "a.js"
    storage = StaticFilesStorage(location=tmp_path, base_url="/static/")

    def address_of(text):
        script.write_text(text)
        list(storage.post_process({"a.js": (FileSystemStorage(tmp_path), "a.js")}))
        return storage.url("a.js")

    assert address_of("1;") != address_of("2;")


def collected(folder, files):
    """The names of what is there after these files were collected."""
    for name, content in files.items():
        (folder / name).write_bytes(content)
    storage = StaticFilesStorage(location=folder, base_url="/static/")
    list(storage.post_process({name: (FileSystemStorage(folder), name) for name in files}))
    return {re.sub(r"\.[0-9a-f]{12}\.", ".HASH.", path.name): path for path in folder.iterdir()}


def test_what_pages_name_is_compressed_with_brotli_and_gzip(tmp_path, settings):
    settings.DEBUG = False
    sheet = b"a { color: red } b { color: blue }\n" * 40

    found = collected(tmp_path, {"a.css": sheet})

    assert {*found} == {"a.css", "a.HASH.css", "a.HASH.css.br", "a.HASH.css.gz", "staticfiles.json"}
    assert brotli.decompress(found["a.HASH.css.br"].read_bytes()) == sheet
    assert gzip.decompress(found["a.HASH.css.gz"].read_bytes()) == sheet
    assert found["a.HASH.css.br"].stat().st_size < found["a.HASH.css.gz"].stat().st_size


def test_what_would_not_be_smaller_or_is_for_no_page_is_not_compressed(tmp_path, settings):
    settings.DEBUG = False
    words = b"the same words over and over " * 40

    found = collected(
        tmp_path,
        {"a.woff2": words, "a.map": words, "short.js": b"1;", "noise.js": bytes(range(256))},
    )

    assert [name for name in found if name.endswith((".br", ".gz"))] == []


def test_large_file_is_compressed_with_brotli_and_whole(tmp_path, settings):
    settings.DEBUG = False
    script = b"".join(b"export const a%d = %d;\n" % (number, number) for number in range(7000))

    found = collected(tmp_path, {"large.js": script})

    assert len(script) > SMALL
    assert brotli.decompress(found["large.HASH.js.br"].read_bytes()) == script
