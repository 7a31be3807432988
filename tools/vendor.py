"""Build the vendored scripts: each is made of npm packages of exact versions, and is one ES module.

    python -m tools.vendor [NAME ...]   build these, or all (needs npm)
    python -m tools.vendor check        fail where a file is not what its packages give

Every output is the same bytes on every run. A package is listed with all that it imports, so that no
version is left open; the licenses of all of them stand beside the module.
"""

import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

VENDOR = Path(__file__).resolve().parent.parent / "src/educa/static/educa/vendor"
ESBUILD = "esbuild@0.28.2"


@dataclass(frozen=True)
class Bundle:
    """What a module is made of: packages, and the file of theirs that it begins with."""

    packages: tuple[str, ...]
    entry: str


# The folder, which gives the module its name -> what is in it.
BUNDLES = {
    "sortable": Bundle(("sortablejs@1.15.7",), "sortablejs/modular/sortable.esm.js"),
    "tus": Bundle(
        (
            "tus-js-client@4.3.1",
            "js-base64@3.7.8",
            "url-parse@1.5.10",
            "querystringify@2.2.0",
            "requires-port@1.0.0",
        ),
        "tus-js-client/lib.esm/browser/index.js",
    ),
    "turndown": Bundle(("turndown@7.2.5",), "turndown/lib/turndown.browser.es.js"),
}


def build(name: str) -> dict[str, bytes]:
    """Give the files of one folder, by their names."""
    bundle = BUNDLES[name]
    with tempfile.TemporaryDirectory() as folder:
        modules = Path(folder) / "node_modules"
        run(folder, "npm", "install", "--silent", "--ignore-scripts", "--no-save", "--no-audit",
            "--legacy-peer-deps", ESBUILD, *bundle.packages)  # fmt: skip
        made_of = f"/* {', '.join(bundle.packages)}; see LICENSE.txt */"
        module = run(folder, str(modules / ".bin/esbuild"), str(modules / bundle.entry), "--bundle",
            "--minify", "--format=esm", "--target=es2022", "--legal-comments=none",
            f"--banner:js={made_of}")  # fmt: skip
        licenses = [license_of(modules / spec.rpartition("@")[0]) for spec in bundle.packages]
    text = "\n\n".join(
        f"{spec}\n\n{text}" for spec, text in zip(bundle.packages, licenses, strict=True)
    )
    return {f"{name}.min.js": module, "LICENSE.txt": text.encode()}


def run(folder: str, *command: str) -> bytes:
    """Run a program there, and give what it prints."""
    return subprocess.run(command, cwd=folder, check=True, stdout=subprocess.PIPE).stdout


def license_of(package: Path) -> str:
    """The text of a package's license. Raises StopIteration where there is none."""
    file = next(file for file in sorted(package.iterdir()) if file.stem.upper() == "LICENSE")
    lines = file.read_text(encoding="utf-8").strip().splitlines()
    return "\n".join(line.rstrip() for line in lines) + "\n"


def write(name: str) -> None:
    (VENDOR / name).mkdir(parents=True, exist_ok=True)
    for file, content in build(name).items():
        (VENDOR / name / file).write_bytes(content)


def stale() -> list[str]:
    """The files that are not what their packages give."""
    return [
        f"{name}/{file}"
        for name in BUNDLES
        for file, content in build(name).items()
        if not (VENDOR / name / file).exists() or (VENDOR / name / file).read_bytes() != content
    ]


def main(arguments: list[str]) -> int:
    if arguments == ["check"]:
        wrong = stale()
        sys.stderr.writelines(
            f"{file} is out of date: run `python -m tools.vendor`\n" for file in wrong
        )
        return 1 if wrong else 0
    for name in arguments or BUNDLES:
        write(name)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
