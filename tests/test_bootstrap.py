"""`./educa` in a checkout: makes its environment once, and says in one line when it can't."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "import os, sys\nprint(sys.argv[1:], os.environ['EDUCA_DATA_DIR'], sys.prefix)\n"
WHEEL = {
    "tiny.py": "",
    "tiny-1.dist-info/METADATA": "Metadata-Version: 2.1\nName: tiny\nVersion: 1\n",
    "tiny-1.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    "tiny-1.dist-info/RECORD": "",
}


class Checkout:
    """A checkout with a program of one line, whose `uv` does what the test wants."""

    def __init__(self, parent: Path) -> None:
        self.folder = folder = parent / "checkout"
        self.programs = parent / "programs"
        self.log = parent / "uv.log"
        (folder / "src/educa").mkdir(parents=True)
        (folder / "src/educa/__init__.py").touch()
        (folder / "src/educa/__main__.py").write_text(PACKAGE)
        (folder / "requirements.lock").write_text("tiny==1 --hash=sha256:" + "0" * 64)
        (folder / "requirements-boot.lock").write_text("uv==0 --hash=sha256:" + "0" * 64)
        shutil.copy(ROOT / "educa", folder)
        self.programs.mkdir()
        for name in ("sh", "echo", "dirname"):
            self.program(name, f'exec {shutil.which(name)} "$@"')
        (self.programs / "python3").symlink_to(getattr(sys, "_base_executable", sys.executable))

    def program(self, name: str, script: str) -> None:
        """Put a shell script on the checkout's own PATH."""
        path = self.programs / name
        path.unlink(missing_ok=True)
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def uv(self, script: str) -> None:
        """Have a `uv` that notes that it was called, and then does this."""
        self.program("uv", f'echo called >> "{self.log}"\n{script}')

    def calls_of_uv(self) -> int:
        return len(self.log.read_text().splitlines()) if self.log.exists() else 0

    def start(self, *args: str, **environment: str) -> subprocess.Popen[str]:
        """Start `./educa` with nothing in its environment but what is given, and no registry."""
        return subprocess.Popen(
            [self.folder / "educa", *args],
            cwd=self.folder,
            env={
                "PATH": str(self.programs),
                "HOME": "/nowhere",
                "PIP_NO_INDEX": "1",
                **environment,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *args: str, **environment: str) -> subprocess.CompletedProcess[str]:
        process = self.start(*args, **environment)
        out, err = process.communicate(timeout=60)
        return subprocess.CompletedProcess(args, process.returncode, out, err)


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    checkout = Checkout(tmp_path)
    checkout.uv("exit 0")
    return checkout


@pytest.fixture
def wheels(tmp_path: Path) -> Path:
    """A folder that serves as a registry of one package."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    with zipfile.ZipFile(folder / "tiny-1-py3-none-any.whl", "w") as wheel:
        for name, text in WHEEL.items():
            wheel.writestr(name, text)
    return folder


@pytest.fixture
def forbidden_folder() -> Iterator[Path]:
    """A folder that anybody may enter, and only its owner may write."""
    folder = Path(tempfile.mkdtemp(dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def refused(result: subprocess.CompletedProcess[str]) -> str:
    """The one line that a refusal consists of, after what was announced."""
    lines = [line for line in result.stderr.splitlines() if not line.startswith("Setting up")]
    assert result.returncode == 2
    assert len(lines) == 1, result.stderr
    return lines[0]


def test_hands_over_every_argument_to_the_program_in_its_own_environment(
    checkout: Checkout,
) -> None:
    result = checkout.run("import", "a package.imscc", "--dry-run")

    expected = ["import", "a package.imscc", "--dry-run"]
    assert result.stdout.startswith(f"{expected} {checkout.folder / 'var'}")
    assert result.stdout.endswith(f"{checkout.folder / '.venv'}\n")


def test_keeps_the_data_where_the_person_wants_it(checkout: Checkout) -> None:
    assert " /data " in checkout.run("run", EDUCA_DATA_DIR="/data").stdout


def test_second_start_installs_nothing(checkout: Checkout) -> None:
    checkout.run("run")

    assert checkout.run("run").stderr == ""
    assert checkout.calls_of_uv() == 1


def test_installs_anew_when_the_lock_changed(checkout: Checkout) -> None:
    checkout.run("run")
    (checkout.folder / "requirements.lock").write_text("other==1")
    checkout.run("run")

    assert checkout.calls_of_uv() == 2


def test_starts_where_the_checkout_was_moved_to(checkout: Checkout) -> None:
    checkout.run("run")
    checkout.folder = checkout.folder.rename(checkout.folder.with_name("moved"))

    result = checkout.run("run")

    assert result.stdout.endswith(f"{checkout.folder / '.venv'}\n")
    assert result.stderr == ""


def test_makes_the_environment_anew_after_it_was_killed_in_the_middle(checkout: Checkout) -> None:
    checkout.uv("kill -9 $PPID")
    assert checkout.run("run").returncode == -9
    checkout.uv("exit 0")

    assert checkout.run("run").stdout
    assert checkout.calls_of_uv() == 2


def test_two_that_start_at_once_set_up_once(checkout: Checkout) -> None:
    both = [checkout.start("run") for _ in range(2)]
    statuses = [process.communicate(timeout=60) and process.returncode for process in both]

    assert statuses == [0, 0]
    assert checkout.calls_of_uv() == 1


def test_tests_have_an_environment_of_their_own(checkout: Checkout) -> None:
    (checkout.folder / "requirements-dev.lock").write_text("")
    (checkout.folder / "tests.py").write_text(
        "import sys; print('tests', sys.argv[1:], sys.prefix)"
    )

    result = checkout.run("test", "-k", "one")

    assert result.stdout == f"tests ['-k', 'one'] {checkout.folder / '.venv-dev'}\n"


def test_a_failing_installer_is_told_in_one_line(checkout: Checkout) -> None:
    checkout.uv("echo 'error: no route to host' >&2; exit 1")

    line = refused(checkout.run("run"))

    assert line.startswith("Packages can't be installed: uv: error: no route to host; pip: ")
    assert line.endswith("(is the package registry reachable?)")


def test_a_full_disk_is_told_in_one_line(checkout: Checkout) -> None:
    checkout.uv("echo 'failed: No space left on device (os error 28)' >&2; exit 1")

    assert refused(checkout.run("run")).endswith("is full.")


def test_a_checkout_that_can_not_be_written_is_told_in_one_line(forbidden_folder: Path) -> None:
    folder = Checkout(forbidden_folder).folder
    folder.chmod(0o555)

    result = subprocess.run(
        [folder / "educa", "run"],
        check=False,
        user="nobody" if os.geteuid() == 0 else None,
        env={"PATH": "/usr/local/bin:/usr/bin:/bin"},
        capture_output=True,
        text=True,
    )

    assert refused(result) == f"Educa can't be set up in {folder}/.venv: Permission denied."


def test_looks_further_when_python3_is_a_shim_that_fails(checkout: Checkout) -> None:
    (checkout.programs / "python3").rename(checkout.programs / "python3.11")
    checkout.program("python3", "echo 'python3: command not found' >&2; exit 127")

    assert checkout.run("run").returncode == 0


def test_says_which_python_is_needed_when_there_is_none(checkout: Checkout) -> None:
    (checkout.programs / "python3").unlink()

    assert refused(checkout.run("run")).startswith("Educa needs Python 3.11 or newer")


def test_pip_serves_where_uv_is_not_to_be_had(checkout: Checkout, wheels: Path) -> None:
    (checkout.programs / "uv").unlink()
    digest = hashlib.sha256((wheels / "tiny-1-py3-none-any.whl").read_bytes()).hexdigest()
    (checkout.folder / "requirements.lock").write_text(f"tiny==1 --hash=sha256:{digest}")

    assert checkout.run("run", PIP_FIND_LINKS=str(wheels)).returncode == 0
    assert list(checkout.folder.glob(".venv/lib/*/site-packages/tiny.py"))


def test_a_package_with_another_hash_is_refused(checkout: Checkout, wheels: Path) -> None:
    (checkout.programs / "uv").unlink()

    result = checkout.run("run", PIP_FIND_LINKS=str(wheels))

    assert refused(result).startswith("Packages can't be installed: pip: ")
    assert not list(checkout.folder.glob(".venv/lib/*/site-packages/tiny.py"))
