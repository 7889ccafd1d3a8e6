"""What a mapping makes of real rows: what billing says, what is understood, what would be done."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Collection, Sequence

from positron_tui.cli.shapes import Shape
from positron_tui.cli.shapes_billing import item_shape
from positron_tui.cli.sync_tables import changes_words
from positron_tui.cli.text import safe_line
from positron_tui.domain.mapping import FIELDS, PLAN, BillingMapping, Meaning, status_keys
from positron_tui.domain.sync_runs import ItemKind, SyncItem
from positron_tui.services.mapping_guide import AGREES, PreviewRow, chosen_rows

# So many rows are read, of which some of every kind are shown.
SAMPLE = 100
_INDENT = 13
_SAID = (ItemKind.EXCEPTION, ItemKind.CONFLICT, ItemKind.WAITING, ItemKind.LINK)
_KINDS = {
    ItemKind.EXCEPTION.value: "not understood or to be looked at",
    ItemKind.CONFLICT.value: "in conflict",
    ItemKind.ADD.value: "to add",
    ItemKind.EDIT.value: "to change",
    ItemKind.SWAP.value: "to swap",
    ItemKind.SUSPEND.value: "to suspend",
    ItemKind.RESUME.value: "to resume",
    ItemKind.REMOVE.value: "to remove",
    ItemKind.RECONCILE.value: "to set right",
    ItemKind.LINK.value: "to link with what runs",
    ItemKind.WRITE.value: "to tell billing",
    ItemKind.WAITING.value: "without an endpoint that is seen",
    AGREES: "with nothing to do",
}


def preview_lines(
    rows: Sequence[PreviewRow], mapping: BillingMapping, most: int, width: int
) -> list[str]:
    """Return some rows of every kind in lines, and what all of them would come to."""
    lines: list[str] = []
    for row in chosen_rows(rows, most):
        service, would = row.service, _would(row)
        lines += [
            safe_line(
                f"{service.account_name} (account {service.account_id}, service "
                f"{service.service_id})"
            ),
            *_labelled("billing says", _told(row, mapping), width),
            *_labelled("understood", _understood(row), width),
            *_labelled("would be", would[0], width),
            *(line for text in would[1:] for line in _labelled("", text, width)),
            "",
        ]
    return [*lines, *textwrap.wrap(_summary(rows), width)]


def preview_shape(row: PreviewRow) -> Shape:
    """Return a row as JSON; `values` has what was understood, `items` what a sync would do."""
    service = row.service
    return {
        "account": service.account_id,
        "account_name": service.account_name,
        "service": service.service_id,
        "account_status": service.account_status,
        "service_status": service.service_status or None,
        "plan": service.plan.name if service.plan else None,
        "meaning": row.sold.meaning.value,
        "values": dict(row.sold.values),
        "problems": [finding.text for finding in row.sold.findings],
        "items": [item_shape(one) for one in row.items],
    }


def _told(row: PreviewRow, mapping: BillingMapping) -> str:
    service = row.service
    parts = [*status_keys(service), f"plan {service.plan.name}" if service.plan else "no plan"]
    for what in mapping.sources:
        source = mapping.sources[what]
        text = service.fields.get(source.field)
        parts.append(f"{source.field} {'not told' if text is None else text or 'empty'}")
    return ", ".join(parts)


def _understood(row: PreviewRow) -> str:
    values = row.sold.values
    parts = [row.sold.meaning.value]
    for name in FIELDS[1:]:
        if name in values:
            empty = "no limit" if name == PLAN else "none"
            parts.append(f"{name} {values[name] or empty}")
    return "; ".join([", ".join(parts), *(one.text for one in row.sold.findings)])


def _would(row: PreviewRow) -> list[str]:
    if row.items:
        known = {finding.text for finding in row.sold.findings}
        return [_item(one, known) for one in row.items]
    if row.sold.meaning is Meaning.UNKNOWN:
        return ["left as it is: billing has no opinion"]
    if row.sold.meaning is Meaning.ACTIVE:
        return ["left as it is: it agrees"]
    return [f"left as it is: {row.sold.meaning.value}, and nothing of it runs"]


def _item(item: SyncItem, known: Collection[str]) -> str:
    if item.reason in known:
        return f"{item.kind.value}, as said above"
    words = changes_words(item.before, item.after)
    if not words or item.kind in _SAID:
        return f"{item.kind.value}: {item.reason}"
    return f"{item.kind.value} {item.subject} on {item.device} ({words}): {item.reason}"


def _labelled(label: str, text: str, width: int) -> list[str]:
    head = f"  {label}".ljust(_INDENT + 2)
    return textwrap.wrap(
        safe_line(text),
        max(width, 40),
        initial_indent=head,
        subsequent_indent=" " * len(head),
        break_long_words=False,
        break_on_hyphens=False,
    ) or [head.rstrip()]


def _summary(rows: Sequence[PreviewRow]) -> str:
    if not rows:
        return "Billing has no service yet."
    counts = Counter(row.kind for row in rows)
    parts = [f"{counts[kind]} {words}" for kind, words in _KINDS.items() if counts[kind]]
    return f"Of {len(rows)} real rows: {', '.join(parts)}."
