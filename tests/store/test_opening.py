"""Opening: creation, migration, two consoles at once, and files that are not ours."""

from __future__ import annotations

import asyncio
import os
import re
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect
from sqlalchemy.dialects.postgresql import asyncpg
from sqlalchemy.engine import Dialect
from sqlalchemy.schema import CreateTable

from positron_tui.config import sqlite_url
from positron_tui.domain.devices import Address, Device
from positron_tui.domain.errors import StoreError
from positron_tui.store import open_store
from positron_tui.store.database import Database, delete_sql, insert_sql
from positron_tui.store.location import parse_url
from positron_tui.store.schema import HEAD
from positron_tui.store.tables import metadata

GAM = Device("gam", Address("192.0.2.1"))


async def open_and_close(path: Path) -> None:
    async with open_store(sqlite_url(path)):
        pass


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def modes_below(path: Path) -> set[int]:
    return {mode_of(file) for file in path.iterdir()}


def content_of(path: Path) -> bytes:
    return path.read_bytes()


def put(path: Path, content: bytes) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)


async def test_the_files_are_the_owners_alone(path: Path) -> None:
    before = os.umask(0)
    try:
        async with open_store(sqlite_url(path)) as store:
            await store.devices.add(GAM)
            # The database, and its write-ahead log and index beside it.
            assert modes_below(path.parent) == {0o600}
            assert mode_of(path.parent) == 0o700
    finally:
        os.umask(before)


async def test_a_file_that_others_could_read_is_closed_to_them(path: Path) -> None:
    await open_and_close(path)
    os.chmod(path, 0o644)
    await open_and_close(path)

    assert mode_of(path) == 0o600


async def test_the_connection_is_set_up_as_measured(path: Path) -> None:
    await open_and_close(path)
    database = Database(parse_url(sqlite_url(path)))
    try:
        async with database.read() as connection:
            values = {
                name: (await connection.exec_driver_sql(f"PRAGMA {name}")).scalar()
                for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            }
        async with database.write(durable=True) as connection:
            durable = (await connection.exec_driver_sql("PRAGMA synchronous")).scalar()
        async with database.write() as connection:
            after = (await connection.exec_driver_sql("PRAGMA synchronous")).scalar()
    finally:
        await database.close()

    assert values == {
        "journal_mode": "wal",
        "synchronous": 1,
        "foreign_keys": 1,
        "busy_timeout": 15_000,
    }
    assert (durable, after) == (2, 1)


def test_head_is_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", "positron_tui.store:migrations")

    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def schema_of(path: Path) -> dict[str, list[str]]:
    """The parts of the statements that made the tables.

    A column that came later stands at the end, and has the value for the rows that were there.
    """
    with sqlite3.connect(path) as connection:
        rows = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'alembic%'"
        )
        return {name: _parts(sql) for name, sql in rows}


def _parts(sql: str) -> list[str]:
    text = "".join(sql.split()).replace('"', "")
    name, _, body = text.removesuffix(")").partition("(")
    return [name, *sorted(re.sub("DEFAULT.+?NOTNULL", "NOTNULL", part) for part in body.split(","))]


def test_migrations_lead_to_the_tables_of_the_code(path: Path, tmp_path: Path) -> None:
    asyncio.run(open_and_close(path))
    direct = create_engine(f"sqlite:///{tmp_path / 'direct.db'}")
    metadata.create_all(direct)
    migrated = create_engine(f"sqlite:///{path}")
    with migrated.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, metadata)
    direct.dispose()
    migrated.dispose()

    assert differences == []
    assert schema_of(path) == schema_of(tmp_path / "direct.db")


def test_the_way_back_drops_everything(path: Path) -> None:
    from alembic import command

    asyncio.run(open_and_close(path))
    config = Config()
    config.set_main_option("script_location", "positron_tui.store:migrations")
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
    tables = inspect(engine).get_table_names()
    engine.dispose()

    assert tables == ["alembic_version"]


_OPENER = """
import asyncio, sys
from positron_tui.domain.devices import Address, Device
from positron_tui.store import open_store

async def main():
    sys.stdin.readline()
    async with open_store(sys.argv[1]) as store:
        for number in range(20):
            await store.devices.add(Device(f"{sys.argv[2]}-{number}", Address("192.0.2.1")))
    print("alembic" in sys.modules)

asyncio.run(main())
"""


async def opener(path: Path, name: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _OPENER, sqlite_url(path), name),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )


async def test_consoles_that_start_at_once_all_succeed(path: Path) -> None:
    consoles = [await opener(path, name) for name in ("a", "b", "c")]

    ends = await asyncio.gather(*(one.communicate(b"go\n") for one in consoles))

    assert [one.returncode for one in consoles] == [0, 0, 0], ends
    async with open_store(sqlite_url(path)) as store:
        assert len(await store.devices.list()) == 60


async def test_a_database_at_head_does_not_need_alembic(path: Path) -> None:
    await open_and_close(path)

    output, _ = await (await opener(path, "a")).communicate(b"go\n")

    assert output.strip() == b"False"


async def test_a_database_of_a_newer_version_is_left_alone(path: Path) -> None:
    await open_and_close(path)
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()

    with pytest.raises(StoreError, match=r"fleet\.db was written by a newer .*schema 9999"):
        await open_and_close(path)


async def test_the_database_of_another_program_is_left_alone(path: Path) -> None:
    put(path, b"")
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE bookmarks (url TEXT)")
    connection.close()

    with pytest.raises(StoreError, match="belongs to another program"):
        await open_and_close(path)


def scribbled(content: bytes) -> bytes:
    return b"this is not a database, it is a letter" * 100


def torn(content: bytes) -> bytes:
    return content[:100] + b"\xff" * 4000 + content[4100:]


@pytest.mark.parametrize("damage", [scribbled, torn])
async def test_a_damaged_file_is_a_sentence(path: Path, damage: Callable[[bytes], bytes]) -> None:
    await open_and_close(path)
    broken = damage(content_of(path))
    put(path, broken)

    with pytest.raises(StoreError, match=r"fleet\.db is damaged; move the file away"):
        await open_and_close(path)
    assert content_of(path) == broken


async def test_paths_that_cannot_be_written(tmp_path: Path) -> None:
    put(tmp_path / "file", b"")

    with pytest.raises(StoreError, match=r"cannot be opened \(.*--db"):
        await open_and_close(tmp_path / "file" / "fleet.db")
    with pytest.raises(StoreError, match=r"cannot be opened \(Is a directory\)"):
        await open_and_close(tmp_path)


async def test_a_database_that_is_read_only(path: Path) -> None:
    await open_and_close(path)

    with pytest.raises(StoreError, match="cannot be written"):
        async with open_store(f"sqlite+aiosqlite:///file:{path}?mode=ro&uri=true") as store:
            await store.devices.add(GAM)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("not a url", "is not a URL"),
        ("oracle://scott:tiger@db/gam", "not a database that this console can use"),
        ("sqlite+pysqlite:///gam.db", "not a driver that this console can use"),
        ("postgresql+nosuch://scott:tiger@db/gam", "not a driver that this console can use"),
    ],
)
async def test_urls_that_lead_nowhere(
    url: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StoreError, match=words) as caught:
        async with open_store(url):
            pass
    assert "tiger" not in str(caught.value)
    assert not os.listdir(tmp_path)


async def test_a_plain_sqlite_url_gets_the_async_driver(path: Path) -> None:
    async with open_store(f"sqlite:///{path}") as store:
        await store.devices.add(GAM)
        assert store.shown == str(path)


async def test_a_database_in_memory_serves_readers_and_writers() -> None:
    async with open_store("sqlite+aiosqlite://") as store:
        await asyncio.gather(
            *(store.devices.add(Device(f"gam-{i}", Address("h"))) for i in range(5)),
            *(store.devices.list() for _ in range(5)),
        )
        assert len(await store.devices.list()) == 5


async def test_a_write_that_is_cancelled_leaves_the_store_usable(path: Path) -> None:
    async with open_store(sqlite_url(path)) as store:
        for _ in range(20):
            task = asyncio.create_task(store.devices.add(GAM))
            await asyncio.sleep(0)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        await store.devices.add(Device("other", Address("h")))

        assert Device("other", Address("h")) in await store.devices.list()


def test_everything_compiles_for_postgresql() -> None:
    dialect: Dialect = asyncpg.dialect()  # type: ignore[no-untyped-call]
    for table in metadata.sorted_tables:
        assert "CREATE TABLE" in str(CreateTable(table).compile(dialect=dialect))
        names = tuple(table.columns.keys())
        sql = insert_sql(table, dialect, names)
        assert sql.count("$") == len(names)
        if "device_id" in names:
            assert delete_sql(table, dialect).count("$1") == 1
