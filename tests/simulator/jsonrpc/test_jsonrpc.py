"""The JSON-RPC API with a real HTTP client, on the state that the command line shares."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from positron_tui.simulator.jsonrpc.dispatch import METHODS, answer
from positron_tui.simulator.server import SimServer
from tests.simulator.cli.terminal import terminal
from tests.simulator.units import PASSWORD, box, mac, make_unit


@dataclass(slots=True)
class Api:
    """Calls of one unit; `error` returns the error member, `call` the result."""

    client: httpx.AsyncClient

    async def envelope(self, method: str, *params: Any, identity: Any = "1") -> dict[str, Any]:
        body = {"method": method, "params": list(params), "id": identity}
        response = await self.client.post("/json_rpc", json=body)
        assert response.status_code == 200
        found: dict[str, Any] = response.json()
        assert set(found) == {"id", "error", "result"}
        assert found["id"] == identity
        return found

    async def call(self, method: str, *params: Any) -> Any:
        found = await self.envelope(method, *params)
        assert found["error"] is None
        return found["result"]

    async def error(self, method: str, *params: Any) -> dict[str, Any]:
        found = await self.envelope(method, *params)
        assert found["result"] is None
        error: dict[str, Any] = found["error"]
        return error

    async def refused(self, method: str, *params: Any) -> int:
        """Return the module code of a refusal."""
        error = await self.error(method, *params)
        assert error["code"] == -32603
        code: int = error["data"]["vtss-module-code"]
        assert error["data"]["vtss-failing-module"] == 143
        assert error["data"]["vtss-error-code"] == -9437184 - code
        return code


def _client(server: SimServer, password: str = PASSWORD) -> httpx.AsyncClient:
    base = f"http://127.0.0.1:{server.http_port}"
    return httpx.AsyncClient(base_url=base, auth=("admin", password), trust_env=False)


@pytest.fixture
async def api(server: SimServer) -> AsyncIterator[Api]:
    async with _client(server) as client:
        yield Api(client)


async def test_wrong_credentials_get_the_realm(server: SimServer) -> None:
    for password in ("wrong", ""):
        async with _client(server, password) as client:
            response = await client.post("/json_rpc", json={})
        assert response.status_code == 401
        assert response.headers["WWW-Authenticate"] == 'Basic realm="PositronGAM"'
    server.device.faults.refuse_login = True
    async with _client(server) as client:
        assert (await client.post("/json_rpc", json={})).status_code == 401


async def test_the_id_comes_back_as_it_was(api: Api) -> None:
    for identity in ("7", 7, None):
        await api.envelope("ghnAgent.config.global.get", identity=identity)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("{", -32700),
        ("[]", -32600),
        ('{"params": []}', -32600),
        ('{"method": "no.such.method", "params": []}', -32601),
        ('{"method": "ghnAgent.config.global.get", "params": [1]}', -32602),
        ('{"method": "ghnAgent.config.global.get", "params": {}}', -32602),
        ('{"method": "ghnAgent.config.port.get", "params": [1]}', -32602),
        ('{"method": "ghnAgent.config.global.set", "params": ["x"]}', -32602),
    ],
)
def test_errors_of_the_envelope(body: str, code: int) -> None:
    found = answer(make_unit(), body.encode())
    assert found["result"] is None
    assert found["error"]["code"] == code
    assert "data" not in found["error"]


async def test_only_the_known_paths_exist(api: Api) -> None:
    assert (await api.client.get("/json_rpc")).status_code == 405
    assert (await api.client.get("/")).status_code == 404


async def test_the_inventory_names_every_method(api: Api) -> None:
    spec = (await api.client.get("/json_spec")).json()
    assert {method["method-name"] for method in spec["methods"]} == set(METHODS)
    name = "jsonRpc.status.introspection.generic.inventory.get"
    assert await api.call(name, "") == spec
    assert len(spec["modules"][0]["vtss-error-codes"]) == 57


async def test_every_get_of_a_whole_table_answers(api: Api) -> None:
    for name, method in METHODS.items():
        if name.endswith(".get") and method.accepts(0):
            assert await api.call(name) is not None


async def test_profiles_by_name(api: Api) -> None:
    base = "ghnAgent.config.bwProfileByName"
    assert await api.call(f"{base}.add", "300M", {"DsBw": "318", "UsBw": 318}) is None
    found = await api.call(f"{base}.get", "300M")
    assert (found["Id"], found["DsBw"], found["UsBw"], found["Description"]) == (3, 318, 318, "")
    await api.call(f"{base}.set", "300M", {"UsBw": 100})
    assert (await api.call(f"{base}.get", "300M"))["UsBw"] == 100
    names = [row["key"] for row in await api.call(f"{base}.get")]
    assert names == ["Default BW Profile", "100M", "300M"]
    await api.call(f"{base}.del", "300M")
    assert await api.refused(f"{base}.get", "300M") == -21
    assert await api.refused(f"{base}.add", "100M", {}) == -18
    assert await api.refused("ghnAgent.config.bwProfile.del", 1) == -20


async def test_a_quarantined_endpoint_becomes_a_double_tagged_service(
    api: Api, server: SimServer
) -> None:
    device = server.device
    device.plant[mac(3)] = box(3, 3)
    brief = await api.call("ghnAgent.status.endpointByMac.brief.get", mac(3))
    assert (brief["State"], brief["ConfEndpointId"]) == ("quarantinedUnknownMAC", 0)
    assert brief["MacAddress"] == mac(3).upper()
    port = brief["DetectedPortIfIndex"]
    new = {"MacAddress": brief["MacAddress"], "PortIfIndex": port}
    await api.call("ghnAgent.config.endpointByName.add", "Apt 3", new)
    brief = await api.call("ghnAgent.status.endpointByMac.brief.get", mac(3))
    assert (brief["State"], brief["ConfPortIfIndex"]) == ("ok", "G.hn 1/3")
    user = {
        "EndpointName": "Apt 3",
        "BwProfileName": "100M",
        "VlanId": 301,
        "DoubleTags": True,
        "OuterTagVlanId": 2800,
        "NNIIfIndex": "10G 1/1",
        "AllowedTaggedVlans": [310, 302],
    }
    await api.call("ghnAgent.config.userByName.add", "Apt 3", user)
    found = await api.call("ghnAgent.config.userByName.get", "Apt 3")
    assert found["EndpointMacAddress"] == mac(3).upper()
    assert (found["EndpointId"], found["BwProfileId"]) == (3, 2)
    assert found["AllowedTaggedVlans"] == [302, 310]
    assert (found["DoubleTags"], found["OuterTagVlanId"]) == (True, 2800)
    assert "outer-vid 2800" in device.running_text()


async def test_users_by_id(api: Api, server: SimServer) -> None:
    base = "ghnAgent.config.user"
    await api.call(f"{base}.add", 0, {"Name": "Apt 2", "EndpointId": 2, "VlanId": 5})
    assert server.device.running.subscribers[2].endpoint_id == 2
    await api.call(f"{base}.set", 2, {"BwProfileId": 2, "PoeModeCtrl": "force"})
    sub = server.device.running.subscribers[2]
    assert (sub.profile_id, sub.poe, sub.vlan) == (2, "force", 5)
    assert [row["key"] for row in await api.call(f"{base}.get")] == [1, 2]
    await api.call(f"{base}.del", 2)
    assert await api.refused(f"{base}.del", 2) == -7


async def test_by_name_ignores_ids(api: Api, server: SimServer) -> None:
    await api.call("ghnAgent.config.userByName.add", "Apt 2", {"BwProfileId": 2, "VlanId": 5})
    assert server.device.running.subscribers[2].profile_id == 0


@pytest.mark.parametrize(
    ("struct", "code"),
    [
        ({"EndpointName": "nobody"}, -9),
        ({"BwProfileName": "nothing"}, -21),
        ({"NNIIfIndex": "10G 1/9"}, -41),
        ({"NNIIfIndex": "G.hn 1/1"}, -43),
        ({"PortIfIndex": "10G 1/1"}, -5),
        ({"DoubleTags": True}, -42),
        ({"VlanId": 3841}, -25),
    ],
)
async def test_refusals_of_users(api: Api, struct: dict[str, Any], code: int) -> None:
    assert await api.refused("ghnAgent.config.userByName.set", "Apt 1", struct) == code


async def test_wrong_types_are_invalid_params(api: Api) -> None:
    wrong: list[object] = [{"VlanId": -1}, {"VlanIsTagged": 1}, {"PortIfIndex": 1}, {"No": 1}, []]
    for struct in wrong:
        error = await api.error("ghnAgent.config.user.set", 1, struct)
        assert error["code"] == -32602


async def test_global_settings_and_ports(api: Api, server: SimServer) -> None:
    assert await api.refused("ghnAgent.config.global.set", {"SubscriberModel": "portAware"}) == -57
    await api.call("ghnAgent.config.global.set", {"EndpointAutoFwUpgrade": False})
    found = await api.call("ghnAgent.config.global.get")
    assert found == {
        "SubscriberModel": "endpointAware",
        "DefaultNNIIfIndex": "10G 1/1",
        "EndpointAutoFwUpgrade": False,
    }
    await api.call("ghnAgent.config.port.set", "G.hn 1/2", {"Name": "riser"})
    assert (await api.call("ghnAgent.config.port.get", "G.hn 1/2"))["Name"] == "riser"
    assert (
        await api.refused("ghnAgent.config.port.set", "G.hn 1/2", {"PortRole": "endpoint"}) == -38
    )
    await api.call("port.config.set", "10G 1/1", {"Shutdown": True})
    assert (await api.call("port.status.get", "10G 1/1"))["Link"] is False
    assert server.device.running.ports_shut == {"10G 1/1"}


async def test_status_of_endpoints_and_control(api: Api, server: SimServer) -> None:
    detailed = await api.call("ghnAgent.status.endpointByMac.detailed.get", mac(1))
    assert (detailed["RxPhyRate"], detailed["TxPhyRate"], detailed["Alive"]) == (1700, 1600, True)
    link = await api.call("ghnAgent.status.endpoint.link.get", 1, 1)
    assert link == {"Valid": True, "Link": True, "Fdx": True, "Speed": "speed1G"}
    await api.call("ghnAgent.control.endpoint.system.set", 1, {"Reboot": True})
    brief = await api.call("ghnAgent.status.endpointByMac.brief.get", mac(1))
    assert (brief["State"], "ModelType" in brief) == ("notDetected", False)
    assert await api.refused("ghnAgent.control.endpoint.poe.set", 2, {"CyclePower": True}) == -54
    server.device.plant[mac(2)].state_override = 9
    brief = await api.call("ghnAgent.status.endpointByMac.brief.get", mac(2))
    assert brief["State"] == "9"


async def test_saving_and_its_status(api: Api, server: SimServer) -> None:
    server.device.runtime.copy_status = 0
    await api.call("ghnAgent.config.user.set", 1, {"Description": "changed"})
    assert (await api.call("icfg.status.copy.get"))["Status"] == "none"
    way = {"SourceConfigType": "runningConfig", "DestinationConfigType": "startupConfig"}
    await api.call("icfg.control.copy.set", {"Copy": True, **way})
    assert (await api.call("icfg.status.copy.get"))["Status"] == "success"
    assert server.device.startup.subscribers[1].description == "changed"
    await api.call("ghnAgent.config.user.set", 1, {"Description": "again"})
    back = {"SourceConfigType": "startupConfig", "DestinationConfigType": "runningConfig"}
    await api.call("icfg.control.copy.set", {"Copy": True, **back})
    assert server.device.running.subscribers[1].description == "changed"


async def test_what_one_transport_writes_the_other_reads(api: Api, server: SimServer) -> None:
    async with terminal(server) as client:
        await client.run("configure terminal", "(config)# ")
        await client.run('ghn subscriber 2 name "By CLI" vid 77 endpoint 2', "(config)# ")
        found = await api.call("ghnAgent.config.userByName.get", "By CLI")
        assert (found["VlanId"], found["EndpointName"]) == (77, "Apt 2")
        await api.call("ghnAgent.config.userByName.set", "By CLI", {"VlanId": 78})
        assert "Vlan: 78 Untagged" in await client.run("do show ghn subscriber 2", "(config)# ")


async def test_a_connection_serves_many_requests_and_survives_nonsense(server: SimServer) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.http_port)
    writer.write(b"this is not HTTP\r\n\r\n")
    async with asyncio.timeout(10):
        assert await reader.read() == b""
    writer.close()
    await writer.wait_closed()
    async with _client(server) as client:
        for _ in range(3):
            body = json.dumps({"method": "systemUtility.status.systemUptime.get", "params": []})
            response = await client.post("/json_rpc", content=body)
            assert "SystemUptime" in response.json()["result"]
