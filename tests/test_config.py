"""Settings: precedence, errors that name file and key, and the example file."""

from __future__ import annotations

import itertools
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel

from positron_tui import config
from positron_tui.config import SecretsBackend, Settings, load_settings
from positron_tui.domain.errors import ConfigError

EXAMPLE = Path(__file__).parents[1] / "config.example.toml"
# A commented-out setting, as against a sentence.
_OPTIONAL = re.compile(r"^# ([a-z_]+ = .+)$", re.MULTILINE)


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for variable in list(os.environ):
        if variable.startswith(config.ENV_PREFIX):
            monkeypatch.delenv(variable)
    for variable in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "HOME"):
        monkeypatch.setenv(variable, str(tmp_path / "home"))


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "settings.toml"
    path.write_text(text, encoding="utf-8")
    return path


def keys_of(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from keys_of(kind, f"{prefix}{name}.")
        else:
            yield prefix + name


def flat(tree: dict[str, object], prefix: str = "") -> dict[str, object]:
    """Return the settings by dotted key; a table inside of a group is a setting itself."""
    result: dict[str, object] = {}
    for key, value in tree.items():
        if isinstance(value, dict) and not prefix:
            result |= flat(value, f"{prefix}{key}.")
        else:
            result[prefix + key] = value
    return result


def test_defaults_need_no_file_and_make_no_directory(tmp_path: Path) -> None:
    settings = load_settings()

    assert settings.monitor.interval_s == 60
    assert settings.secrets.backend is None
    assert settings.db.startswith("sqlite+aiosqlite:////")
    assert settings.db.endswith("positron-tui.db")
    assert not (tmp_path / "home").exists()


def test_command_line_beats_environment_beats_file_beats_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(
        tmp_path,
        'db = "/file.db"\n[snmp]\nretries = 7\ntimeout_s = 7\nmax_repetitions = 7\n',
    )
    monkeypatch.setenv("POSITRON_TUI_SNMP__RETRIES", "8")
    monkeypatch.setenv("POSITRON_TUI_SNMP__TIMEOUT_S", "8")

    settings = load_settings(path, {"snmp.retries": 9, "db": None})

    assert settings.snmp.retries == 9
    assert settings.snmp.timeout_s == 8
    assert settings.snmp.max_repetitions == 7
    assert settings.snmp.engine == "auto"
    assert settings.db == "sqlite+aiosqlite:////file.db"


def test_short_variables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSITRON_TUI_CONFIG", str(write(tmp_path, "read_only = true")))
    monkeypatch.setenv("POSITRON_TUI_DB", "sqlite+aiosqlite:////env.db")
    monkeypatch.setenv("POSITRON_TUI_SECRETS_BACKEND", "memory")
    monkeypatch.setenv("POSITRON_TUI_JSON", "1")
    monkeypatch.setenv("POSITRON_TUI_PASSPHRASE", "correct horse")
    monkeypatch.setenv("POSITRON_TUI_SECRET_A__B_SSH_PASSWORD", "not a setting")
    monkeypatch.setenv("POSITRON_TUI_SCREEN__ASCII", "true")

    settings = load_settings()

    assert settings.read_only
    assert settings.db == "sqlite+aiosqlite:////env.db"
    assert settings.secrets.backend is SecretsBackend.MEMORY
    assert settings.json_output
    assert settings.screen.ascii is True
    assert "correct horse" not in repr(settings)
    assert load_settings(None, {"secrets.backend": "file"}).secrets.backend is SecretsBackend.FILE


def test_an_empty_variable_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSITRON_TUI_DB", "")
    monkeypatch.setenv("POSITRON_TUI_SECRETS_BACKEND", "")

    assert load_settings().secrets.backend is None


def test_a_plain_path_names_a_sqlite_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    assert load_settings(None, {"db": "fleet.db"}).db == f"sqlite+aiosqlite:///{tmp_path}/fleet.db"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[monitor]\nintervall_s = 3", ["settings.toml", "monitor.intervall_s", "interval_s"]),
        ("[monitr]\ninterval_s = 3", ["settings.toml", "'monitr'", "'monitor'"]),
        ("zzz = 3", ["settings.toml", "'zzz'", "monitor", "read_only"]),
        ("[snmp]\nretries = 'x'", ["settings.toml", "snmp.retries", "integer"]),
        ("[snmp]\nretries = -1", ["settings.toml", "snmp.retries", "greater"]),
        ("[screen]\nascii = 'maybe'", ["settings.toml", "'screen.ascii'"]),
        ("[secrets]\nbackend = 'plaintext'", ["settings.toml", "secrets.backend", "keyring"]),
        ("snmp = 3", ["settings.toml", "'snmp'", "group"]),
        ("db = ''", ["settings.toml", "'db'", "URL"]),
        ("snmp = \n", ["settings.toml", "TOML", "line 1"]),
    ],
)
def test_a_wrong_setting_is_named_with_its_file(
    tmp_path: Path, text: str, words: list[str]
) -> None:
    with pytest.raises(ConfigError) as caught:
        load_settings(write(tmp_path, text))

    assert all(word in str(caught.value) for word in words), str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_file_that_was_named_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no settings file .*absent\.toml"):
        load_settings(tmp_path / "absent.toml")


def test_a_file_that_is_a_directory_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load_settings(tmp_path)


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("POSITRON_TUI_SNMP__RETRIES", "many", ["POSITRON_TUI_SNMP__RETRIES", "snmp.retries"]),
        ("POSITRON_TUI_SNMP__RETRYS", "1", ["POSITRON_TUI_SNMP__RETRYS", "snmp.retries"]),
        ("POSITRON_TUI_SNPM__RETRIES", "1", ["POSITRON_TUI_SNPM__RETRIES", "'snmp'"]),
        ("POSITRON_TUI_SECRETS_BACKEND", "cloud", ["POSITRON_TUI_SECRETS_BACKEND", "keyring"]),
    ],
)
def test_a_wrong_variable_is_named(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, words: list[str]
) -> None:
    monkeypatch.setenv(variable, value)

    with pytest.raises(ConfigError) as caught:
        load_settings()

    assert all(word in str(caught.value) for word in words), str(caught.value)


def test_a_wrong_option_is_named() -> None:
    with pytest.raises(ConfigError, match="--secrets-backend"):
        load_settings(None, {"secrets.backend": "cloud"})


def test_the_password_of_a_database_url_is_not_shown(tmp_path: Path) -> None:
    url = "postgresql+asyncpg://gam:hunter2@db/gam"
    settings = load_settings(None, {"db": url})

    assert settings.db == url
    assert "hunter2" not in repr(settings)
    with pytest.raises(ConfigError) as caught:
        load_settings(write(tmp_path, f'db = ["{url}"]'))
    assert "hunter2" not in str(caught.value)


def test_the_example_loads_and_shows_the_defaults() -> None:
    assert load_settings(EXAMPLE) == Settings()


def test_the_example_has_every_setting_once_with_its_default() -> None:
    given = flat(tomllib.loads(EXAMPLE.read_text(encoding="utf-8")))
    everything = flat(tomllib.loads(_OPTIONAL.sub(r"\1", EXAMPLE.read_text(encoding="utf-8"))))

    assert sorted(everything) == sorted(keys_of(Settings))
    defaults = flat(Settings().model_dump(mode="json"))
    assert {key: defaults[key] for key in given} == given


def test_the_optional_lines_of_the_example_load(tmp_path: Path) -> None:
    text = _OPTIONAL.sub(r"\1", EXAMPLE.read_text(encoding="utf-8"))

    assert load_settings(write(tmp_path, text)).secrets.backend is SecretsBackend.FILE


def test_every_setting_of_the_example_has_a_sentence() -> None:
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    settings = [i for i, line in enumerate(lines) if re.match(r"(# )?[a-z_]+ = ", line)]

    for index in settings:
        above = list(itertools.takewhile(bool, reversed(lines[:index])))
        prose = [line for line in reversed(above) if line.startswith("# ")]
        assert prose, lines[index]
        assert " ".join(prose).rstrip().endswith("."), lines[index]


def test_import_is_light() -> None:
    code = (
        "import sys, positron_tui.config;"
        "print(*sorted({'sqlalchemy','alembic','keyring','textual','asyncssh','cryptography',"
        "'httpx'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=60
    )

    assert done.stdout.strip() == ""


def test_pools_of_vlans_are_read_by_site_and_checked(tmp_path: Path) -> None:
    text = '[provisioning]\nvlan_pool = "200-300"\nvlan_pools = { "Birch Street" = "400-499" }\n'
    settings = load_settings(write(tmp_path, text))
    assert settings.provisioning.vlan_pools == {"Birch Street": "400-499"}
    with pytest.raises(ConfigError, match=r"provisioning.vlan_pool.*write it as 10,20-22"):
        load_settings(write(tmp_path, '[provisioning]\nvlan_pool = "many"\n'))
