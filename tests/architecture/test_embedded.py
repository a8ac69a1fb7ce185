"""The servers of the wheels: real, in our own folder, whatever the machine."""

import os
import stat
from pathlib import Path

import psycopg
import pytest
import redis
from django.db import connection

from rdv.config.embedded import (
    DURABLE,
    FORGETFUL,
    LONGEST_SOCKET_FOLDER,
    EmbeddedServerError,
    Postgres,
    Valkey,
    wheel_folder,
)


@pytest.mark.django_db
def test_the_tests_have_the_postgresql_that_we_need() -> None:
    """Exclusion constraints and accent-free search depend on its extensions."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_available_extensions WHERE name IN ('btree_gist', 'unaccent', 'pg_trgm')")
        names = {row[0] for row in cursor.fetchall()}
        cursor.execute("SELECT current_setting('server_version_num')::int")
        assert cursor.fetchone()[0] >= 150000
    assert names == {"btree_gist", "unaccent", "pg_trgm"}


def test_it_runs_under_a_closed_and_deep_folder_and_keeps_its_data(tmp_path: Path) -> None:
    """A clone under /root or in a long path: nothing outside our folder is opened up."""
    closed = tmp_path / "closed"
    deep = closed / ("d" * LONGEST_SOCKET_FOLDER)
    deep.mkdir(parents=True)
    closed.chmod(0o700)
    before = stat.S_IMODE(closed.stat().st_mode), stat.S_IMODE(tmp_path.stat().st_mode)
    for write in (True, False):
        server = Postgres(deep / "postgresql")
        url = server.start(FORGETFUL)
        try:
            with psycopg.connect(url) as session:
                if write:
                    session.execute("CREATE TABLE kept AS SELECT 42 AS value")
                kept = session.execute("SELECT value FROM kept").fetchone()
        finally:
            server.stop()
        assert kept == (42,)
    assert (stat.S_IMODE(closed.stat().st_mode), stat.S_IMODE(tmp_path.stat().st_mode)) == before


def test_nothing_is_left_running(tmp_path: Path) -> None:
    server = Postgres(tmp_path / "postgresql")
    server.start(DURABLE)
    pid = int((tmp_path / "postgresql" / "postmaster.pid").read_text(encoding="utf-8").split()[0])
    server.stop()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert not (tmp_path / "postgresql" / "postmaster.pid").exists()


def test_only_our_account_enters_its_folder(tmp_path: Path) -> None:
    server = Postgres(tmp_path / "postgresql")
    assert stat.S_IMODE(server.home.stat().st_mode) == 0o700
    assert server.home.stat().st_uid == (server.account.pw_uid if server.account else os.getuid())


def test_a_server_that_cannot_start_shows_why(tmp_path: Path) -> None:
    server = Postgres(tmp_path / "postgresql")
    with pytest.raises(EmbeddedServerError, match="no_such_setting"):
        server.start({"no_such_setting": "1"})


def test_a_missing_wheel_says_what_to_run() -> None:
    with pytest.raises(EmbeddedServerError, match="make demo"):
        wheel_folder("no_such_wheel")


@pytest.mark.broker
def test_valkey_answers_on_its_socket(tmp_path: Path) -> None:
    server = Valkey(tmp_path / "valkey")
    url = server.start()
    try:
        with redis.Redis.from_url(url) as client:
            assert client.incr("count") == 1
    finally:
        server.stop()
    with redis.Redis.from_url(url) as client, pytest.raises(redis.ConnectionError):
        client.ping()
