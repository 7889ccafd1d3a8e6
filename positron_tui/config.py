"""Settings: command line over environment over TOML file over default.

Importing this module costs pydantic (about 0.1 s) and touches no file; the command line imports
it late. `config.example.toml` lists every setting with its sentence.
"""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import platformdirs
from pydantic import Field, ValidationError, field_validator
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from positron_tui.config_groups import (
    APP,
    BillingSettings,
    BulkSettings,
    DiscoverSettings,
    HooksSettings,
    JsonRpcSettings,
    LogLevel,
    LogSettings,
    MonitorSettings,
    OnGone,
    ProvisioningSettings,
    ScreenSettings,
    SecretsBackend,
    SecretsSettings,
    SettingsGroup,
    SnmpEngine,
    SnmpSettings,
    SshSettings,
    ZeroTouch,
)
from positron_tui.domain.errors import ConfigError

__all__ = [
    "APP",
    "CONFIG_VARIABLE",
    "ENV_PREFIX",
    "BillingSettings",
    "BulkSettings",
    "DiscoverSettings",
    "HooksSettings",
    "JsonRpcSettings",
    "LogLevel",
    "LogSettings",
    "MonitorSettings",
    "OnGone",
    "ProvisioningSettings",
    "ScreenSettings",
    "SecretsBackend",
    "SecretsSettings",
    "Settings",
    "SnmpEngine",
    "SnmpSettings",
    "SshSettings",
    "ZeroTouch",
    "default_config_file",
    "load_settings",
    "sqlite_url",
]

ENV_PREFIX = "POSITRON_TUI_"
CONFIG_VARIABLE = f"{ENV_PREFIX}CONFIG"
# Variables whose name does not follow from the setting's place in the tree.
ENV_ALIASES = {
    f"{ENV_PREFIX}SECRETS_BACKEND": ("secrets", "backend"),
    f"{ENV_PREFIX}JSON": ("json_output",),
}


def default_config_file() -> Path:
    """Return where the settings file is looked for when none is named."""
    return platformdirs.user_config_path(APP) / "config.toml"


def _default_db() -> str:
    return sqlite_url(platformdirs.user_data_path(APP) / "positron-tui.db")


def sqlite_url(path: Path) -> str:
    """Return the database URL of a SQLite file."""
    return f"sqlite+aiosqlite:///{path}"


class Settings(BaseSettings):
    """Every setting; `Settings()` is the defaults alone, `load_settings` reads all the layers."""

    model_config = SettingsConfigDict(
        extra="forbid",
        frozen=True,
        env_prefix=ENV_PREFIX,
        env_nested_delimiter="__",
        env_ignore_empty=True,
    )

    # A PostgreSQL URL may carry a password.
    db: str = Field(default_factory=_default_db, repr=False)
    read_only: bool = False
    json_output: bool = False
    secrets: SecretsSettings = Field(default_factory=SecretsSettings)
    monitor: MonitorSettings = Field(default_factory=MonitorSettings)
    snmp: SnmpSettings = Field(default_factory=SnmpSettings)
    ssh: SshSettings = Field(default_factory=SshSettings)
    screen: ScreenSettings = Field(default_factory=ScreenSettings)
    provisioning: ProvisioningSettings = Field(default_factory=ProvisioningSettings)
    jsonrpc: JsonRpcSettings = Field(default_factory=JsonRpcSettings)
    bulk: BulkSettings = Field(default_factory=BulkSettings)
    billing: BillingSettings = Field(default_factory=BillingSettings)
    hooks: HooksSettings = Field(default_factory=HooksSettings)
    discover: DiscoverSettings = Field(default_factory=DiscoverSettings)
    log: LogSettings = Field(default_factory=LogSettings)

    @field_validator("db")
    @classmethod
    def _path_or_url(cls, value: str) -> str:
        """A plain path names a SQLite file."""
        if "://" in value:
            return value
        if not value.strip():
            raise ValueError("it must be a database URL or a path")
        return sqlite_url(Path(value).expanduser().absolute())

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Leave the layering to load_settings, which can tell where a wrong value came from."""
        return (init_settings,)


Tree = dict[str, Any]


def load_settings(
    config_file: Path | None = None, overrides: Mapping[str, object] | None = None
) -> Settings:
    """Read the settings; raise ConfigError naming the place and the key of a wrong one.

    `overrides` are the options of the command line, by dotted key (`"secrets.backend"`); None
    means not given. A file that is named must exist, the default one may be missing.
    """
    options = _expand(overrides or {})
    environment = _read_environment()
    path, content = _read_file(config_file)
    tree = _merged(_merged(content, environment), options)
    try:
        return Settings(**tree)
    except ValidationError as error:
        origin = _Origins(str(path), environment, options)
        raise ConfigError(_sentence(error.errors(include_url=False)[0], origin)) from None


def _read_file(config_file: Path | None) -> tuple[Path, Tree]:
    named = config_file or os.environ.get(CONFIG_VARIABLE)
    path = Path(named).expanduser() if named else default_config_file()
    try:
        return path, tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        if named:
            raise ConfigError(f"There is no settings file {path}; name another one.") from None
        return path, {}
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} is not valid TOML: {error}.") from None


def _read_environment() -> Tree:
    _refuse_unknown_groups()
    try:
        tree: Tree = EnvSettingsSource(Settings)()
    except SettingsError as error:
        raise ConfigError(f"The environment cannot be read: {error}.") from None
    for variable, keys in ENV_ALIASES.items():
        if os.environ.get(variable):
            tree = _merged(_nested(keys, os.environ[variable]), tree)
    return tree


def _refuse_unknown_groups() -> None:
    """A mistyped group would be passed over in silence; a secret's own variable is no setting."""
    groups = [name for name in Settings.model_fields if _group_of(name)]
    for variable in os.environ:
        if not variable.startswith(ENV_PREFIX) or variable.startswith(f"{ENV_PREFIX}SECRET_"):
            continue
        group, delimiter, _ = variable[len(ENV_PREFIX) :].lower().partition("__")
        if delimiter and group not in groups:
            raise ConfigError(
                f"The environment variable {variable} is not a setting: there is no group "
                f"'{group}'{_nearest(group, groups)}."
            )


def _expand(dotted: Mapping[str, object]) -> Tree:
    tree: Tree = {}
    for key, value in dotted.items():
        if value is not None:
            tree = _merged(tree, _nested(tuple(key.split(".")), value))
    return tree


def _nested(keys: tuple[str, ...], value: object) -> Tree:
    tree: Tree = {keys[-1]: value}
    for key in reversed(keys[:-1]):
        tree = {key: tree}
    return tree


def _merged(base: Tree, over: Tree) -> Tree:
    result = dict(base)
    for key, value in over.items():
        old = result.get(key)
        if isinstance(old, dict) and isinstance(value, dict):
            result[key] = _merged(old, value)
        else:
            result[key] = value
    return result


class _Origins:
    """Tells where the value that won came from."""

    def __init__(self, file: str, environment: Tree, options: Tree) -> None:
        self._file = file
        self._environment = environment
        self._options = options

    def of(self, keys: tuple[str, ...]) -> str:
        if _holds(self._options, keys):
            return f"on the command line (--{'-'.join(keys).replace('_', '-')})"
        if _holds(self._environment, keys):
            return f"in the environment ({_variable(keys)})"
        return f"in {self._file}"


def _holds(tree: Tree, keys: tuple[str, ...]) -> bool:
    node: object = tree
    for key in keys:
        if not isinstance(node, dict) or key not in node:
            return False
        node = node[key]
    return True


def _variable(keys: tuple[str, ...]) -> str:
    for variable, aliased in ENV_ALIASES.items():
        if aliased == keys and os.environ.get(variable):
            return variable
    return ENV_PREFIX + "__".join(keys).upper()


def _sentence(error: ErrorDetails, origins: _Origins) -> str:
    """Never repeats the value itself: a URL may carry a password."""
    keys = _setting_path(error["loc"])
    name = ".".join(keys)
    where = origins.of(keys)
    if error["type"] == "extra_forbidden":
        fields = _fields_at(keys[:-1])
        return f"There is no setting '{name}' {where}{_nearest(keys[-1], fields, keys[:-1])}."
    if error["type"] in ("model_type", "model_attributes_type"):
        return f"'{name}' {where} is a group; give its settings below [{name}]."
    reason = error["msg"].removeprefix("Value error, ")
    return f"The setting '{name}' {where} is wrong: {reason[:1].lower()}{reason[1:]}."


def _setting_path(location: tuple[int | str, ...]) -> tuple[str, ...]:
    """Drop what pydantic appends to a path for the members of a union."""
    keys: list[str] = []
    for part in location:
        keys.append(str(part))
        if not _group_of(keys[0]) or len(keys) == 2:
            break
    return tuple(keys)


def _group_of(name: str) -> type[SettingsGroup] | None:
    field: FieldInfo | None = Settings.model_fields.get(name)
    kind = field.annotation if field else None
    return kind if isinstance(kind, type) and issubclass(kind, SettingsGroup) else None


def _fields_at(keys: tuple[str, ...]) -> list[str]:
    group = _group_of(keys[0]) if keys else None
    return list(group.model_fields if group else Settings.model_fields)


def _nearest(word: str, known: list[str], prefix: tuple[str, ...] = ()) -> str:
    found = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    if found:
        return f"; the nearest is '{'.'.join((*prefix, found[0]))}'"
    return f"; there are {', '.join(sorted(known))}"
