"""What the addresses in a package's texts mean."""

from pathlib import Path

import pytest

from educa.interchange.addresses import Addresses, Elsewhere, Target, ToCourse, ToFile, ToObject
from educa.interchange.archive import Archive
from educa.interchange.tests.factories import make_zip

pytestmark = pytest.mark.once

FILES: dict[str, str | bytes] = {
    "web_resources/Folder/a b.pdf": "",
    "unit/page.html": "",
    "unit/c.png": "",
    "media/dög.jpg": "",
    "root.txt": "",
}
OBJECTS = {"pages/a-page": "the page", "i123": "the quiz"}


@pytest.fixture
def target(tmp_path: Path):  # type: ignore[no-untyped-def]
    """What an address means that stands in unit/page.html."""
    with Archive(make_zip(tmp_path / "a.zip", FILES)) as archive:
        addresses = Addresses(archive, OBJECTS)
        yield lambda address: addresses.target(address, "unit/page.html")


@pytest.mark.parametrize(
    ("address", "meant"),
    [
        ("$IMS-CC-FILEBASE$/Folder/a b.pdf", ToFile("web_resources/Folder/a b.pdf")),
        ("%24IMS-CC-FILEBASE%24/Folder/a%20b.pdf?canvas_download=1", ToFile("web_resources/Folder/a b.pdf")),
        ("$IMS-CC-FILEBASE$/../root.txt", ToFile("root.txt")),
        ("$IMS-CC-FILEBASE$c.png", ToFile("unit/c.png")),
        ("$IMS-CC-FILEBASE$../media/d%C3%B6g.jpg", ToFile("media/dög.jpg")),
        ("$IMS-CC-FILEBASE$root.txt", ToFile("root.txt")),
        ("$CANVAS_COURSE_REFERENCE$/file_contents/course%20files/Folder/a%20b.pdf",
         ToFile("web_resources/Folder/a b.pdf")),
        ("c.png", ToFile("unit/c.png")),
        ("C.PNG", ToFile("unit/c.png")),
        ("..\\media\\dög.jpg", ToFile("media/dög.jpg")),
        ("/root.txt", ToFile("root.txt")),
        ("page.html#part", ToFile("unit/page.html", "part")),
        ("$WIKI_REFERENCE$/pages/a-page", ToObject("the page")),
        ("%24WIKI_REFERENCE%24/pages/A-Page?x=1#b", ToObject("the page", "b")),
        ("$CANVAS_OBJECT_REFERENCE$/quizzes/i123", ToObject("the quiz")),
        ("$CANVAS_COURSE_REFERENCE$/modules", ToCourse()),
        ("https://example.com/a", Elsewhere("https://example.com/a")),
        ("//example.com/a", Elsewhere("https://example.com/a")),
        ("mailto:a@example.com", Elsewhere("mailto:a@example.com")),
        ("#part", Elsewhere("#part")),
        ("", None),
        ("/admin/", None),
        ("gone.html", None),
        ("../../../../etc/passwd", None),
        ("$WIKI_REFERENCE$/pages/unknown", None),
        ("$UNKNOWN$/x", None),
        ("http://[broken", Elsewhere("http://[broken")),
        ("//[broken", Elsewhere("https://[broken")),
    ],
)  # fmt: skip
def test_an_address_means(target, address: str, meant: Target) -> None:  # type: ignore[no-untyped-def]
    assert target(address) == meant
