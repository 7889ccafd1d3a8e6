"""Changes of one device over its JSON-RPC API; reading back what came of them is the caller's."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from positron_tui.domain.calls import call_text
from positron_tui.domain.devices import SubscriberModel
from positron_tui.domain.errors import (
    CapabilityMissing,
    CommandRejected,
    DeviceUnreachable,
    GhnRefusal,
    Indeterminate,
    UnexpectedReply,
    UsageError,
)
from positron_tui.domain.ports import PortMode, canonical_port_name
from positron_tui.domain.running_config import EndpointConfig, RunningConfig
from positron_tui.domain.subscribers import Profile, Subscriber
from positron_tui.gam.jsonrpc import codec, structs
from positron_tui.gam.jsonrpc.client import JsonRpcClient
from positron_tui.gam.jsonrpc.envelope import ParamsRejected
from positron_tui.gam.jsonrpc.structs import Names

COPY_SET = "icfg.control.copy.set"
COPY_GET = "icfg.status.copy.get"
SAVE_PARAMS = {
    "Copy": True,
    "SourceConfigType": "runningConfig",
    "DestinationConfigType": "startupConfig",
}
_USER, _USER_BY_NAME = "ghnAgent.config.user", "ghnAgent.config.userByName"
_ENDPOINT, _ENDPOINT_BY_NAME = "ghnAgent.config.endpoint", "ghnAgent.config.endpointByName"
_PROFILE, _PROFILE_BY_NAME = "ghnAgent.config.bwProfile", "ghnAgent.config.bwProfileByName"
# What a by-name method may say although the same call by id is right: it takes no name of an
# endpoint or profile (the vendor's document contradicts itself there), or is only half built.
_NAME_CODES = frozenset({-2, -3, -4, -8, -9, -20, -21, -22, -30})
# The words of the MIB for the outcome of a copy, in the order of their numbers.
_COPY_WORDS = (
    "none",
    "success",
    "inProgress",
    "errOtherInProcessing",
    "errNoSuchFile",
    "errSameSrcDst",
    "errPermissionDenied",
    "errLoadSrc",
    "errSaveDst",
)
_SUCCESS, _UNDER_WAY = "success", ("none", "inProgress")

_Call: TypeAlias = tuple[str, tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class Accepted:
    """A call that the device took. `command` is its canonical text, `reply` the result as JSON.

    `refused_first` is the call by name that was refused before this one by id was taken.
    """

    command: str
    reply: str
    refused_first: str | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """Saving was accepted; `confirmed` = the device said that it is done, None = cannot say."""

    command: str
    status: str | None
    confirmed: bool | None


class JsonRpcWriter:
    """Calls that change a device. All raise what `JsonRpcClient.call` raises for writes.

    A call by name that is refused over the naming is made again by id; one without an understood
    answer never is. `poll_s` and `save_timeout_s` are for waiting until a save is done.
    """

    def __init__(
        self, client: JsonRpcClient, *, poll_s: float = 0.5, save_timeout_s: float = 60.0
    ) -> None:
        self._client = client
        self._poll_s = poll_s
        self._save_timeout_s = save_timeout_s

    async def execute(self, command_json: str) -> Accepted:
        """Run the `{"method", "params"}` step of a plan exactly as it stands."""
        return await self._call(*codec.decode_step(command_json))

    async def add_subscriber(
        self,
        subscriber: Subscriber,
        config: RunningConfig,
        *,
        port2_tagged: bool | None = None,
    ) -> Accepted:
        """Create a subscriber; by name the device chooses the id, by id it is the subscriber's.

        `config` tells what endpoints and profiles are called; one without a name goes by id.
        """
        names = Names.of(config)
        by_name, by_id = (
            structs.without_defaults(one) for one in _both(subscriber, names, port2_tagged)
        )
        id_call = (f"{_USER}.add", (subscriber.subscriber_id, by_id))
        if not names.cover(subscriber):
            return await self._call(*id_call)
        return await self._named_first(
            (f"{_USER_BY_NAME}.add", (subscriber.name, by_name)), id_call
        )

    async def set_subscriber(
        self,
        before: Subscriber,
        after: Subscriber,
        config: RunningConfig,
        *,
        port2_tagged: bool | None = None,
    ) -> Accepted:
        """Send the members that differ; a new name, and what has no name, goes by id."""
        names = Names.of(config)
        old_by_name, old_by_id = _both(before, names, None)
        new_by_name, new_by_id = _both(after, names, port2_tagged)
        by_id = structs.changed(old_by_id, new_by_id)
        if not by_id:
            raise UsageError(f"Nothing of subscriber {before.name} is to be changed.")
        id_call = (f"{_USER}.set", (before.subscriber_id, by_id))
        if before.name != after.name or not names.cover(after):
            return await self._call(*id_call)
        changes = structs.changed(old_by_name, new_by_name)
        return await self._named_first((f"{_USER_BY_NAME}.set", (before.name, changes)), id_call)

    async def delete_subscriber(self, subscriber: Subscriber) -> Accepted:
        return await self._named_first(
            (f"{_USER_BY_NAME}.del", (subscriber.name,)),
            (f"{_USER}.del", (subscriber.subscriber_id,)),
            refusals=False,
        )

    async def add_endpoint(self, config: EndpointConfig) -> Accepted:
        """Configure an endpoint; without a name only by id, where the device gives it one."""
        struct = structs.without_defaults(structs.endpoint_struct(config))
        named = struct | ({"Name": config.name} if config.name else {})
        id_call = (f"{_ENDPOINT}.add", (config.endpoint_id, named))
        if not config.name:
            return await self._call(*id_call)
        return await self._named_first(
            (f"{_ENDPOINT_BY_NAME}.add", (config.name, struct)), id_call, refusals=False
        )

    async def set_endpoint(self, before: EndpointConfig, after: EndpointConfig) -> Accepted:
        """Send the members that differ; a new name can only be given by id."""
        changes = structs.changed(structs.endpoint_struct(before), structs.endpoint_struct(after))
        renamed = {"Name": after.name} if after.name and after.name != before.name else {}
        if not changes and not renamed:
            raise UsageError(f"Nothing of endpoint {before.endpoint_id} is to be changed.")
        id_call = (f"{_ENDPOINT}.set", (before.endpoint_id, changes | renamed))
        if renamed or not before.name:
            return await self._call(*id_call)
        return await self._named_first(
            (f"{_ENDPOINT_BY_NAME}.set", (before.name, changes)), id_call, refusals=False
        )

    async def delete_endpoint(self, config: EndpointConfig) -> Accepted:
        id_call = (f"{_ENDPOINT}.del", (config.endpoint_id,))
        if not config.name:
            return await self._call(*id_call)
        return await self._named_first(
            (f"{_ENDPOINT_BY_NAME}.del", (config.name,)), id_call, refusals=False
        )

    async def reboot_endpoint(self, endpoint_id: int) -> Accepted:
        """Restart a configured endpoint; it is away for a while."""
        params = {"Reboot": True, "StartFwUpgrade": False}
        return await self._call("ghnAgent.control.endpoint.system.set", (endpoint_id, params))

    async def add_profile(self, profile: Profile) -> Accepted:
        """Create a profile; by name the device chooses the id, by id it is the profile's."""
        struct = structs.profile_struct(profile)
        return await self._named_first(
            (f"{_PROFILE_BY_NAME}.add", (profile.name, struct)),
            (f"{_PROFILE}.add", (profile.profile_id, struct | {"Name": profile.name})),
            refusals=False,
        )

    async def set_profile(self, before: Profile, after: Profile) -> Accepted:
        """Send the members that differ; a new name can only be given by id."""
        changes = structs.changed(structs.profile_struct(before), structs.profile_struct(after))
        renamed = {"Name": after.name} if after.name != before.name else {}
        if not changes and not renamed:
            raise UsageError(f"Nothing of profile {before.name} is to be changed.")
        id_call = (f"{_PROFILE}.set", (before.profile_id, changes | renamed))
        if renamed:
            return await self._call(*id_call)
        return await self._named_first(
            (f"{_PROFILE_BY_NAME}.set", (before.name, changes)), id_call, refusals=False
        )

    async def delete_profile(self, profile: Profile) -> Accepted:
        return await self._named_first(
            (f"{_PROFILE_BY_NAME}.del", (profile.name,)),
            (f"{_PROFILE}.del", (profile.profile_id,)),
            refusals=False,
        )

    async def set_port(
        self, port: str, *, name: str | None = None, mode: PortMode | None = None
    ) -> Accepted:
        """Set what is given of a G.hn port; an empty name removes it."""
        struct: dict[str, object] = {} if name is None else {"Name": name}
        if mode is not None:
            struct["PortMode"] = codec.MODE_WORDS[mode]
        if not struct:
            raise UsageError(f"Nothing of {port} is to be changed.")
        return await self._call("ghnAgent.config.port.set", (codec.encode_port(port), struct))

    async def set_port_shutdown(self, port: str, shutdown: bool) -> Accepted:
        """Switch any port off or on. The struct is read and sent back whole, changed in one member:
        that is how the switch family was seen to want it.
        """
        key = canonical_port_name(port)
        now = codec.decode_struct(
            await self._client.call("port.config.get", key), "port.config.get"
        )
        return await self._call("port.config.set", (key, {**now, "Shutdown": shutdown}))

    async def set_global(
        self,
        *,
        subscriber_model: SubscriberModel | None = None,
        default_uplink: str | None = None,
        endpoint_auto_upgrade: bool | None = None,
    ) -> Accepted:
        """Set what is given of the settings of the whole unit."""
        wanted: dict[str, object | None] = {
            "SubscriberModel": codec.MODEL_WORDS[subscriber_model] if subscriber_model else None,
            "DefaultNNIIfIndex": codec.encode_port(default_uplink) if default_uplink else None,
            "EndpointAutoFwUpgrade": endpoint_auto_upgrade,
        }
        struct = {member: value for member, value in wanted.items() if value is not None}
        if not struct:
            raise UsageError("Nothing of the unit's settings is to be changed.")
        return await self._call("ghnAgent.config.global.set", (struct,))

    async def save(self) -> Saved:
        """Copy running to startup and wait until the device says that it is done.

        Raises CommandRejected when the copy failed, Indeterminate when it was accepted and no
        outcome is known in time. Firmware without the status leaves `confirmed` None.
        """
        accepted = await self._call(COPY_SET, (SAVE_PARAMS,))
        try:
            async with asyncio.timeout(self._save_timeout_s):
                status = await self._copy_status()
                while status in _UNDER_WAY:
                    await asyncio.sleep(self._poll_s)
                    status = await self._copy_status()
        except (CapabilityMissing, UnexpectedReply):
            return Saved(accepted.command, None, None)
        except (TimeoutError, DeviceUnreachable, CommandRejected) as error:
            raise Indeterminate(
                f"{self._label} accepted the order to save and did not say what came of it; read "
                "its startup configuration to see whether it was saved."
            ) from error
        if status == _SUCCESS:
            return Saved(accepted.command, status, True)
        raise CommandRejected(
            accepted.command,
            status,
            f"{self._label} could not save its configuration ({status}); what was changed runs, "
            "and is lost at a restart.",
        )

    @property
    def _label(self) -> str:
        return self._client.target.label

    async def _copy_status(self) -> str:
        """Return the word of the MIB for the outcome; UnexpectedReply for one nobody knows."""
        reply = await self._client.call(COPY_GET)
        word = reply.get("Status") if isinstance(reply, Mapping) else reply
        number = codec.decode_number(word)
        if number is not None and number < len(_COPY_WORDS):
            return _COPY_WORDS[number]
        known = {one.lower(): one for one in _COPY_WORDS}
        found = known.get(word.lower()) if isinstance(word, str) else None
        if found is None:
            raise UnexpectedReply(
                f"The reply of {self._label} to {COPY_GET} could not be understood.",
                codec.brief(reply),
            )
        return found

    async def _named_first(
        self, by_name: _Call, by_id: _Call, *, refusals: bool = True
    ) -> Accepted:
        """Call by name, and by id when the device lacks that or, with `refusals`, takes no names.

        Only understood refusals lead to the second call: nothing was changed by the first.
        """
        try:
            return await self._call(*by_name)
        except (CapabilityMissing, ParamsRejected) as refusal:
            first = refusal.command
        except GhnRefusal as refusal:
            if not refusals or refusal.module_code not in _NAME_CODES:
                raise
            first = refusal.command
        return replace(await self._call(*by_id), refused_first=first)

    async def _call(self, method: str, params: tuple[object, ...]) -> Accepted:
        command = call_text(method, *params)
        return Accepted(command, codec.brief(await self._client.call(method, *params)))


def _both(
    subscriber: Subscriber, names: Names, port2_tagged: bool | None
) -> tuple[dict[str, object], dict[str, object]]:
    """Return what the by-name and the by-id method want."""
    by_name = structs.subscriber_struct(subscriber, names, by_name=True, port2_tagged=port2_tagged)
    by_id = structs.subscriber_struct(subscriber, names, by_name=False, port2_tagged=port2_tagged)
    return by_name, by_id
