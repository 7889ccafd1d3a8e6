"""Where communities, passwords and keys are kept; nothing else of the console stores any."""

from positron_tui.secrets.opening import open_vault
from positron_tui.secrets.vault import DEVICE_KINDS, AskPassphrase, SecretKind, Vault

__all__ = ["DEVICE_KINDS", "AskPassphrase", "SecretKind", "Vault", "open_vault"]
