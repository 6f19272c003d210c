"""Whatever goes wrong in the database is one of our errors, says what to do, and loses nothing that was saved."""

from __future__ import annotations

import contextlib
import sqlite3
from datetime import UTC, datetime

import pytest
from sqlalchemy import create_engine, text

from newsletter.errors import ConfigError, Conflict, StoreBusy, StoreError, StoreFull
from newsletter.models import DeliveryState, Outcome
from newsletter.store import Claims, Store
from newsletter.store.faults import translated


def test_a_database_somebody_else_holds_is_busy(url, store):
    blocker = create_engine(url)
    with blocker.connect() as connection:
        lock = "BEGIN IMMEDIATE" if url.startswith("sqlite") else "LOCK TABLE lists"
        connection.exec_driver_sql(lock)
        with pytest.raises(StoreBusy, match="in use by another process; try again"), store.begin() as work:
            work.audience.create_list("weekly")
        connection.rollback()
    blocker.dispose()
    with store.begin() as work:
        assert work.audience.create_list("weekly").id


def test_more_threads_than_connections_is_busy_too(store):
    def read_a_hundred_times_at_once() -> None:
        with contextlib.ExitStack() as everybody:
            for _ in range(100):
                everybody.enter_context(store.read())

    with pytest.raises(StoreBusy, match="too much is going on at once"):
        read_a_hundred_times_at_once()


def test_readers_go_on_while_somebody_writes(store, enrol):
    enrol(3)
    with store.begin() as writing:
        writing.audience.create_list("daily")
        with store.read() as reading:
            assert [entry.name for entry in reading.audience.lists()] == ["weekly"]


def test_a_reader_sees_one_moment_however_long_it_reads(store, enrol):
    enrol(1)
    with store.read() as reading:
        assert len(reading.audience.lists()) == 1
        with store.begin() as writing:
            writing.audience.create_list("daily")
        assert len(reading.audience.lists()) == 1


def test_a_reader_can_not_write(store):
    with pytest.raises(StoreError), store.read() as work:
        work.audience.create_list("weekly")


def test_an_exception_undoes_the_whole_unit_of_work(store, now, make_article):
    def change_my_mind() -> None:
        with store.begin() as work:
            work.articles.add(make_article(), now)
            raise RuntimeError("changed my mind")

    with pytest.raises(RuntimeError):
        change_my_mind()
    with store.read() as work:
        assert work.articles.count() == 0
        assert work.search.search("loop") == []


def _cap(store: Store | Claims, spare: int) -> None:
    """Leave so many free pages to the database's file, on every connection it opens from now on."""
    from sqlalchemy import event

    engine = store._database.writer
    store._database.close()

    def cap(connection, entry):
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + spare}")

    event.listen(engine, "connect", cap)


def test_on_a_full_disk_what_was_saved_is_kept_and_the_rest_is_as_if_it_never_was(sqlite_databases, now, make_article):
    url = sqlite_databases.ready()
    with Store.open(url) as store:
        with store.begin() as work:
            work.articles.add(make_article("Kept"), now)
        _cap(store, 4)

        def fill() -> None:
            for number in range(100):
                with store.begin() as work:
                    work.articles.add(make_article(f"Article {number}", f"word{number} " * 2_000), now)

        with pytest.raises(StoreFull, match="make room and try again, everything saved before is kept"):
            fill()
        with store.read() as work:
            kept = work.articles.count()
            assert len(work.search.search("kept")) == 1
    with Store.open(url) as store, store.begin() as work:
        assert work.articles.count() == kept < 100
        assert work.articles.add(make_article("There is room again"), now)[0] == "added"
    check = sqlite3.connect(url.removeprefix("sqlite:///"))
    assert check.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    check.close()


def test_on_a_full_disk_the_ledger_keeps_every_claim(sqlite_databases, make_edition, enrol_on):
    """What could not be recorded stays claimed; once there is room the same call records it."""
    url = sqlite_databases.ready()
    send = enrol_on(url, 50)
    ledger = Claims(url, send)
    claims = ledger.exchange([], 50)
    outcomes = [Outcome(c.delivery, DeliveryState.FAILED, 550, reply="é" * 1_000) for c in claims]
    _cap(ledger, 0)
    with pytest.raises(StoreFull):
        ledger.exchange(outcomes, 50)
    owner = ledger.owner
    ledger.close()
    with Store.open(url) as store, store.read() as work:
        assert work.sends.tally(send).identity().startswith("audience 50 = pending 0 + claimed 50")
    roomy = Claims(url, send, owner)
    roomy.exchange(outcomes, 50)
    roomy.close()
    with Store.open(url) as store, store.read() as work:
        assert work.sends.tally(send).failed == 50


@pytest.fixture
def enrol_on(now, make_edition):
    """Starts a send to so many readers in the database at a URL; answers the send's id."""
    from newsletter.models import Consent, SendKind, Subscriber

    def enrol_on(url: str, readers: int) -> int:
        with Store.open(url, hash_key=b"key") as store, store.begin() as work:
            target = work.audience.create_list("weekly").id
            people = [Subscriber(f"r{n}@example.org") for n in range(readers)]
            work.audience.upsert(target, people, Consent("import", now), now)
            edition = work.editions.freeze(make_edition(), now)
            return work.sends.start(
                edition,
                SendKind.ISSUE,
                list_id=target,
                now=now,
                deadline=datetime(2999, 1, 1, tzinfo=UTC),
                message_id_domain="example.org",
            ).id

    return enrol_on


def test_a_damaged_file_is_said_to_be_damaged(sqlite_databases, now, make_article):
    url = sqlite_databases.ready()
    with Store.open(url) as store, store.begin() as work:
        for number in range(50):
            work.articles.add(make_article(f"Article {number}"), now)
    file = url.removeprefix("sqlite:///")
    with open(file, "r+b") as handle:
        handle.seek(4096 * 2)
        handle.write(b"\xff" * 4096 * 40)

    def read_all() -> None:
        with Store.open(url) as store, store.read() as work:
            work.articles.list()
            work.search.search("article")

    with pytest.raises(StoreError, match="damaged; restore the newest backup"):
        read_all()


@pytest.mark.parametrize("url", ["", "words", "mysql://host/db", "sqlite://", "sqlite:///:memory:"])
def test_a_url_that_is_of_no_use_is_a_fault_of_the_configuration(url):
    with pytest.raises(ConfigError, match=r"database\.url: found .*, expected sqlite:///FILE or postgresql"):
        Store.open(url)


def test_a_password_is_never_shown():
    with pytest.raises(ConfigError) as caught:
        Store.open("mysql://me:secret@host/db")
    assert "secret" not in str(caught.value)


def test_a_server_that_is_not_there_is_named_as_the_fault(postgres_databases):
    with pytest.raises(StoreError, match="can't be reached; check that it runs"):
        Store.open("postgresql://nobody@127.0.0.1:1/none")


def test_an_address_in_a_failing_statement_is_not_in_the_error(store, now):
    from newsletter.models import Consent, Subscriber

    with pytest.raises(Conflict) as caught, store.begin() as work:
        work.audience.upsert(99, [Subscriber("secret@example.org")], Consent("import", now), now)
    assert "secret@" not in str(caught.value)


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        ("40001", StoreBusy),
        ("40P01", StoreBusy),
        ("55P03", StoreBusy),
        ("53100", StoreFull),
        ("53300", StoreBusy),
        ("57P01", StoreBusy),
        ("08006", StoreError),
        ("28P01", StoreError),
        ("3D000", StoreError),
        ("42501", StoreError),
        ("XX000", StoreError),
    ],
)
def test_postgresqls_states_are_told_apart(state, kind):
    error = Exception("the server's words")
    error.sqlstate = state
    assert type(translated(error)) is kind
    assert "the server's words" in str(translated(error))


def test_a_mistake_of_our_own_is_not_dressed_up_as_the_databases(store, make_article):
    with pytest.raises(Exception, match="no time zone") as caught, store.begin() as work:
        work.articles.add(make_article(), datetime(2026, 1, 1))  # noqa: DTZ001 - the mistake
    assert not isinstance(caught.value, StoreError)


def test_dates_survive_whatever_zone_they_come_in(store, make_article):
    from datetime import timedelta, timezone

    tokyo = datetime(2026, 3, 2, 16, 0, 0, 123456, tzinfo=timezone(timedelta(hours=9)))
    with store.begin() as work:
        _, number = work.articles.add(make_article(published=tokyo), tokyo)
        kept = work.articles.get(number)
        row = work._connection.execute(text("SELECT published FROM articles")).scalar_one()
    assert (kept.published, kept.published.tzinfo) == (tokyo, UTC)
    assert "2026-03-02 07:00:00" in str(row)
