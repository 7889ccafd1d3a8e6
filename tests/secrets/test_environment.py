"""Secrets from variables: names, fallback, and what cannot be done there."""

from __future__ import annotations

import pytest

from positron_tui.domain.errors import CredentialError
from positron_tui.secrets import SecretKind
from positron_tui.secrets.environment import EnvironmentVault

SSH = SecretKind.SSH_PASSWORD
OWN = "POSITRON_TUI_SECRET_GAM_1_NORD_SSH_PASSWORD"
FLEET = "POSITRON_TUI_SECRET_SSH_PASSWORD"


async def test_the_devices_own_variable_beats_the_fleets() -> None:
    vault = EnvironmentVault({OWN: "own", FLEET: "all"})

    assert not vault.writable
    assert await vault.get("gam-1.nord", SSH) == "own"
    assert await vault.get("other", SSH) == "all"
    assert await vault.get("other", SecretKind.SNMP_COMMUNITY) is None
    assert await EnvironmentVault({OWN: ""}).get("gam-1.nord", SSH) is None


async def test_setting_what_is_there_is_fine_and_anything_else_names_the_variable() -> None:
    vault = EnvironmentVault({FLEET: "all"})

    await vault.set("gam-1.nord", SSH, "all")
    with pytest.raises(CredentialError, match=f"{OWN}.*{FLEET}") as caught:
        await vault.set("gam-1.nord", SSH, "hidden-new")
    assert "hidden-new" not in str(caught.value)
    await vault.delete("gam-1.nord")


async def test_two_devices_that_share_a_variable_are_refused() -> None:
    vault = EnvironmentVault({OWN: "own", FLEET: "all"})
    await vault.get("gam-1.nord", SSH)

    with pytest.raises(CredentialError, match=r"'gam-1\.nord' and 'gam_1 nord' both read"):
        await vault.get("gam_1 nord", SSH)
    # Without a variable of their own they share the fleet's, which is what it is for.
    await vault.delete("gam-1.nord")
    assert await vault.get("gam_1 nord", SSH) == "own"


async def test_rename_needs_the_new_variable_first() -> None:
    environment = {OWN: "own"}
    vault = EnvironmentVault(environment)

    with pytest.raises(CredentialError, match="set POSITRON_TUI_SECRET_NEW_SSH_PASSWORD before"):
        await vault.rename("gam-1.nord", "new")
    environment["POSITRON_TUI_SECRET_NEW_SSH_PASSWORD"] = "own"
    await vault.rename("gam-1.nord", "new")
    assert await vault.get("new", SSH) == "own"
    await vault.close()


async def test_rename_to_a_name_with_the_same_variable() -> None:
    vault = EnvironmentVault({OWN: "own"})

    await vault.rename("gam-1.nord", "GAM 1 Nord")

    assert await vault.get("GAM 1 Nord", SSH) == "own"
