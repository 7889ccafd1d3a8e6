"""One contract for both SNMP engines, against net-snmp's agent and against agents gone wrong."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path
from typing import Any, cast

import pytest

from positron_tui.domain.devices import SnmpVersion
from positron_tui.domain.errors import (
    CommandRejected,
    DeviceUnreachable,
    Indeterminate,
    LoginRefused,
    UnexpectedReply,
    UsageError,
)
from positron_tui.gam.snmp.engine import (
    MAX_ROWS,
    ColumnWalk,
    EngineChoice,
    SetKind,
    SnmpCredentials,
    SnmpSession,
    SnmpSetValue,
    SnmpTarget,
    open_session,
)
from tests.gam.snmp.conftest import (
    SYS_NAME,
    V3_AUTH,
    V3_PRIV,
    V3_USER,
    OddAgents,
    Snmpd,
    free_udp_port,
    running_snmpd,
)
from tests.gam.snmp.odd_agent import Reply, Request

SYSTEM = "1.3.6.1.2.1.1"
SYS_NAME_OID = f"{SYSTEM}.5.0"
SYS_LOCATION_OID = f"{SYSTEM}.6.0"
OR_ID = f"{SYSTEM}.9.1.2"
OR_DESCR = f"{SYSTEM}.9.1.3"
COLUMN = "1.3.6.1.4.1.20095.9.1"

V3 = SnmpCredentials(user=V3_USER, auth_secret=V3_AUTH, priv_secret=V3_PRIV)
Open = Callable[..., Coroutine[Any, Any, SnmpSession]]


@pytest.fixture(params=["gufo", "pysnmp"])
def engine(request: pytest.FixtureRequest) -> EngineChoice:
    if request.param == "gufo":
        pytest.importorskip("gufo.snmp", reason="gufo-snmp has no wheels for this platform")
    return cast(EngineChoice, request.param)


@pytest.fixture
async def opened(engine: EngineChoice) -> AsyncIterator[Open]:
    """Return a function that opens sessions on a port; they are closed at the end."""
    sessions: list[SnmpSession] = []

    async def open_on(
        port: int,
        credentials: SnmpCredentials | None = None,
        *,
        version: SnmpVersion = SnmpVersion.V2C,
        timeout_s: float = 2.0,
        retries: int = 1,
    ) -> SnmpSession:
        target = SnmpTarget("127.0.0.1", port, version, timeout_s, retries, name="gam-03")
        session = await open_session(target, credentials or SnmpCredentials("reading"), engine)
        sessions.append(session)
        return session

    yield open_on
    for session in sessions:
        await session.close()


# net-snmp's agent


async def test_get_leaves_out_what_does_not_exist(opened: Open, snmpd: Snmpd) -> None:
    session = await opened(snmpd.port)
    values = await session.get(
        [SYS_NAME_OID, f"{SYSTEM}.2.0", f"{SYSTEM}.3.0", f"{SYSTEM}.99.0", f"{OR_ID}.999"]
    )
    assert values[SYS_NAME_OID] == SYS_NAME.encode()
    assert values[f"{SYSTEM}.2.0"] == "1.3.6.1.4.1.20095.2000.1.14"
    assert isinstance(values[f"{SYSTEM}.3.0"], int)
    assert set(values) == {SYS_NAME_OID, f"{SYSTEM}.2.0", f"{SYSTEM}.3.0"}


async def test_get_of_more_than_fits_one_request(opened: Open, snmpd: Snmpd) -> None:
    session = await opened(snmpd.port)
    missing = [f"{SYSTEM}.99.{number}" for number in range(60)]
    values = await session.get([*missing, SYS_NAME_OID])
    assert values == {SYS_NAME_OID: SYS_NAME.encode()}
    assert await session.get(missing) == {}
    assert await session.get([]) == {}


@pytest.mark.parametrize("page", [1, 3, 25])
async def test_columns_end_where_they_end(opened: Open, snmpd: Snmpd, page: int) -> None:
    session = await opened(snmpd.port)
    columns = await session.columns([OR_ID, f"{SYSTEM}.77", OR_DESCR], max_repetitions=page)
    assert list(columns) == [OR_ID, f"{SYSTEM}.77", OR_DESCR]
    assert columns[f"{SYSTEM}.77"] == {}
    assert len(columns[OR_ID]) > 5
    assert list(columns[OR_ID]) == [str(n + 1) for n in range(len(columns[OR_ID]))]
    assert set(columns[OR_ID]) == set(columns[OR_DESCR])
    assert all(isinstance(value, str) for value in columns[OR_ID].values())
    assert all(isinstance(value, bytes) for value in columns[OR_DESCR].values())


async def test_the_end_of_the_whole_tree_is_an_end(opened: Open, snmpd: Snmpd) -> None:
    session = await opened(snmpd.port)
    assert await session.columns(["2.9.9"], max_repetitions=10) == {"2.9.9": {}}


async def test_v3_with_sha_and_aes(opened: Open, snmpd: Snmpd) -> None:
    session = await opened(snmpd.port, V3, version=SnmpVersion.V3)
    assert await session.get([SYS_NAME_OID]) == {SYS_NAME_OID: SYS_NAME.encode()}
    columns = await session.columns([OR_DESCR], max_repetitions=4)
    assert len(columns[OR_DESCR]) > 5


async def test_v3_with_md5_and_des(opened: Open, snmpd: Snmpd) -> None:
    old = SnmpCredentials(
        user="desuser", auth="md5", auth_secret=V3_AUTH, priv="des", priv_secret=V3_PRIV
    )
    session = await opened(snmpd.port, old, version=SnmpVersion.V3)
    assert await session.get([SYS_NAME_OID]) == {SYS_NAME_OID: SYS_NAME.encode()}


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(SnmpCredentials(user="nobody", auth_secret=V3_AUTH), id="unknown user"),
        pytest.param(
            SnmpCredentials(user=V3_USER, auth_secret="not-this-one", priv_secret=V3_PRIV),
            id="wrong authentication",
        ),
        pytest.param(SnmpCredentials(user=V3_USER, auth_secret=V3_AUTH), id="privacy is demanded"),
    ],
)
async def test_v3_login_is_refused_by_name(
    opened: Open, snmpd: Snmpd, wrong: SnmpCredentials
) -> None:
    session = await opened(snmpd.port, wrong, version=SnmpVersion.V3)
    with pytest.raises(LoginRefused, match=r"gam-03 \(127.0.0.1\) refuses the SNMPv3 user"):
        await session.get([SYS_NAME_OID])


async def test_v3_wrong_privacy_is_an_error_without_the_secret(opened: Open, snmpd: Snmpd) -> None:
    wrong = SnmpCredentials(user=V3_USER, auth_secret=V3_AUTH, priv_secret="not-this-one")
    session = await opened(snmpd.port, wrong, version=SnmpVersion.V3, timeout_s=0.3, retries=0)
    with pytest.raises(DeviceUnreachable, match="SNMPv3 user or its keys") as caught:
        await session.get([SYS_NAME_OID])
    assert "not-this-one" not in str(caught.value)


async def test_two_devices_with_one_user_and_different_keys_do_not_mix(
    opened: Open, snmpd: Snmpd
) -> None:
    wrong = SnmpCredentials(user=V3_USER, auth_secret="not-this-one", priv_secret=V3_PRIV)
    good = await opened(snmpd.port, V3, version=SnmpVersion.V3)
    bad = await opened(snmpd.port, wrong, version=SnmpVersion.V3)
    for _ in range(5):
        results = await asyncio.gather(
            good.get([SYS_NAME_OID]), bad.get([SYS_NAME_OID]), return_exceptions=True
        )
        assert results[0] == {SYS_NAME_OID: SYS_NAME.encode()}
        assert isinstance(results[1], LoginRefused)


async def test_a_v3_session_survives_the_agents_restart(opened: Open, tmp_path: Path) -> None:
    port = free_udp_port()
    with running_snmpd(tmp_path, port):
        session = await opened(port, V3, version=SnmpVersion.V3, timeout_s=1.0, retries=0)
        assert await session.get([SYS_NAME_OID]) == {SYS_NAME_OID: SYS_NAME.encode()}
    with running_snmpd(tmp_path, port):
        assert await session.get([SYS_NAME_OID]) == {SYS_NAME_OID: SYS_NAME.encode()}
        columns = await session.columns([OR_DESCR], max_repetitions=4)
        assert len(columns[OR_DESCR]) > 5


async def test_a_wrong_community_is_silence_and_says_so(opened: Open, snmpd: Snmpd) -> None:
    session = await opened(snmpd.port, SnmpCredentials("secret-word"), timeout_s=0.2, retries=1)
    with pytest.raises(DeviceUnreachable, match="or the community is wrong") as caught:
        await session.get([SYS_NAME_OID])
    assert str(caught.value).startswith("gam-03 (127.0.0.1) does not answer SNMP on port ")
    assert "secret-word" not in str(caught.value)


async def test_a_port_without_an_agent(opened: Open) -> None:
    session = await opened(free_udp_port(), timeout_s=0.3, retries=0)
    with pytest.raises(DeviceUnreachable):
        await session.columns([OR_ID], max_repetitions=10)


async def test_a_name_that_does_not_resolve(engine: EngineChoice) -> None:
    with pytest.raises(DeviceUnreachable, match="does not resolve"):
        await open_session(SnmpTarget("no-such-host.invalid"), SnmpCredentials("reading"), engine)


async def test_set_writes_and_reads_back(opened: Open, snmpd: Snmpd, engine: str) -> None:
    session = await opened(snmpd.port, SnmpCredentials("writing"))
    value = f"rack of {engine}".encode()
    await session.set([(SYS_LOCATION_OID, SnmpSetValue(SetKind.OCTETS, value))])
    assert await session.get([SYS_LOCATION_OID]) == {SYS_LOCATION_OID: value}


async def test_set_is_refused_with_the_agents_word(opened: Open, snmpd: Snmpd) -> None:
    session = await opened(snmpd.port)
    with pytest.raises(CommandRejected) as caught:
        await session.set([(SYS_LOCATION_OID, SnmpSetValue(SetKind.OCTETS, b"x"))])
    assert caught.value.reply in ("noAccess", "notWritable", "authorizationError")
    assert SYS_LOCATION_OID in str(caught.value)


async def test_requests_of_one_session_wait_for_each_other(opened: Open, snmpd: Snmpd) -> None:
    session = await opened(snmpd.port)
    answers = await asyncio.gather(*(session.get([SYS_NAME_OID]) for _ in range(20)))
    assert answers == [{SYS_NAME_OID: SYS_NAME.encode()}] * 20


async def test_a_session_closes_twice(opened: Open, snmpd: Snmpd) -> None:
    session = await opened(snmpd.port)
    await session.get([SYS_NAME_OID])
    await session.close()
    await session.close()


async def test_a_throw_away_engine_for_connection_tests(engine: EngineChoice, snmpd: Snmpd) -> None:
    target = SnmpTarget(snmpd.host, snmpd.port)
    session = await open_session(target, SnmpCredentials("reading"), engine, shared=False)
    assert await session.get([SYS_NAME_OID]) == {SYS_NAME_OID: SYS_NAME.encode()}
    await session.close()


async def test_auto_reads_the_same(snmpd: Snmpd) -> None:
    session = await open_session(
        SnmpTarget(snmpd.host, snmpd.port), SnmpCredentials("reading"), "auto"
    )
    assert await session.get([SYS_NAME_OID]) == {SYS_NAME_OID: SYS_NAME.encode()}
    await session.close()


# Agents gone wrong


def _rows(*numbers: int, base: str = COLUMN) -> list[tuple[str, int | bytes | None]]:
    return [(f"{base}.{number}", number) for number in numbers]


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(lambda _: Reply(_rows(1)), id="always the same"),
        pytest.param(lambda request: Reply(_rows(1000 - request.number)), id="backwards"),
        pytest.param(lambda _: Reply(_rows(1, 2, 3, 2, 3)), id="a circle in one answer"),
    ],
)
async def test_a_walk_in_circles_is_given_up(
    opened: Open, odd_agent: OddAgents, answer: Callable[[Request], Reply]
) -> None:
    async with odd_agent(answer) as agent:
        session = await opened(agent.port)
        with pytest.raises(UnexpectedReply, match="not increasing"):
            await session.columns([COLUMN], max_repetitions=5)
        assert len(agent.requests) < 4


async def test_a_walk_that_never_ends_is_bounded(opened: Open, odd_agent: OddAgents) -> None:
    def endless(request: Request) -> Reply:
        last = request.oids[0].removeprefix(COLUMN).strip(".")
        first = int(last or 0) + 1
        return Reply(_rows(*range(first, first + 20)))

    async with odd_agent(endless) as agent:
        session = await opened(agent.port)
        with pytest.raises(UnexpectedReply, match=f"more than {MAX_ROWS} rows"):
            await session.columns([COLUMN], max_repetitions=20)


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(Reply(_rows(1, 2, base="1.3.6.1.4.1.20095.9.2")), id="after the column"),
        pytest.param(Reply(_rows(1, base="1.3.6.1.4.1.20095.8.2")), id="before the column"),
        pytest.param(Reply(_rows(7, base="1.3.6.1.4.1.20095.9.11")), id="a longer number"),
        pytest.param(Reply(), id="nothing at all"),
        pytest.param(Reply([(COLUMN, None)], status=5), id="genErr"),
    ],
)
async def test_what_is_not_in_the_column_ends_it(
    opened: Open, odd_agent: OddAgents, reply: Reply
) -> None:
    async with odd_agent(lambda _: reply) as agent:
        session = await opened(agent.port)
        assert await session.columns([COLUMN], max_repetitions=5) == {COLUMN: {}}


async def test_a_lost_page_is_asked_for_again(opened: Open, odd_agent: OddAgents) -> None:
    def lossy(request: Request) -> Reply | None:
        if request.number % 2:
            return None
        last = int(request.oids[0].removeprefix(COLUMN).strip(".") or 0)
        if last >= 6:
            return Reply(_rows(1, base="1.3.6.1.4.1.20095.9.2"))
        return Reply(_rows(last + 1, last + 2))

    async with odd_agent(lossy) as agent:
        session = await opened(agent.port, timeout_s=0.2, retries=1)
        columns = await session.columns([COLUMN], max_repetitions=2)
    assert columns == {COLUMN: {str(n): n for n in range(1, 7)}}


async def test_a_late_answer_is_not_taken_for_the_next_one(
    opened: Open, odd_agent: OddAgents
) -> None:
    def late(request: Request) -> Reply:
        return Reply([(oid, request.number) for oid in request.oids], late=request.number == 1)

    async with odd_agent(late) as agent:
        session = await opened(agent.port, timeout_s=0.2, retries=0)
        with pytest.raises(DeviceUnreachable):
            await session.get([f"{COLUMN}.1"])
        assert await session.get([f"{COLUMN}.1", f"{COLUMN}.2"]) == {
            f"{COLUMN}.1": 2,
            f"{COLUMN}.2": 2,
        }


async def test_silence_costs_no_more_than_its_tries(opened: Open, odd_agent: OddAgents) -> None:
    async with odd_agent(lambda _: None) as agent:
        session = await opened(agent.port, timeout_s=0.2, retries=2)
        with pytest.raises(DeviceUnreachable):
            await session.columns([COLUMN, OR_ID], max_repetitions=5)
        assert len(agent.requests) == 3


async def test_an_answer_that_is_too_big_is_asked_for_in_parts(
    opened: Open, odd_agent: OddAgents
) -> None:
    def small(request: Request) -> Reply:
        if len(request.oids) > 10:
            return Reply([(oid, None) for oid in request.oids], status=1)
        return Reply([(oid, 7) for oid in request.oids])

    oids = [f"{COLUMN}.{number}" for number in range(18)]
    async with odd_agent(small) as agent:
        session = await opened(agent.port)
        assert await session.get(oids) == dict.fromkeys(oids, 7)


async def test_values_nobody_asked_for_are_dropped(opened: Open, odd_agent: OddAgents) -> None:
    async with odd_agent(lambda _: Reply(_rows(1, 99))) as agent:
        session = await opened(agent.port)
        assert await session.get([f"{COLUMN}.1"]) == {f"{COLUMN}.1": 1}


async def test_null_is_no_value(opened: Open, odd_agent: OddAgents) -> None:
    async with odd_agent(lambda r: Reply([(oid, None) for oid in r.oids])) as agent:
        session = await opened(agent.port)
        assert await session.get([f"{COLUMN}.1"]) == {}


async def test_an_unanswered_write_is_indeterminate_and_sent_once(
    opened: Open, odd_agent: OddAgents
) -> None:
    async with odd_agent(lambda _: None) as agent:
        session = await opened(agent.port, timeout_s=0.2, retries=3)
        with pytest.raises(Indeterminate):
            await session.set([(f"{COLUMN}.1", SnmpSetValue(SetKind.INTEGER, 1))])
        assert len(agent.requests) == 1


# Without any agent


def test_credentials_do_not_show_their_secrets() -> None:
    shown = repr(
        SnmpCredentials("a-community", user="u", auth_secret="an-auth", priv_secret="a-priv")
    )
    assert not any(secret in shown for secret in ("a-community", "an-auth", "a-priv"))


async def test_missing_credentials_are_asked_for() -> None:
    with pytest.raises(UsageError, match="No SNMP community is known for gam-1"):
        await open_session(SnmpTarget("127.0.0.1", name="gam-1"), SnmpCredentials())
    with pytest.raises(UsageError, match="No SNMPv3 user"):
        await open_session(SnmpTarget("127.0.0.1", version=SnmpVersion.V3), SnmpCredentials())


def test_a_walk_compares_indexes_as_numbers() -> None:
    walk = ColumnWalk(COLUMN)
    assert walk.add(f"{COLUMN}.9", 1)
    assert walk.add(f"{COLUMN}.10", 2)
    assert not walk.add(f"{COLUMN}1.1", 3)
    assert walk.rows == {"9": 1, "10": 2}
    assert walk.tail == f"{COLUMN}.10"


def test_the_libraries_are_loaded_only_when_a_session_is_opened() -> None:
    """Both cost tens of milliseconds, which `--version` and the first paint must not pay."""
    modules = "positron_tui.gam.snmp.reader, positron_tui.gam.snmp.discover"
    code = f"import sys, {modules}; print({{'pysnmp', 'gufo'}} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "set()"
