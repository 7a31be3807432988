"""Videos of other hosts: which links are known, and how to show them without tracking."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

VIDEO_ID = r"[A-Za-z0-9_-]{6,64}"
YOUTUBE_ID = r"[A-Za-z0-9_-]{11}"


@dataclass(frozen=True)
class VideoHost:
    """A video site: the names it goes by, and the page of it that may be framed.

    `patterns` are tried on the path and query of a link; their first group is the video's id.
    """

    name: str
    names: frozenset[str]
    patterns: tuple[str, ...]
    frame: str
    embed: str
    watch: str


@dataclass(frozen=True)
class Embed:
    """One video of a known host: its name for people, what to frame, where to watch it there."""

    host: str
    embed_url: str
    watch_url: str


YOUTUBE = VideoHost(
    name="YouTube",
    names=frozenset(
        {"youtube.com", "www.youtube.com", "m.youtube.com", "youtu.be", "www.youtube-nocookie.com"}
    ),
    patterns=(rf"^/watch\?v=({YOUTUBE_ID})$", rf"^/(?:embed/|shorts/|live/|v/)?({YOUTUBE_ID})$"),
    frame="www.youtube-nocookie.com",
    embed="https://www.youtube-nocookie.com/embed/{id}?autoplay=1&rel=0",
    watch="https://www.youtube.com/watch?v={id}",
)
VIMEO = VideoHost(
    name="Vimeo",
    names=frozenset({"vimeo.com", "www.vimeo.com", "player.vimeo.com"}),
    patterns=(r"^/(?:video/)?(\d{6,12})$",),
    frame="player.vimeo.com",
    embed="https://player.vimeo.com/video/{id}?dnt=1&autoplay=1",
    watch="https://vimeo.com/{id}",
)
VIDEO_HOSTS = (YOUTUBE, VIMEO)


def peertube(host: str) -> VideoHost:
    """A PeerTube site at `host`."""
    return VideoHost(
        name=host,
        names=frozenset({host.lower()}),
        patterns=(rf"^/(?:w|videos/watch|videos/embed)/({VIDEO_ID})$",),
        frame=host.lower(),
        embed=f"https://{host.lower()}/videos/embed/{{id}}?autoplay=1&p2p=0",
        watch=f"https://{host.lower()}/w/{{id}}",
    )


def embed_for(
    url: str, hosts: tuple[VideoHost, ...] | list[VideoHost] = VIDEO_HOSTS
) -> Embed | None:
    """How to show the video behind a link, or None when its host or its form is not known.

    Only plain http(s) links count: with another scheme, a user, or a port there is no video.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or port or parts.username is not None:
        return None
    query = parse_qs(parts.query).get("v", [])
    target = parts.path.rstrip("/") + (f"?v={query[0]}" if parts.path == "/watch" and query else "")
    for host in hosts:
        if parts.hostname in host.names:
            for pattern in host.patterns:
                if match := re.match(pattern, target):
                    found = match[1]
                    return Embed(
                        host.name, host.embed.format(id=found), host.watch.format(id=found)
                    )
    return None
