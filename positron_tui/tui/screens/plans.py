"""The catalogue of sold speeds, one plan over the fleet, and profiles that nobody needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.widget import Widget

from positron_tui.domain.plans import Plan
from positron_tui.services.filtering import parse_filter
from positron_tui.services.plans import PlanOnDevice, PlanRow, StrayProfile
from positron_tui.tui import actions
from positron_tui.tui.live import Changes
from positron_tui.tui.render import plans
from positron_tui.tui.render.facts import Sentence, flow
from positron_tui.tui.render.lines import Line, Span
from positron_tui.tui.render.values import plural
from positron_tui.tui.rereading import Rereading
from positron_tui.tui.screens.base import Here
from positron_tui.tui.screens.confirm import ConfirmScreen
from positron_tui.tui.screens.plan_form import PlanForm
from positron_tui.tui.screens.table_screen import TableScreen
from positron_tui.tui.widgets.live_table import LiveTable
from positron_tui.tui.widgets.live_text import LiveText


class _CatalogueScreen(TableScreen):
    """What the screens about plans have in common: they are read again when devices change."""

    AUTO_FOCUS = "LiveTable"

    def __init__(self) -> None:
        super().__init__()
        self._rereading = Rereading(self._read, "read the plans")

    def concerns(self, changes: Changes) -> bool:
        return bool(changes.devices) or changes.fleet or changes.journal

    def take_changes(self, changes: Changes) -> None:
        if self.concerns(changes):
            self.read_again()

    def on_screen_resume(self) -> None:
        self.read_again()

    def read_again(self) -> None:
        """Ask the catalogue again, in the background."""
        if self.console_app.ready:
            self._rereading.ask(self.console_app.work)

    async def _read(self) -> None:
        raise NotImplementedError


class PlansScreen(_CatalogueScreen):
    """One row a plan, with the number of devices that have it."""

    name_in_registry = actions.PLANS
    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings_of(actions.PLANS)]
    columns = plans.COLUMNS
    empty = "The catalogue is empty. Press n for a new plan."
    of_devices = False

    def __init__(self) -> None:
        super().__init__()
        self._plans: tuple[PlanRow, ...] = ()
        self._unused = 0

    def body(self) -> Sequence[Widget]:
        return [self.make_table(), LiveText(id="reason")]

    def heading(self) -> str:
        return "Plans"

    def counts(self) -> Sequence[Span]:
        return ((f"{len(self.table.rows)} of {len(self._plans)}", ""),)

    def show(self) -> None:
        wanted = parse_filter(self.filter_text, plans.FIELDS)
        self.table.set_rows(
            plans.rows(one for one in self._plans if wanted.matches(plans.filter_row(one)))
        )
        lines: tuple[Line, ...] = ()
        if self._unused:
            text = f"{plural(self._unused, 'unused profile')} may be removed from devices: press z."
            lines = flow([Sentence(text, "warn")], self.size.width)
        self.query_one("#reason", LiveText).set_lines(lines)

    def on_live_table_chosen(self, event: LiveTable.Chosen) -> None:
        self.console_app.places.plan(event.key)

    def action_plans(self) -> None:
        """The catalogue is here already."""

    def action_add_plan(self) -> None:
        form = PlanForm("New plan", self.services.plans.add)
        self.app.push_screen(form, lambda name: self.read_again() if name else None)

    def action_edit_plan(self) -> None:
        row = self._row()
        if row is not None:
            edit_plan(self, row.plan)

    def action_remove_plan(self) -> None:
        row = self._row()
        if row is not None:
            remove_plan(self, row.plan)

    def action_strays(self) -> None:
        self.console_app.places.strays()

    async def _read(self) -> None:
        self._plans = await self.services.plans.list()
        strays = await self.services.plans.strays()
        self._unused = sum(1 for one in strays if one.removable)
        self.refresh_show()

    def _row(self) -> PlanRow | None:
        key = self.table.cursor_key
        return next((one for one in self._plans if one.plan.name == key), None)


class PlanScreen(_CatalogueScreen):
    """One plan on every device: there, different, absent, or not possible on its line."""

    name_in_registry = actions.PLAN
    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings_of(actions.PLAN)]
    columns = plans.DEVICE_COLUMNS
    empty = "No device has room for it."

    def __init__(self, plan: str) -> None:
        super().__init__()
        self._plan_name = plan
        self._row: PlanRow | None = None

    def body(self) -> Sequence[Widget]:
        return [self.make_table(), LiveText(id="reason")]

    def heading(self) -> str:
        return f"Plan {self._plan_name}"

    def counts(self) -> Sequence[Span]:
        if self._row is None:
            return ()
        plan = self._row.plan
        return (
            *self.mark_spans(),
            (f"sold {plans.limit(plan.down_mbps)}/{plans.limit(plan.up_mbps)} Mbit/s", ""),
        )

    def show(self) -> None:
        wanted = parse_filter(self.filter_text, plans.DEVICE_FIELDS)
        copies = self._row.devices if self._row else ()
        shown = [one for one in copies if wanted.matches(plans.device_filter_row(one, self.glyphs))]
        self.table.set_rows(plans.device_rows(shown, self.glyphs))
        self._show_why()

    def here(self) -> Here | None:
        device = self.table.cursor_key
        return Here(device) if device is not None and device in self.fleet else None

    def on_live_table_moved(self) -> None:
        self._show_why()

    def on_live_table_chosen(self, event: LiveTable.Chosen) -> None:
        self.console_app.places.device(event.key)

    def subject_of(self, key: str) -> Here | None:
        return Here(key)

    def action_push_plan(self) -> None:
        marked = self.marked_keys()
        device = marked[0] if len(marked) == 1 else self.table.cursor_key
        if len(marked) > 1:
            named = [(one, self._plan_name) for one in marked]
            self.console_app.places.bulk(
                f"Push {self._plan_name} to", named, self.services.actions.plan_push
            )
        elif device is not None:
            self.console_app.work(self._push(device), "push a plan")

    def action_edit_plan(self) -> None:
        if self._row is not None:
            edit_plan(self, self._row.plan)

    def action_remove_plan(self) -> None:
        if self._row is not None:
            remove_plan(self, self._row.plan)

    def renamed(self, name: str) -> None:
        """Show the plan under its new name."""
        self._plan_name = name
        self.read_again()

    async def _push(self, device: str) -> None:
        edit = await self.services.actions.plan_push(device, self._plan_name)
        self.console_app.changing.preview([edit])

    async def _read(self) -> None:
        found = await self.services.plans.list()
        self._row = next((one for one in found if one.plan.name == self._plan_name), None)
        self.refresh_show()

    def _copy(self) -> PlanOnDevice | None:
        copies = self._row.devices if self._row else ()
        return next((one for one in copies if one.device == self.table.cursor_key), None)

    def _show_why(self) -> None:
        copy = self._copy()
        lines = flow([Sentence(copy.sentence)], self.size.width) if copy and copy.sentence else ()
        self.query_one("#reason", LiveText).set_lines(lines)


class StraysScreen(_CatalogueScreen):
    """Profiles of devices that are in no plan, or that nobody uses."""

    name_in_registry = actions.STRAYS
    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings_of(actions.STRAYS)]
    columns = plans.STRAY_COLUMNS
    empty = "Every profile is in a plan and is used."

    def __init__(self) -> None:
        super().__init__()
        self._strays: tuple[StrayProfile, ...] = ()

    def body(self) -> Sequence[Widget]:
        return [self.make_table()]

    def heading(self) -> str:
        return "Unused profiles"

    def counts(self) -> Sequence[Span]:
        removable = sum(1 for one in self._strays if one.removable)
        return (*self.mark_spans(), (f"{removable} of {len(self._strays)} may go", ""))

    def show(self) -> None:
        wanted = parse_filter(self.filter_text, plans.STRAY_FIELDS)
        self.table.set_rows(
            plans.stray_rows(
                one for one in self._strays if wanted.matches(plans.stray_filter_row(one))
            )
        )

    def here(self) -> Here | None:
        stray = self._stray()
        return Here(stray.device) if stray else None

    def subject_of(self, key: str) -> Here | None:
        return Here(key.partition("\0")[0])

    def copy_text(self) -> str | None:
        stray = self._stray()
        return stray.profile.name if stray else None

    def on_live_table_chosen(self, event: LiveTable.Chosen) -> None:
        self.console_app.places.device(event.key.partition("\0")[0])

    def action_remove_profile(self) -> None:
        marked = [found for key in self.marked_keys() if (found := self._stray(key))]
        if len(marked) > 1:
            named = [(one.device, one.profile.name or "") for one in marked]
            self.console_app.places.bulk("Remove", named, self.services.actions.profile_remove)
            return
        stray = marked[0] if marked else self._stray()
        if stray is None:
            return
        if not stray.removable:
            self.console_app.complain(
                f"{plural(stray.subscribers, 'subscriber')} of {stray.device} use "
                f"{stray.profile.name}; give them another plan first."
                if stray.subscribers
                else f"{stray.profile.name} of {stray.device} belongs to the unit and stays."
            )
            return
        self.console_app.work(self._remove(stray), "remove a profile")

    async def _remove(self, stray: StrayProfile) -> None:
        edit = await self.services.actions.profile_remove(stray.device, stray.profile.name or "")
        self.console_app.changing.preview([edit])

    async def _read(self) -> None:
        found = await self.services.plans.strays()
        self._strays = tuple(sorted(found, key=lambda one: not one.removable))
        self.refresh_show()

    def _stray(self, key: str | None = None) -> StrayProfile | None:
        key = key or self.table.cursor_key
        return next((one for one in self._strays if plans.stray_id(one) == key), None)


def edit_plan(screen: PlansScreen | PlanScreen, plan: Plan) -> None:
    """Open a plan to be changed; its copies on devices differ until they are pushed."""

    async def keep(typed: Plan) -> Plan:
        return await screen.services.plans.edit(
            plan.name,
            new_name=typed.name if typed.name != plan.name else None,
            down_mbps=typed.down_mbps,
            up_mbps=typed.up_mbps,
        )

    def kept(name: str | None) -> None:
        if name is None:
            return
        if isinstance(screen, PlanScreen):
            screen.renamed(name)
        else:
            screen.read_again()

    screen.app.push_screen(PlanForm(f"Plan {plan.name}", keep, plan), kept)


def remove_plan(screen: PlansScreen | PlanScreen, plan: Plan) -> None:
    """Ask, and take a plan out of the catalogue."""
    question = "It goes out of the catalogue. Its profiles on devices stay, and so do services."

    async def remove() -> None:
        await screen.services.plans.remove(plan.name)
        if isinstance(screen, PlanScreen):
            screen.app.pop_screen()
        else:
            screen.read_again()

    def answered(yes: bool | None) -> None:
        if yes:
            screen.console_app.work(remove(), "remove a plan")

    screen.app.push_screen(
        ConfirmScreen(f"Remove the plan {plan.name}?", question, yes="remove"), answered
    )
