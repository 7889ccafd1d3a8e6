"""Sync runs that this console reads or carries out, and how far each of them is."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from positron_tui.domain.errors import PositronError
from positron_tui.domain.sync_runs import SyncItem
from positron_tui.services.sync_types import OnSyncProgress, SyncProgress, SyncReport

if TYPE_CHECKING:
    from positron_tui.tui.app import ConsoleApp

Make = Callable[[OnSyncProgress], Awaitable[SyncReport]]
# Progress comes in with every page and every item; nobody reads faster than this.
_TELL_EVERY_S = 0.25


@dataclass(eq=False, slots=True)
class SyncJob:
    """A reading or a run on its way; `items` are those that ended since it was begun."""

    title: str
    run_id: int | None = None
    progress: SyncProgress | None = None
    items: dict[int, SyncItem] = field(default_factory=dict)
    report: SyncReport | None = None
    failure: str | None = None
    executes: bool = False
    stopping: bool = False
    ended: bool = False


class Syncing:
    """The jobs by run, and one way to begin them; a screen may be left meanwhile."""

    def __init__(self, app: ConsoleApp, tell: Callable[[], None]) -> None:
        self._app = app
        self._tell = tell
        self._telling = False
        self._jobs: dict[int, SyncJob] = {}

    def of(self, run_id: int) -> SyncJob | None:
        """Return what is under way for a run."""
        return self._jobs.get(run_id)

    def compare(self, title: str, make: Make) -> SyncJob:
        """Begin to read and compare; the job's report is a run that may wait."""
        job = SyncJob(title)
        self._app.work(self._run(job, make), _group(job))
        return job

    def execute(self, title: str, run_id: int, make: Make) -> SyncJob:
        """Begin to carry a run out."""
        job = SyncJob(title, run_id, executes=True)
        self._jobs[run_id] = job
        self._app.work(self._counted(job, make), _group(job))
        return job

    def stop_job(self, job: SyncJob) -> None:
        """Break a reading off, which changes nothing; let a run end behind what is under way."""
        job.stopping = True
        if job.executes and job.run_id is not None:
            self._app.services.sync.cancel(job.run_id)
        else:
            self._app.workers.cancel_group(self._app, _group(job))

    def stop(self, run_id: int) -> None:
        """Stop a run by its number, and say so; only that of this console can be stopped here."""
        job = self._jobs.get(run_id)
        if job is not None:
            self.stop_job(job)
        elif not self._app.services.sync.cancel(run_id):
            self._app.say(f"Run {run_id} is not carried out by this console, so z stops nothing.")
            return
        self._app.say(f"Run {run_id} ends behind what is under way.")

    async def _counted(self, job: SyncJob, make: Make) -> None:
        self._app.changes_running += 1
        try:
            await self._run(job, make)
        finally:
            self._app.changes_running -= 1

    async def _run(self, job: SyncJob, make: Make) -> None:
        try:
            job.report = await make(lambda progress: self._follow(job, progress))
            job.run_id = job.report.run.id
        except PositronError as error:
            job.failure = str(error)
        except asyncio.CancelledError:
            job.failure = "Broken off; nothing was changed."
            raise
        finally:
            job.ended = True
            if job.run_id is not None:
                self._jobs.pop(job.run_id, None)
            self._flush()

    def _follow(self, job: SyncJob, progress: SyncProgress) -> None:
        job.progress = progress
        job.run_id = progress.run_id
        self._jobs[progress.run_id] = job
        if progress.latest is not None:
            job.items[progress.latest.position] = progress.latest
        if not self._telling:
            self._telling = True
            asyncio.get_running_loop().call_later(_TELL_EVERY_S, self._flush)

    def _flush(self) -> None:
        self._telling = False
        if self._app.is_running:
            self._tell()


def _group(job: SyncJob) -> str:
    return f"sync {id(job)}"
