"""HTML of strangers as it comes in: read in whatever encoding it has, and without what can't be kept."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape, unescape
from urllib.parse import unquote, urlsplit

import nh3
from django.conf import settings
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from educa.lib.embeds import embed_for
from educa.lib.html import ATTRIBUTES, CLEAN_CONTENT, TAGS, URL_SCHEMES
from educa.lib.markdown import render_markdown

MAX_PAGE = 5 * 2**20  # bytes of a page that is read as a text
HEAD = 16_384  # characters in which a page's title and its notes about itself are looked for
ENDINGS = (".html", ".htm", ".xhtml")

# What is looked at here, and never let through to a reader.
EMBEDDING = {"iframe", "video", "audio", "source", "track", "object", "embed"}
EMBEDDED = {
    "iframe": {"src", "title"},
    "video": {"src", "title"},
    "audio": {"src", "title"},
    "source": {"src"},
    "object": {"data", "title"},
    "embed": {"src", "title"},
    "img": {*ATTRIBUTES["img"], "data-equation-content"},
}
ATTRIBUTES_READ = {**ATTRIBUTES, **EMBEDDED}
LOST = re.compile(r"<(script|form|svg|canvas|applet|frameset)\b", re.IGNORECASE)

# These are put to HTML that nh3 wrote, where every tag is closed and every value quoted and escaped.
ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')
ELEMENT = re.compile(
    r"<(?P<anchor>/?a)\b(?:[^\">]|\"[^\"]*\")*>"
    r"|<(?P<name>img|embed|source|track)(?P<attributes>(?:[^\">]|\"[^\"]*\")*)>"
    r"|<(?P<block>iframe|video|audio|object)(?P<more>(?:[^\">]|\"[^\"]*\")*)>(?P<inside>.*?)</(?P=block)>",
    re.DOTALL,
)
TITLE = re.compile(r"<title[^>]*>([^<]*)</title>", re.IGNORECASE)
META = re.compile(r'<meta\s+name="([^"]*)"\s+content="([^"]*)"', re.IGNORECASE)
DIRECTION = re.compile(r"<(?:html|body)\b[^>]*\bdir=[\"']?(rtl|ltr)\b", re.IGNORECASE)
CHARSET = re.compile(rb"charset=[\"']?([\w-]+)", re.IGNORECASE)


@dataclass(frozen=True)
class Source:
    """A page as it lies in the package: its title, what it says of itself in `<meta>`, its HTML."""

    title: str
    meta: dict[str, str]
    html: str


@dataclass
class Prepared:
    """HTML that holds only what can be shown, its addresses still those of the package.

    `notes` say what became something simpler; `only` is the address of the one video that the page
    consists of, if it does.
    """

    html: str
    notes: list[str] = field(default_factory=list)
    only: str = ""


def is_page(name: str) -> bool:
    return name.lower().endswith(ENDINGS)


def read_page(data: bytes) -> Source:
    """A page from its bytes. Never fails: what no encoding explains is shown with marks in its place."""
    html = decoded(data)
    head = html[:HEAD]
    title = TITLE.search(head)
    meta = {unescape(name).lower(): unescape(value) for name, value in META.findall(head)}
    return Source(one_line(unescape(title[1])) if title else "", meta, html)


def decoded(data: bytes) -> str:
    """Text in UTF-16 with its mark, else UTF-8 where it is that, else as declared, else windows-1252."""
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return data.decode("utf-16", "replace")
    declared = CHARSET.search(data[:2048])
    for encoding in ("utf-8-sig", declared[1].decode() if declared else "windows-1252"):
        try:
            return data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("windows-1252", "replace")


def one_line(text: str) -> str:
    return " ".join(text.split())


def plain_text(html: str) -> str:
    """The words of HTML, without its marks."""
    return one_line(unescape(strip_tags(html)))


def prepare(html: str, keeps: Callable[[str], bool]) -> Prepared:
    """Replace what can't be shown by a link or by its words; `keeps` says whether a picture comes along.

    Frames, players and pictures of other hosts become links, since to show them would tell that host
    who reads; formulas that are pictures become formulas.
    """
    prepared = Prepared("")
    media: list[str] = []
    if LOST.search(html):
        prepared.notes.append(_("its scripts, forms or drawings were left out"))

    in_link = False

    def replacement(match: re.Match[str]) -> str:
        nonlocal in_link
        if match["anchor"]:
            in_link = match["anchor"] == "a"
            return match[0]
        name = match["name"] or match["block"]
        values = {
            k: unescape(v) for k, v in ATTRIBUTE.findall(match["attributes"] or match["more"] or "")
        }
        if name == "img":
            return _picture(match[0], values, keeps, prepared.notes, in_link=in_link)
        return _player(name, values, match["inside"] or "", media, prepared.notes)

    prepared.html = lower_headings(ELEMENT.sub(replacement, _normal(html))).strip()
    if prepared.html and (direction := DIRECTION.search(html[:HEAD])):
        prepared.html = f'<div dir="{direction[1].lower()}">{prepared.html}</div>'
    if len(media) == 1 and not re.search(r"<(img|table|math)\b", prepared.html):
        words = plain_text(prepared.html)
        prepared.only = media[0] if words in {"", plain_text(_media_link(media[0], ""))} else ""
    prepared.notes = list(dict.fromkeys(prepared.notes))
    return prepared


def _normal(html: str) -> str:
    """The HTML as a browser would understand it, with the elements that are looked at."""
    return nh3.clean(
        html.replace("\0", ""),
        tags=TAGS | EMBEDDING,
        clean_content_tags=CLEAN_CONTENT - EMBEDDING,
        attributes=ATTRIBUTES_READ,
        url_schemes=URL_SCHEMES | {"data"},
        link_rel=None,
    )


def lower_headings(html: str) -> str:
    """Headings one level down where there is one of level 1, which is the title of the page around."""
    if not re.search(r"<h1\b", html):
        return html
    return re.sub(r"(</?h)([1-5])\b", lambda match: f"{match[1]}{int(match[2]) + 1}", html)


def _picture(
    tag: str,
    values: dict[str, str],
    keeps: Callable[[str], bool],
    notes: list[str],
    *,
    in_link: bool,
) -> str:
    address, alt = values.get("src", ""), values.get("alt", "")
    if formula := values.get("data-equation-content", ""):
        return _formula(formula)
    if is_remote(address):
        notes.append(_("pictures of other hosts became links"))
        if in_link:
            return escape(alt or _("Picture"))
        return _link(address, alt or _("Picture on %(host)s") % {"host": host_of(address)})
    if address and keeps(address):
        return tag
    notes.append(_("a picture that is not there or can't be shown became its description"))
    return escape(alt)


def _formula(latex: str) -> str:
    if "$" in latex or "\n" in latex:
        return f"<code>{escape(latex)}</code>"
    return render_markdown(f"${latex.strip()}$").strip().removeprefix("<p>").removesuffix("</p>")


def _player(
    name: str, values: dict[str, str], inside: str, media: list[str], notes: list[str]
) -> str:
    sources = [
        dict(ATTRIBUTE.findall(found)) for found in re.findall(r"<(?:source|embed)\b[^>]*>", inside)
    ]
    address = values.get("src") or values.get("data") or ""
    if not address:
        address = next((unescape(source["src"]) for source in sources if source.get("src")), "")
    if not address or name in {"source", "track"}:
        return ""
    if address.startswith("//"):
        address = f"https:{address}"
    if embed := embed_for(address, settings.EDUCA_VIDEO_HOSTS):
        address = embed.watch_url
    if name in {"video", "audio"} or embed:
        media.append(address)
    notes.append(_("frames and players became links"))
    return _media_link(address, values.get("title", ""))


def _media_link(address: str, title: str) -> str:
    if is_remote(address):
        return _link(address, title or host_of(address))
    return _link(address, title or path_of(address).rpartition("/")[2])


def _link(address: str, words: str) -> str:
    return f'<a href="{escape(address)}">{escape(words)}</a>'


def is_web(address: str) -> bool:
    """Whether an address is one of the web, written out."""
    return address.strip().lower().startswith(("http://", "https://"))


def is_remote(address: str) -> bool:
    """Whether an address names another host."""
    return is_web(address) or address.strip().startswith("//")


def host_of(address: str) -> str:
    """The host in an address, or "" when there is none."""
    try:
        return urlsplit(address.strip()).hostname or ""
    except ValueError:
        return ""


def path_of(address: str) -> str:
    """The path in an address, readable."""
    bare = address.partition("#")[0].partition("?")[0]
    return unquote(bare)
