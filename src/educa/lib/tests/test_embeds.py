"""Which links are videos that a page may show; SEC-R 4."""

import pytest

from educa.lib.embeds import embed_for, peertube

pytestmark = pytest.mark.once

YOUTUBE = "https://www.youtube-nocookie.com/embed/M7lc1UVf-VE?autoplay=1&rel=0"
KNOWN = {
    "https://www.youtube.com/watch?v=M7lc1UVf-VE": YOUTUBE,
    "https://www.youtube.com/watch?t=10&v=M7lc1UVf-VE&list=x": YOUTUBE,
    "http://youtube.com/watch?v=M7lc1UVf-VE": YOUTUBE,
    "https://WWW.YOUTUBE.COM/watch?v=M7lc1UVf-VE": YOUTUBE,
    "https://youtu.be/M7lc1UVf-VE?t=3": YOUTUBE,
    "https://m.youtube.com/shorts/M7lc1UVf-VE": YOUTUBE,
    "https://www.youtube.com/embed/M7lc1UVf-VE": YOUTUBE,
    " https://www.youtube.com/live/M7lc1UVf-VE ": YOUTUBE,
    "https://vimeo.com/76979871": "https://player.vimeo.com/video/76979871?dnt=1&autoplay=1",
    "https://player.vimeo.com/video/76979871": "https://player.vimeo.com/video/76979871?dnt=1&autoplay=1",
}
UNKNOWN = [
    "https://youtube.com.evil/watch?v=M7lc1UVf-VE",
    "https://youtube.com@evil/watch?v=M7lc1UVf-VE",
    "https://user@youtube.com/watch?v=M7lc1UVf-VE",
    "https://youtube.com:8443/watch?v=M7lc1UVf-VE",
    "https://evil/https://youtube.com/watch?v=M7lc1UVf-VE",
    "https://evil.example/?https://youtube.com/watch?v=M7lc1UVf-VE",
    "https://notyoutube.com/watch?v=M7lc1UVf-VE",
    "javascript:alert(1)//youtube.com/watch?v=M7lc1UVf-VE",
    "data:text/html,<script>alert(1)</script>",
    "//youtube.com/watch?v=M7lc1UVf-VE",
    "ftp://youtube.com/watch?v=M7lc1UVf-VE",
    "https://youtube.com/watch",
    'https://youtube.com/watch?v="onload=alert(1)',
    "https://youtube.com/watch?v=../../evil",
    "https://youtube.com/redirect?q=https://evil",
    "https://vimeo.com/about",
    "https://[broken",
    "https://youtube.com:port/watch?v=M7lc1UVf-VE",
    "",
]


@pytest.mark.parametrize("url", KNOWN)
def test_video_of_a_known_host_is_framed_without_tracking(url):
    embed = embed_for(url)

    assert embed is not None
    assert embed.embed_url == KNOWN[url]


@pytest.mark.parametrize("url", UNKNOWN)
def test_any_other_link_is_no_video(url):
    assert embed_for(url) is None


def test_peertube_site_counts_when_the_settings_name_it():
    url = "https://tube.example/w/9c9de5e8-0a1e-484a-b099-e80766180a6d"

    assert embed_for(url) is None
    embed = embed_for(url, [peertube("Tube.example")])
    assert embed is not None
    assert embed.embed_url.startswith("https://tube.example/videos/embed/9c9de5e8")
