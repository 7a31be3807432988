"""What the site tells of its caches, and to whom."""

import re

import pytest
from django.core.cache import caches
from django.urls import reverse
from pytest_django.asserts import assertContains

from educa.accounts.tests.factories import make_admin, make_user
from educa.config.metrics import OF_FAMILIES, OF_SERVERS
from educa.config.tests.commands import settings_with
from educa.lib.caches import MOST_BYTES, BoundedMemory, PatientMemcache
from educa.lib.remembering import Family

pytestmark = pytest.mark.django_db(transaction=True)

TOKEN = "a token that nobody can guess"


def test_visitors_and_students_read_no_metrics(client):
    assert client.get("/metrics").status_code == 401
    client.force_login(make_user())
    assert client.get("/metrics").status_code == 403


@pytest.mark.parametrize("sent", ["Bearer", "Bearer ", "Bearer x", f"Basic {TOKEN}", TOKEN])
def test_no_other_token_opens_the_metrics(client, settings, sent):
    settings.EDUCA_METRICS_TOKEN = TOKEN

    assert client.get("/metrics", headers={"Authorization": sent}).status_code == 401


def test_without_a_token_none_opens_the_metrics(client):
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 401


def test_metrics_count_what_was_kept(client, settings):
    settings.EDUCA_METRICS_TOKEN = TOKEN
    client.get("/")
    client.get("/")

    response = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})

    assert response.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    assertContains(response, 'educa_cache_family_hits_total{family="catalogue_page"} ')
    assertContains(response, "educa_cache_up{server=")
    assertContains(response, "# TYPE educa_cache_items gauge")


def test_counts_of_processes_are_added_up():
    family = Family("two")
    family.get([1], 7, lambda: "value")
    other = Family("two")  # of another process
    other.get([1], 7, lambda: "value")

    family.totals()

    assert other.totals() | {"passed": 0} == {
        **dict.fromkeys(["stale", "waits", "oversized", "passed"], 0),
        "hits": 1,
        "misses": 1,
        "rebuilds": 1,
    }


def test_a_short_token_is_refused(monkeypatch, tmp_path):
    with pytest.raises(Exception, match="EDUCA_METRICS_TOKEN"):
        settings_with(monkeypatch, tmp_path, EDUCA_METRICS_TOKEN="short")


def test_administrators_see_the_caches(client):
    client.force_login(make_admin())

    assertContains(client.get(reverse("admin:caches")), "catalogue_page")
    assertContains(client.get(reverse("admin:index")), reverse("admin:caches"))


def test_staff_alone_learn_what_a_page_has_cost(client):
    assert "Server-Timing" not in client.get("/").headers
    client.force_login(make_user())
    assert "Server-Timing" not in client.get("/").headers
    client.force_login(make_admin())

    told = client.get("/").headers["Server-Timing"]

    assert "statements" in told
    assert "hits" in told


@pytest.mark.once
def test_memcached_says_what_it_holds(memcached_address):
    cache = PatientMemcache(memcached_address, {})
    cache.set("key", "value")
    cache.get("key")

    (said,) = cache.figures()

    assert said.is_up
    assert said.items >= 1
    assert 0 < said.ratio <= 1


@pytest.mark.once
def test_every_figure_of_memcached_is_told_to_prometheus_and_to_administrators(
    client, settings, memcached_address
):
    backend = "educa.lib.caches.PatientMemcache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": memcached_address}}
    client.force_login(make_admin())
    client.get("/")

    told = client.get("/metrics").content.decode()
    page = client.get(reverse("admin:caches")).content.decode()

    names = re.findall(r"^educa_cache_(\w+)\{server=\"[^\"]+\"\} [0-9.]", told, re.MULTILINE)
    assert {name.removesuffix("_total") for name in names} == {"up", *OF_SERVERS}
    assert memcached_address.partition(":")[2] in page
    assert "–" not in page


@pytest.mark.parametrize("what", OF_FAMILIES)
def test_every_count_of_a_family_is_told_to_prometheus(client, settings, what):
    client.force_login(make_admin())
    client.get("/")

    told = client.get("/metrics").content.decode()

    assert re.search(
        rf'^educa_cache_family_{what}_total{{family="catalogue_cards"}} \d', told, re.MULTILINE
    )


@pytest.mark.once
def test_the_cache_in_the_process_counts_what_was_asked_for():
    cache = BoundedMemory("asked", {})
    cache.set("key", None)

    found = [cache.get("key", "default"), cache.get("other", "default"), cache.get("key")]

    (said,) = cache.figures()
    assert found == [None, "default", None]
    assert (said.hits, said.misses, said.sets, said.ratio) == (2, 1, 1, 2 / 3)


@pytest.mark.once
def test_a_dead_memcached_says_nothing():
    (said,) = PatientMemcache("127.0.0.1:1", {}).figures()

    assert (said.is_up, said.hits, said.ratio) == (False, None, None)


@pytest.mark.once
def test_the_cache_in_the_process_is_bounded():
    cache = BoundedMemory("bounded", {})
    [cache.set(str(number), b"x" * 2**20) for number in range(40)]
    (said,) = cache.figures()

    assert said.memory <= MOST_BYTES
    assert said.evictions == 40 - said.items
    assert cache.get("39")
    assert cache.get("0") is None


@pytest.mark.once
def test_what_is_deleted_or_written_again_counts_once():
    cache = BoundedMemory("counted", {})
    cache.set("key", b"x" * 1000)
    cache.set("key", b"x" * 10)
    small = cache.figures()[0].memory
    cache.delete("key")

    assert small < 100
    assert cache.figures()[0].memory == 0
    assert caches["default"] is not cache
