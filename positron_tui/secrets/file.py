"""Secrets in an encrypted file that a passphrase opens."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from positron_tui.domain.errors import CredentialError, CredentialsLocked
from positron_tui.secrets.locking import locked, replace_file
from positron_tui.secrets.sealed import (
    SCRYPT_N,
    DamagedFile,
    Derivation,
    SealedFile,
    WrongPassphrase,
    dump,
    parse,
)
from positron_tui.secrets.vault import AskPassphrase, SecretKind

_LOCK_TIMEOUT_S = 10.0
_Edit = Callable[[SealedFile, bytes], SealedFile]


class FileVault:
    """Keeps secrets in `path`, sealed; the key is derived once and lives in this process only.

    The passphrase is `passphrase` if that is given, else what `ask` returns. Several consoles
    may use one file: every write takes the file's lock and reads the file again before.
    """

    name = "file"
    writable = True

    def __init__(
        self,
        path: Path,
        *,
        passphrase: str | None = None,
        ask: AskPassphrase | None = None,
        scrypt_n: int = SCRYPT_N,
    ) -> None:
        self._path = path
        self._passphrase = passphrase
        self._ask = ask
        self._scrypt_n = scrypt_n
        self._key: bytes | None = None
        self._opened_for: Derivation | None = None
        self._unlocking: asyncio.Task[None] | None = None
        self._refusal: str | None = None
        self._parsed: tuple[tuple[int, int, int], SealedFile] | None = None

    async def unlock(self) -> None:
        """Derive the key, asking for the passphrase once however many callers wait for it.

        After a wrong passphrase only another call asks again: `get` repeats the refusal.
        """
        if self._key is not None:
            return
        if self._unlocking is None:
            self._unlocking = asyncio.create_task(self._unlock(), name="unlock secrets file")
            self._unlocking.add_done_callback(self._unlock_ended)
        await asyncio.shield(self._unlocking)

    async def get(self, device: str, kind: SecretKind) -> str | None:
        file = await asyncio.to_thread(self._read)
        if file is None or (device, kind.value) not in file.records:
            return None
        if self._refusal is not None:
            raise CredentialsLocked(self._refusal)
        key = await self._key_of(file)
        try:
            return file.get(key, (device, kind.value))
        except DamagedFile:
            raise CredentialError(
                f"The secrets file {self._path} is damaged at the {kind} of '{device}'; put a "
                "backup in its place, or enter that secret again."
            ) from None

    async def set(self, device: str, kind: SecretKind, value: str) -> None:
        await self._write(lambda file, key: file.put(key, (device, kind.value), value))

    async def delete(self, device: str) -> None:
        file = await asyncio.to_thread(self._read)
        if file is not None and any(name[0] == device for name in file.records):
            await self._write(lambda current, key: current.without(device))

    async def rename(self, old: str, new: str) -> None:
        def move(file: SealedFile, key: bytes) -> SealedFile:
            moved = file.without(old)
            for kind in SecretKind:
                value = file.get(key, (old, kind.value))
                if value is not None:
                    moved = moved.put(key, (new, kind.value), value)
            return moved

        file = await asyncio.to_thread(self._read)
        if old != new and file is not None and any(name[0] == old for name in file.records):
            await self._write(move)

    async def close(self) -> None:
        """Forget the key and the passphrase."""
        if self._unlocking is not None:
            self._unlocking.cancel()
            await asyncio.gather(self._unlocking, return_exceptions=True)
        self._key = None
        self._passphrase = None

    async def _key_of(self, file: SealedFile) -> bytes:
        if self._opened_for != file.derivation:
            self._key = None  # another file was put in its place
        await self.unlock()
        if self._key is None:
            raise CredentialsLocked(f"The secrets file {self._path} is locked.")
        return self._key

    async def _unlock(self) -> None:
        existing = await asyncio.to_thread(self._read)
        try:
            passphrase = await self._obtain(new=existing is None)
            opened = await asyncio.to_thread(self._open, passphrase, existing)
        except CredentialsLocked as error:
            self._refusal = str(error)
            raise
        self._refusal = None
        self._key, self._opened_for = opened

    def _unlock_ended(self, task: asyncio.Task[None]) -> None:
        self._unlocking = None
        if not task.cancelled():
            task.exception()  # every waiter got it; nobody waits after a cancellation

    async def _obtain(self, *, new: bool) -> str:
        if self._passphrase:
            return self._passphrase
        passphrase = await self._ask(new) if self._ask else ""
        if not passphrase:
            purpose = "a new passphrase" if new else "its passphrase"
            raise CredentialsLocked(
                f"The secrets file {self._path} needs {purpose}; enter it or set "
                "POSITRON_TUI_PASSPHRASE."
            )
        return passphrase

    def _open(self, passphrase: str, file: SealedFile | None) -> tuple[bytes, Derivation]:
        """Return the key of the file, which is created if there is none (worker thread)."""
        if file is None:
            derivation = Derivation.fresh(self._scrypt_n)
            fresh = SealedFile.fresh(derivation, derivation.key(passphrase))
            file = self._create(fresh)
        key = file.derivation.key(passphrase)
        try:
            file.verify(key)
        except WrongPassphrase:
            raise CredentialsLocked(
                f"The passphrase does not open the secrets file {self._path}; try again."
            ) from None
        return key, file.derivation

    def _create(self, fresh: SealedFile) -> SealedFile:
        """Write the first file unless another console did so meanwhile; return what is there."""
        with self._exclusive():
            existing = self._read()
            if existing is None:
                replace_file(self._path, dump(fresh))
            return existing or fresh

    async def _write(self, edit: _Edit) -> None:
        await self.unlock()
        file = await asyncio.to_thread(self._read)
        if file is None:
            raise CredentialError(f"The secrets file {self._path} has gone; start again.")
        key = await self._key_of(file)
        await asyncio.to_thread(self._edit, edit, key)

    def _edit(self, edit: _Edit, key: bytes) -> None:
        with self._exclusive():
            file = self._read()
            try:
                if file is None:
                    raise DamagedFile
                file.verify(key)
                replace_file(self._path, dump(edit(file, key)))
            except (DamagedFile, WrongPassphrase):
                raise CredentialError(
                    f"The secrets file {self._path} was changed or damaged while it was written; "
                    "nothing was stored, try again."
                ) from None

    @contextmanager
    def _exclusive(self) -> Iterator[None]:
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with locked(self._path, _LOCK_TIMEOUT_S):
                yield
        except TimeoutError:
            raise CredentialError(
                f"Another program holds the secrets file {self._path} for too long; try again."
            ) from None
        except OSError as error:
            raise CredentialError(
                f"The secrets file {self._path} cannot be written: {error.strerror}."
            ) from None

    def _read(self) -> SealedFile | None:
        """Return the file as it stands now, parsed again only when it has changed."""
        try:
            stat = self._path.stat()
            signature = (stat.st_ino, stat.st_mtime_ns, stat.st_size)
            if self._parsed is None or self._parsed[0] != signature:
                self._parsed = (signature, parse(self._path.read_bytes()))
            return self._parsed[1]
        except FileNotFoundError:
            return None
        except OSError as error:
            raise CredentialError(
                f"The secrets file {self._path} cannot be read: {error.strerror}."
            ) from None
        except DamagedFile:
            raise CredentialError(
                f"The secrets file {self._path} is damaged or from a newer version; it is left as "
                "it is, put a backup in its place or name another file."
            ) from None
