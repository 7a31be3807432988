"""What happens before the first page."""

import pytest
from django.core.management import CommandError
from django.templatetags.static import static

from educa.config import preparing
from educa.config.management.commands import serve, work
from educa.courses import triggers

MANIFEST = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"


@pytest.fixture
def data_dir(settings, tmp_path):
    """An empty data directory."""
    settings.DATA_DIR = tmp_path
    return tmp_path


@pytest.fixture
def embedded(settings, data_dir):
    """A site whose cache and channel layer live in the process."""
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}


def test_second_server_of_the_same_data_is_refused_and_told_what_it_needs(embedded):
    with preparing.hold_alone(), pytest.raises(CommandError, match=r"CACHE_URL and CHANNEL_LAYER"):
        preparing.hold_alone()


def test_next_server_starts_when_the_first_has_ended(embedded):
    preparing.hold_alone().close()

    with preparing.hold_alone() as lock:
        assert lock


def test_several_servers_share_data_behind_memcached_and_redis(settings, data_dir):
    settings.CACHES = {"default": {"BACKEND": "educa.lib.caches.PatientMemcache"}}
    layer = "channels_redis.pubsub.RedisPubSubChannelLayer"
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": layer}}

    assert preparing.hold_alone() is None


def test_static_files_are_collected_once(settings, data_dir):
    settings.STATIC_ROOT = data_dir / "static"
    settings.STATIC_ROOT.mkdir()
    preparing.collect_static()
    collected = settings.STATIC_ROOT / "educa" / "educa.css"
    collected.unlink()

    preparing.collect_static()

    assert not collected.exists()


def test_static_files_are_collected_anew_when_one_has_changed(settings, data_dir):
    settings.STATIC_ROOT = data_dir / "static"
    settings.STATIC_ROOT.mkdir()
    preparing.collect_static()
    more = data_dir / "more"
    more.mkdir()
    (more / "new.css").write_text("a{}")
    settings.STATICFILES_DIRS = [*settings.STATICFILES_DIRS, more]

    preparing.collect_static()

    assert (settings.STATIC_ROOT / "new.css").exists()


def test_file_that_a_kill_left_broken_is_collected_anew(settings, data_dir):
    settings.STATIC_ROOT = data_dir / "static"
    preparing.collect_static()
    whole = {path: path.read_bytes() for path in settings.STATIC_ROOT.rglob("educa*.css")}
    (settings.STATIC_ROOT / preparing.STAMP).unlink()
    for path in whole:
        path.write_bytes(b"a{")

    preparing.collect_static()

    assert whole
    assert {path: path.read_bytes() for path in whole} == whole


def test_half_a_collection_is_never_served_and_leaves_nothing(settings, data_dir):
    settings.STATIC_ROOT = data_dir / "static"
    for name in ("static.new", "static.old"):
        (data_dir / name / "educa").mkdir(parents=True)
        (data_dir / name / "educa" / "half.css").write_text("a{")

    preparing.collect_static()

    assert not list(data_dir.rglob("half.css"))
    assert {path.name for path in data_dir.iterdir() if path.is_dir()} == {"static"}


def test_collection_that_fails_leaves_what_is_served(settings, data_dir):
    settings.STATIC_ROOT = data_dir / "static"
    settings.STATIC_ROOT.mkdir()
    (settings.STATIC_ROOT / "served.css").write_text("a{}")
    settings.STATICFILES_DIRS = [data_dir / "broken"]
    (data_dir / "broken").mkdir()
    (data_dir / "broken" / "new.css").write_bytes(b"a{background: url(missing.png)}")
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": MANIFEST}}

    with pytest.raises(ValueError, match=r"missing\.png"):
        preparing.collect_static()

    assert (settings.STATIC_ROOT / "served.css").exists()


def test_process_that_looked_too_early_finds_the_hashed_names(settings, data_dir):
    settings.STATIC_ROOT = data_dir / "static"
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": MANIFEST}}
    with pytest.raises(ValueError, match="manifest"):
        static("educa/educa.css")

    preparing.collect_static()

    assert static("educa/educa.css") != "/static/educa/educa.css"


@pytest.mark.django_db(transaction=True)
def test_a_site_whose_triggers_are_away_has_them_again_when_it_is_prepared():
    triggers.drop()

    preparing.migrate()

    assert triggers.are_ours()


@pytest.mark.django_db(transaction=True)
def test_a_site_whose_triggers_are_away_has_them_again_when_it_begins_to_serve(monkeypatch):
    monkeypatch.setattr(serve, "collect_static", lambda: None)
    triggers.drop()

    serve.Command().prepare()

    assert triggers.are_ours()


@pytest.mark.django_db(transaction=True)
def test_a_site_whose_triggers_are_away_has_them_again_when_it_begins_to_work(
    monkeypatch, embedded
):
    monkeypatch.setattr(work, "work_until_stopped", lambda _on_ready: None)
    triggers.drop()

    work.Command().handle()

    assert triggers.are_ours()
