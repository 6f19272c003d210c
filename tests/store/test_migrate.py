"""Opening a database brings it to the program's version, and refuses what it can't bring there."""

from __future__ import annotations

import multiprocessing
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import create_engine, insert, inspect, text

from newsletter.errors import StoreError, StoreTooNew
from newsletter.store import Store, tables, telling
from newsletter.store.codec import article_values
from newsletter.store.columns import metadata
from newsletter.store.migrations import REVISIONS


def _version(url: str) -> str | None:
    engine = create_engine(url)
    with engine.connect() as connection:
        version: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    engine.dispose()
    return version


def _open(url: str) -> None:
    Store.open(url, create=True, patience=20).close()


def test_an_empty_database_is_filled_and_opening_it_again_changes_nothing(databases):
    url = databases.empty()
    for _ in range(2):
        _open(url)
        assert _version(url) == REVISIONS[-1]


def test_the_revisions_the_program_knows_are_those_it_ships():
    from alembic.script import ScriptDirectory

    import newsletter.store.migrations as migrations

    shipped = ScriptDirectory(str(Path(migrations.__file__).parent)).walk_revisions()
    assert tuple(reversed([script.revision for script in shipped])) == REVISIONS


def test_the_migrations_make_exactly_the_tables(url):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    engine = create_engine(url)
    with engine.connect() as connection:
        assert {table.name for table in metadata.tables.values()} <= set(inspect(connection).get_table_names())
        options = {
            "compare_type": True,
            "include_name": lambda name, kind, _: not str(name).startswith("article_index"),
        }
        context = MigrationContext.configure(connection, opts=options)
        differences = compare_metadata(context, metadata)
    engine.dispose()
    assert differences == []


def test_a_newer_database_is_refused_and_left_as_it_is(url):
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(StoreTooNew, match="version 9999, made by a newer newsletter"):
        Store.open(url, create=True)
    assert _version(url) == "9999"


def test_nothing_is_made_where_nothing_was_asked_for(databases):
    url = databases.empty()
    with pytest.raises(StoreError, match="`newsletter init`"):
        Store.open(url)
    file = create_engine(url).url.database
    assert url.startswith("postgresql") or not Path(str(file)).exists()


def test_another_programs_database_is_refused(databases):
    url = databases.empty()
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE recipes (id INTEGER)"))
    engine.dispose()
    with pytest.raises(StoreError, match="another program"):
        Store.open(url, create=True)


def test_a_file_that_is_no_database_is_refused(tmp_path):
    (tmp_path / "news.db").write_bytes(b"Python on top, native code below. " * 100)
    with pytest.raises(StoreError, match="not a database"):
        Store.open(f"sqlite:///{tmp_path}/news.db", create=True)


def test_a_folder_that_is_not_there_is_named_as_the_fault(tmp_path):
    with pytest.raises(StoreError, match="can't be opened"):
        Store.open(f"sqlite:///{tmp_path}/none/news.db", create=True)


def test_processes_that_open_an_empty_database_at_once_migrate_it_once(databases):
    url = databases.empty()
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_open, args=(url,)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    assert _version(url) == REVISIONS[-1]


def test_a_step_that_fails_leaves_the_database_as_it_was(databases, monkeypatch):
    from alembic import op

    url = databases.empty()
    create_table = op.create_table

    def fail_at_the_last(name: str, *columns: object, **options: object) -> None:
        if name == "events":
            raise RuntimeError("power cut")
        create_table(name, *columns, **options)

    monkeypatch.setattr(op, "create_table", fail_at_the_last)
    with pytest.raises(RuntimeError, match="power cut"):
        Store.open(url, create=True)
    monkeypatch.undo()
    engine = create_engine(url)
    assert inspect(engine).get_table_names() == []
    engine.dispose()
    _open(url)
    assert _version(url) == REVISIONS[-1]


def test_opening_an_up_to_date_database_imports_no_alembic(url):
    code = (
        "import sys; from newsletter.store import Store; Store.open(sys.argv[1]).close(); "
        "sys.exit(any(name.split('.')[0] in ('alembic', 'pydantic') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code, url], check=False).returncode == 0


def test_sqlite_keeps_what_it_has_promised(sqlite_databases):
    """WAL lets readers go on while one writes; synchronous FULL has a commit on disk before it returns."""
    url = sqlite_databases.ready()
    with Store.open(url) as store, store.begin() as work:
        run = work._connection.exec_driver_sql
        assert run("PRAGMA journal_mode").scalar() == "wal"
        assert run("PRAGMA synchronous").scalar() == 2
        assert run("PRAGMA foreign_keys").scalar() == 1


def test_claiming_and_counting_use_the_index_alone(sqlite_databases):
    """Whatever the number of deliveries: no sort to find the next ones, no walk over rows to count them."""
    connection = sqlite3.connect(sqlite_databases.ready().removeprefix("sqlite:///"))
    plan = connection.execute(
        "EXPLAIN QUERY PLAN SELECT id FROM deliveries WHERE send_id = 1 AND state = 'pending' AND due <= 'x' "
        "ORDER BY due, id LIMIT 50"
    ).fetchall()
    count = connection.execute(
        "EXPLAIN QUERY PLAN SELECT state, count(*) FROM deliveries WHERE send_id = 1 GROUP BY state"
    ).fetchall()
    connection.close()
    name = "ix_deliveries_send_id_state_due_id"
    assert [row[3].split(" (")[0] for row in plan + count] == [f"SEARCH deliveries USING COVERING INDEX {name}"] * 2
    assert name in {index.name for index in tables.deliveries.indexes}


@pytest.fixture
def as_of(monkeypatch):
    """Makes a database as an earlier version of the program left it."""
    from alembic import command

    import newsletter.store.migrate as step

    def make(url: str, revision: str) -> None:
        known = REVISIONS[: REVISIONS.index(revision) + 1]
        with monkeypatch.context() as patch:
            patch.setattr(step, "REVISIONS", known)
            patch.setattr(command, "upgrade", lambda config, _, upgrade=command.upgrade: upgrade(config, revision))
            _open(url)

    return make


def test_what_the_store_had_is_brought_along(databases, make_article, now, as_of):
    """An article of the first version is found again by its page, by its near text and by its words."""
    url, text_ = databases.empty(), " ".join(f"word{number}" for number in range(60))
    old = make_article("Kept", text_, url="https://example.org/a", key="url:https://example.org/a", authors=("Ada",))
    as_of(url, "0001")
    values = {name: value for name, value in article_values(replace(old, added=now)).items() if name != "address"}
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(insert(tables.articles).values(values))
        connection.execute(insert(tables.articles).values(values | {"key": "file:x", "dropped": now, "content": {}}))
    engine.dispose()
    with Store.open(url) as store, store.begin() as work:
        assert work.articles.add(replace(old, key="url:http://m.example.org/a/"), now) == ("duplicate", 1)
        assert [near.article for near in work.signatures.near(text_)] == [1]
        assert [hit.article.id for hit in work.search.search("author:ada word7")] == [1]
        assert work.search.suggest("ketp") == "kept"
        assert work.stories.unplaced() == [1]


def test_who_had_which_telling_word_is_known_still(databases, make_article, now, as_of):
    """Rows of one article each become rows of many: the same articles have the same words on the same days."""
    url = databases.empty()
    as_of(url, "0007")
    said = {1: (20_000, {"rust": 2, "größe": 1}), 1023: (20_000, {"rust": 1}), 1024: (20_000, {"rust": 1})}
    said |= {2049: (20_001, {"rust": 1, "wheel": 3}), 70_000: (20_003, {"rust": 1})}
    engine = create_engine(url)
    values = article_values(replace(make_article(), added=now))
    with engine.begin() as connection:
        for number, (day, terms) in said.items():
            connection.execute(insert(tables.articles).values(values | {"id": number, "key": f"file:{number}"}))
            subject = {"article_id": number, "day": day, "terms": terms, "norm": 1.0}
            connection.execute(insert(tables.story_subjects).values(subject))
            for term in terms:
                row = {"term": term, "day": day, "article": number}
                connection.execute(text("INSERT INTO story_terms VALUES (:term, :day, :article)"), row)
    engine.dispose()
    with Store.open(url) as store, store.begin() as work:
        connection = work._connection

        def owners(last: int) -> dict[str, list[tuple[int, int]]]:
            found = telling.read(connection, ["größe", "none", "rust", "wheel"], 20_000, last)
            return {term: [divmod(code, 1 << telling.SHIFT) for code in codes] for term, codes in found}

        on_two_days = [(20_000, 1), (20_000, 1023), (20_000, 1024), (20_001, 2049)]
        assert owners(20_001) == {"größe": [(20_000, 1)], "rust": on_two_days, "wheel": [(20_001, 2049)]}
        work.stories.forget(1023)
        work.stories.forget(2049)
        assert owners(20_003) == {"größe": [(20_000, 1)], "rust": [(20_000, 1), (20_000, 1024), (20_003, 70_000)]}
