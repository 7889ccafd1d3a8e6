"""A plan of the catalogue: its name and what is sold."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, ClassVar, cast

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Input

from positron_tui.domain.errors import Finding, ValidationFailed
from positron_tui.domain.plans import Plan
from positron_tui.tui.screens.dialog import Dialog
from positron_tui.tui.widgets.form import FormRow, text_row

if TYPE_CHECKING:
    from positron_tui.tui.app import ConsoleApp

_RATES = (("down_mbps", "Down"), ("up_mbps", "Up"))


class PlanForm(Dialog[str]):
    """Gives the name of the plan that was kept, or None; what is wrong stands under its field."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "keep", "keep", show=False, priority=True)
    ]
    AUTO_FOCUS = "#name"
    keys = (("ctrl+s", "keep"), ("tab", "next field"), ("esc", "leave"))

    def __init__(
        self, title: str, keep: Callable[[Plan], Awaitable[Plan]], plan: Plan | None = None
    ) -> None:
        super().__init__(title)
        self._keep = keep
        self._plan = plan

    def body(self) -> Sequence[Widget]:
        plan = self._plan
        texts = {"down_mbps": "", "up_mbps": ""}
        if plan is not None:
            texts = {"down_mbps": str(plan.down_mbps), "up_mbps": str(plan.up_mbps)}
        return [
            VerticalScroll(
                text_row("name", "Name", plan.name if plan else ""),
                *(
                    text_row(
                        name, f"{label} Mbit/s", texts[name], placeholder="as sold, 0 = no limit"
                    )
                    for name, label in _RATES
                ),
                classes="form",
                can_focus=False,
            )
        ]

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if event.input.id == "up_mbps":
            self.action_keep()
        else:
            self.focus_next()

    def action_keep(self) -> None:
        cast("ConsoleApp", self.app).work(self._try(), "keep a plan", exclusive=True)

    async def _try(self) -> None:
        for row in self.query(FormRow):
            row.set_problem(None)
        try:
            kept = await self._keep(self._typed())
        except ValidationFailed as error:
            for finding in error.findings:
                for row in self.query(f"#row-{finding.field}").results(FormRow):
                    row.set_problem(finding.text)
            known = {(row.id or "").removeprefix("row-") for row in self.query(FormRow)}
            for finding in error.findings:
                if finding.field not in known:
                    cast("ConsoleApp", self.app).complain(finding.text)
        else:
            self.dismiss(kept.name)

    def _typed(self) -> Plan:
        values = {name: self.query_one(f"#{name}", Input).value.strip() for name, _ in _RATES}
        findings = tuple(
            Finding(name, f"Write the {label.lower()} speed as a whole number of Mbit/s.")
            for name, label in _RATES
            if not (values[name].isascii() and values[name].isdigit())
        )
        if findings:
            raise ValidationFailed(findings)
        name = self.query_one("#name", Input).value.strip()
        return Plan(name, int(values["down_mbps"]), int(values["up_mbps"]))
