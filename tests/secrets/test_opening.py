"""Which vault the settings give, and what they never do."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from positron_tui.config import SecretsBackend, SecretsSettings
from positron_tui.domain.errors import ConfigError, CredentialError
from positron_tui.secrets import SecretKind, open_vault

SSH = SecretKind.SSH_PASSWORD


async def test_each_backend_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSITRON_TUI_SECRET_SSH_PASSWORD", "from env")
    monkeypatch.setenv("POSITRON_TUI_PASSPHRASE", "correct horse")
    command = f"{sys.executable} -c 'print(\"from command\")'"
    found = {}
    for backend in (SecretsBackend.MEMORY, SecretsBackend.ENV, SecretsBackend.COMMAND):
        vault = await open_vault(SecretsSettings(backend=backend, command=command))
        found[vault.name] = (vault.writable, await vault.get("gam", SSH))
        await vault.unlock()
        await vault.close()

    assert found == {
        "memory": (True, None),
        "env": (False, "from env"),
        "command": (False, "from command"),
    }
    settings = SecretsSettings(backend=SecretsBackend.FILE, file=tmp_path / "vault")
    vault = await open_vault(settings)
    await vault.set("gam", SSH, "from file")
    assert await (await open_vault(settings)).get("gam", SSH) == "from file"


async def test_the_memory_vault() -> None:
    vault = await open_vault(SecretsSettings(backend=SecretsBackend.MEMORY))
    await vault.set("old", SSH, "x")
    await vault.rename("old", "new")

    assert await vault.get("old", SSH) is None
    assert await vault.get("new", SSH) == "x"
    await vault.delete("new")
    assert await vault.get("new", SSH) is None


@pytest.mark.parametrize("backend", [None, SecretsBackend.KEYRING])
async def test_without_a_keyring_nothing_else_is_taken_silently(
    backend: SecretsBackend | None,
) -> None:
    settings = SecretsSettings(backend=backend)

    with pytest.raises(CredentialError, match=r"--secrets-backend: file .*, env, command"):
        await open_vault(settings, find_keyring=lambda: None)


async def test_the_command_backend_needs_its_command() -> None:
    with pytest.raises(ConfigError, match=r"secrets\.command"):
        await open_vault(SecretsSettings(backend=SecretsBackend.COMMAND))


def test_import_is_light() -> None:
    code = (
        "import sys, positron_tui.secrets;"
        "print(*sorted({'keyring', 'cryptography', 'pydantic', 'sqlalchemy'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=60
    )

    assert done.stdout.strip() == ""
