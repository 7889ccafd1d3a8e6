"""The sync log: billing systems, runs and their items, as rows and in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from positron_tui.domain.sync_runs import RunState, SyncRun, Trigger
from positron_tui.services.filtering import Row as FilterRow
from positron_tui.services.sync_status import SystemStatus
from positron_tui.services.sync_types import SyncProgress
from positron_tui.tui.glyphs import Glyphs
from positron_tui.tui.render.columns import Cell, Column, Row, number_key
from positron_tui.tui.render.facts import Fact, Item, Sentence
from positron_tui.tui.render.lines import Span
from positron_tui.tui.render.sync_items import KIND_WORDS
from positron_tui.tui.render.values import NONE, UNKNOWN, clock_time, duration, plural, short_time
from positron_tui.tui.render.words import StateWord

FIELDS = ("id", "system", "state", "trigger", "actor", "account", "kind")
COLUMNS = (
    Column("at", "Time", 1, 8, 16),
    Column("state", "Became", 1, 11, 14),
    Column("system", "System", 2, 6, 20),
    Column("found", "Found", 2, 20, 60),
    Column("read", "Read", 3, 5, 7, right=True),
    Column("trigger", "By", 3, 8, 12),
    Column("scope", "Accounts", 4, 8, 24),
    Column("took", "Took", 5, 6, 10, right=True),
    Column("id", "No.", 5, 4, 7, right=True),
    Column("actor", "Who", 6, 6, 16),
    Column("sentence", "In words", 8, 20, 120),
)
HOW_TO_ADD = (
    Sentence("There is no billing system yet. Add one in a shell:"),
    None,
    Sentence("positron-tui billing add splynx NAME --url https://billing.example", "accent"),
    Sentence("positron-tui billing add sonar NAME --url https://isp.sonar.software", "accent"),
    None,
    Sentence(
        "It asks for the key, looks whether it fits, and keeps it with the other credentials. "
        "'positron-tui billing map NAME' then says which field carries the MAC and which plan is "
        "which. To train without a billing system: 'positron-tui simulate-billing splynx'.",
        "dim",
    ),
)
_TRIGGERS = {
    Trigger.PERSON: "a person",
    Trigger.SCHEDULE: "schedule",
    Trigger.HOOK: "a hook",
    Trigger.ENDPOINT: "new endpoint",
    Trigger.RETRY: "a retry",
}
_UNCONFIRMED = "proposes only: nobody has said yes to a whole sync with this mapping; n begins one"
_BAR = 30


def top_signs(systems: Sequence[SystemStatus]) -> tuple[tuple[Span, ...], ...]:
    """What waits or is late for the top lines: in words, and shorter; nothing when all is well."""
    waiting = sum(one.waiting_runs for one in systems)
    conflicts = sum(one.conflicts for one in systems)
    late = sum(one.late_hooks for one in systems)
    counted = (
        (conflicts, plural(conflicts, "conflict")),
        (waiting, "1 sync waits" if waiting == 1 else f"{waiting} syncs wait"),
        (late, f"{plural(late, 'hook')} late"),
    )
    words = [text for count, text in counted if count]
    if not words:
        return ()
    total = conflicts + waiting + late
    return (
        ((f"   {'  '.join(words)}", "warn"),),
        ((f"   sync log: {total}", "warn"),),
        ((f"  sync:{total}", "warn"),),
    )


def system_items(one: SystemStatus, glyphs: Glyphs, now: datetime) -> list[Item]:
    """One billing system: when all was read, when it is next, and what somebody has to look at."""
    read = f"all read {clock_time(one.system.read_at, now)}"
    if one.system.read_at is None:
        read = "never read as a whole"
    due = "" if one.next_full_at is None else f", next {_due(one.next_full_at, now)}"
    items: list[Item] = [
        Fact(one.system.name, f"{one.system.kind.value}, {read}{due}{_newest(one)}")
    ]
    if not one.confirmed:
        items.append(Fact("", _UNCONFIRMED, "accent"))
    open_ = _open(one)
    if open_:
        items.append(Fact("", f"{glyphs.degraded} {', '.join(open_)}", "warn"))
    return items


def _due(at: datetime, now: datetime) -> str:
    return "now" if at <= now else clock_time(at, now)


def _newest(one: SystemStatus) -> str:
    if one.newest is None or one.newest.state is not RunState.FAILED:
        return ""
    return f"; the newest run failed: {one.newest.sentence or UNKNOWN}"


def _open(one: SystemStatus) -> list[str]:
    counted = (
        (one.waiting_runs, "1 run waits", f"{one.waiting_runs} runs wait"),
        (one.conflicts, "1 conflict", f"{one.conflicts} conflicts"),
        (one.late_hooks, "1 hook is late", f"{one.late_hooks} hooks are late"),
        (one.untold, "1 thing is to be told", f"{one.untold} things are to be told"),
    )
    return [single if count == 1 else several for count, single, several in counted if count]


def run_word(state: RunState, glyphs: Glyphs, bad: int = 0) -> StateWord:
    """The state of a run; `bad` = how many of its items did not come to a good end."""
    if state is RunState.FINISHED and bad:
        return StateWord(glyphs.degraded, f"{bad} not done", "warn")
    return {
        RunState.READING: StateWord(glyphs.running, "reading", "accent"),
        RunState.WAITING: StateWord(glyphs.degraded, "waits", "warn"),
        RunState.RUNNING: StateWord(glyphs.running, "running", "accent"),
        RunState.FINISHED: StateWord(glyphs.done, "done", "ok"),
        RunState.FAILED: StateWord(glyphs.failed, "failed", "bad"),
        RunState.CANCELLED: StateWord(glyphs.disabled, "ended early", "dim"),
        RunState.INTERRUPTED: StateWord(glyphs.unknown, "interrupted", "bad"),
    }[state]


def trigger_words(trigger: Trigger) -> str:
    """What a run was started by."""
    return _TRIGGERS[trigger]


def scope_words(run: SyncRun) -> str:
    """Whose accounts a run looked at."""
    if not run.scope:
        return "all"
    if len(run.scope) <= 2:
        return ", ".join(run.scope)
    return plural(len(run.scope), "account")


def found_words(run: SyncRun) -> str:
    """`3 suspend, 1 conflict`: the items of a run by kind, exceptions and conflicts first."""
    parts = [
        f"{run.counts[kind.value]} {word}"
        for kind, word in KIND_WORDS.items()
        if run.counts.get(kind.value)
    ]
    if parts:
        return ", ".join(parts)
    if run.state in (RunState.READING, RunState.FAILED):
        return UNKNOWN
    return "nothing differs"


def took_s(run: SyncRun) -> float | None:
    """Seconds from the start to the end of a run; None while it has none."""
    if run.finished_at is None:
        return None
    return max((run.finished_at - run.started_at).total_seconds(), 0.0)


def filter_row(run: SyncRun, glyphs: Glyphs, bad: int = 0) -> FilterRow:
    """Return what a run offers to a filter (FIELDS)."""
    kinds = [name for name, count in run.counts.items() if count and name != "agreed"]
    return FilterRow.of(
        {
            "id": run.id,
            "system": run.system,
            "state": f"{run_word(run.state, glyphs, bad).word} {run.state.value}"
            f"{' dry' if run.dry_run else ''}",
            "trigger": f"{trigger_words(run.trigger)} {run.trigger.value}",
            "actor": run.actor,
            "account": " ".join(run.scope) if run.scope else "all",
            "kind": kinds,
            "sentence": run.sentence,
        }
    )


def rows(
    runs: Iterable[SyncRun], bad: Mapping[int, int], glyphs: Glyphs, now: datetime
) -> list[Row]:
    """Rows of runs (COLUMNS), in the order in which they come; `bad` counts items by run."""
    return [Row(str(one.id), _cells(one, bad.get(one.id, 0), glyphs, now)) for one in runs]


def _cells(run: SyncRun, bad: int, glyphs: Glyphs, now: datetime) -> tuple[Cell, ...]:
    word = run_word(run.state, glyphs, bad)
    seconds = took_s(run)
    became = f"{word.text}, dry" if run.dry_run else word.text
    return (
        Cell(short_time(run.started_at, now), sort=number_key(run.started_at.timestamp())),
        Cell(became, word.style, (0, 0.0, word.word)),
        Cell(run.system),
        Cell(found_words(run)),
        Cell(str(run.read), sort=number_key(run.read)),
        Cell(trigger_words(run.trigger)),
        Cell(scope_words(run)),
        Cell(NONE if seconds is None else duration(seconds), sort=number_key(seconds)),
        Cell(str(run.id), "dim", number_key(run.id)),
        Cell(run.actor),
        Cell(run.sentence or "", "dim"),
    )


def about_run(run: SyncRun, now: datetime) -> list[Item]:
    """What a narrow table leaves out of a run."""
    seconds = took_s(run)
    took = "" if seconds is None else f", took {duration(seconds)}"
    facts = (
        f"Run {run.id}, started {clock_time(run.started_at, now)} by {trigger_words(run.trigger)} "
        f"({run.actor}){took}; accounts: {scope_words(run)}."
    )
    return [
        Sentence(facts, "dim"),
        *([Sentence(run.sentence)] if run.sentence else []),
    ]


def progress_items(progress: SyncProgress | None, title: str, *, stopping: bool) -> list[Item]:
    """How far a reading or a run is, and how long it takes yet."""
    if progress is None:
        return [Sentence(f"{title} ...", "accent")]
    verb = "Reading billing" if progress.phase == "reading" else "Carrying out"
    if progress.total is None:
        line = f"{verb}: {progress.done} so far"
    else:
        filled = min(_BAR, _BAR * progress.done // max(1, progress.total))
        bar = "#" * filled + "." * (_BAR - filled)
        line = f"{verb} [{bar}] {progress.done} of {progress.total}"
    if progress.eta_s is not None:
        line += f", about {duration(progress.eta_s)} left"
    items: list[Item] = [Sentence(line, "accent")]
    if progress.failed:
        items.append(Sentence(f"{progress.failed} did not come to a good end.", "bad"))
    if stopping:
        items.append(Sentence("Stopping: what is under way is brought to an end.", "warn"))
    return items
