"""The one registry of what can be done where; keys, key line, palette and help come from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from textual.binding import Binding

# The names of the screens, as the registry knows them.
FLEET = "fleet"
DEVICE = "device"
PORT = "port"
ENDPOINT = "endpoint"
ENDPOINTS = "endpoints"
SUBSCRIBER = "subscriber"
SUBSCRIBERS = "subscribers"
EDITOR = "editor"
PREVIEW = "preview"
LOG = "log"
HELP = "help"
ADD_DEVICE = "add_device"
ENDPOINT_EDITOR = "endpoint_editor"
PORT_EDITOR = "port_editor"
BULK = "bulk"
CHANGES = "changes"
CHANGE = "change"
DRIFT = "drift"
PLANS = "plans"
PLAN = "plan"
STRAYS = "strays"
UNPROVISIONED = "unprovisioned"
IMPORT = "import"
SYNC = "sync"
SYNC_RUN = "sync_run"
HOOKS = "hooks"
CONFLICTS = "conflicts"
RESOLVE = "resolve"
WHY = "why"

TABLES = (
    *(DEVICE, PORT, ENDPOINTS, SUBSCRIBERS, LOG),
    *(CHANGES, DRIFT, PLANS, PLAN, STRAYS, UNPROVISIONED),
    *(SYNC, SYNC_RUN, HOOKS, CONFLICTS),
)
LISTS = (FLEET, *TABLES)
# Actions of this rank and above stay in the key line at any width.
ALWAYS = 20
PLACES = (*LISTS, ENDPOINT, SUBSCRIBER, CHANGE, WHY)


@dataclass(frozen=True, slots=True)
class Action:
    """Something a person can do.

    `key` is what to press (Textual's name of it), `screens` where it works (empty = everywhere),
    `rank` its place in the key line (0 = not shown there), `short` its word there. What is typed
    after a key that `takes_typing` belongs to the line that it opens, however fast it comes.
    """

    name: str
    key: str
    short: str
    description: str
    screens: tuple[str, ...] = ()
    rank: int = 0
    takes_typing: bool = False

    def works_on(self, screen: str) -> bool:
        return not self.screens or screen in self.screens

    @property
    def key_label(self) -> str:
        """The first key as a person writes it."""
        return _LABELS.get(self.key.split(",")[0], self.key.split(",")[0])


_LABELS = {
    "question_mark": "?",
    "slash": "/",
    "colon": ":",
    "escape": "esc",
    "enter": "enter",
    "ctrl+p": "ctrl+p",
    "ctrl+s": "ctrl+s",
    "ctrl+r": "ctrl+r",
    "asterisk": "*",
}

# Where rows can be marked, and where things of one kind can be acted on.
MARKING = (
    *(ENDPOINTS, SUBSCRIBERS, DRIFT, UNPROVISIONED, PLAN, STRAYS),
    *(SYNC_RUN, CONFLICTS),
)
ON_SUBSCRIBERS = (SUBSCRIBER, SUBSCRIBERS)
ON_ENDPOINTS = (ENDPOINT, ENDPOINTS, PORT)
ON_PORTS = (DEVICE, PORT)
OF_DEVICES = (
    *(FLEET, DEVICE, PORT, ENDPOINT, ENDPOINTS, SUBSCRIBER, SUBSCRIBERS),
    *(UNPROVISIONED, DRIFT, PLAN, STRAYS),
)
UNDOING = (PREVIEW, CHANGES, CHANGE)
FORMS = (EDITOR, ENDPOINT_EDITOR, PORT_EDITOR)
WITH_A_STORY = (*ON_SUBSCRIBERS, ENDPOINT, ENDPOINTS, UNPROVISIONED, SYNC_RUN, CONFLICTS)

ACTIONS: tuple[Action, ...] = (
    Action("open_cursor", "enter", "open", "Open what the cursor is on.", LISTS, 1),
    Action(
        "open_subscriber",
        "enter",
        "its subscriber",
        "Open the subscriber on this endpoint.",
        (ENDPOINT,),
        1,
    ),
    Action("open_endpoint", "enter", "its endpoint", "Open the endpoint of it.", (SUBSCRIBER,), 1),
    Action(
        "add_subscriber",
        "a",
        "subscriber",
        "Put a subscriber on the endpoint or port the cursor is on.",
        (FLEET, DEVICE, PORT, ENDPOINT, ENDPOINTS, SUBSCRIBERS, UNPROVISIONED, WHY),
        2,
    ),
    Action("edit_subscriber", "E", "edit", "Edit this subscriber.", ON_SUBSCRIBERS, 2),
    Action(
        "suspend",
        "S",
        "suspend",
        "Suspend: move the service to the walled garden and keep what it was.",
        ON_SUBSCRIBERS,
        3,
    ),
    Action(
        "resume",
        "R",
        "resume",
        "Resume: give a suspended service back what it was.",
        ON_SUBSCRIBERS,
        3,
    ),
    Action(
        "swap",
        "w",
        "swap",
        "Swap the endpoint for another box: same service, new MAC.",
        (*ON_SUBSCRIBERS, ENDPOINT, ENDPOINTS),
        4,
    ),
    Action(
        "move",
        "m",
        "move",
        "Move the service to another endpoint, port or device.",
        (*ON_SUBSCRIBERS, ENDPOINT, ENDPOINTS),
        4,
    ),
    Action("give_plan", "g", "give plan", "Give the subscriber another plan.", ON_SUBSCRIBERS, 5),
    Action("remove_subscriber", "X", "remove", "Remove the subscriber.", ON_SUBSCRIBERS, 5),
    Action(
        "edit_endpoint",
        "E",
        "edit",
        "Rename the endpoint, bind it to another port, or configure it.",
        (ENDPOINT, ENDPOINTS, UNPROVISIONED),
        3,
    ),
    Action(
        "add_endpoint",
        "n",
        "new endpoint",
        "Configure an endpoint without a service, also one that is not plugged in yet.",
        (*ON_ENDPOINTS, DEVICE, UNPROVISIONED),
        8,
    ),
    Action("reboot", "B", "restart it", "Restart the endpoint; cannot be undone.", ON_ENDPOINTS, 8),
    Action(
        "remove_endpoint",
        "X",
        "remove",
        "Take the endpoint out of the configuration.",
        (ENDPOINT, ENDPOINTS),
        8,
    ),
    Action(
        "edit_port", "E", "edit port", "Name the port, switch it, choose its mode.", ON_PORTS, 4
    ),
    Action("switch_port", "d", "on/off", "Enable the port, or disable it.", ON_PORTS, 4),
    Action("mark", "space", "mark", "Mark the row, for one action on all marked ones.", MARKING, 6),
    Action(
        "mark_range",
        "V",
        "mark to here",
        "Mark all rows from the last marked one to here.",
        MARKING,
    ),
    Action("mark_all", "asterisk", "mark all", "Mark all that the filter shows, or none.", MARKING),
    Action("bulk_runs", "J", "runs", "Show the runs on many rows; go on with one.", PLACES),
    Action("snr", "s", "SNR", "Measure the SNR of this endpoint's line.", (ENDPOINT,), 2),
    Action("edit_filter", "slash", "filter", "Filter what is listed.", LISTS, 3, True),
    Action(
        "jump",
        "colon",
        "go to",
        "Go to a device, port, endpoint or subscriber by name.",
        (*PLACES, HELP),
        10,
        True,
    ),
    Action(
        "quarantined",
        "Q",
        "quarantined",
        "List the endpoints that are kept out, over the whole fleet.",
        PLACES,
        4,
    ),
    Action(
        "no_service",
        "O",
        "no service",
        "List the endpoints without a service (filter service:none).",
        PLACES,
        7,
    ),
    Action("endpoints", "e", "endpoints", "List all endpoints of the fleet.", PLACES, 7),
    Action("subscribers", "b", "subscribers", "List all subscribers of the fleet.", PLACES, 6),
    Action("changes", "c", "changes", "Show every change that was made; undo one.", PLACES, 8),
    Action("drift", "D", "drift", "Show where devices differ from what is intended.", PLACES, 8),
    Action("plans", "p", "plans", "Show the plans that are sold, and where they are.", PLACES, 8),
    Action(
        "unprovisioned",
        "N",
        "waiting",
        "List the endpoints of the fleet that wait for a service.",
        PLACES,
        8,
    ),
    Action(
        "sync",
        "Y",
        "sync log",
        "Show the billing systems, the sync runs and what waits for a person.",
        PLACES,
        8,
    ),
    Action(
        "conflicts",
        "C",
        "conflicts",
        "Show the fields that billing and the console both changed; settle them.",
        PLACES,
        8,
    ),
    Action(
        "why",
        "i",
        "why",
        "Show what billing says, what is intended, what runs, and since when it is known.",
        WITH_A_STORY,
        5,
    ),
    Action("log", "L", "log", "Show what the console does, with the exact commands.", PLACES, 8),
    Action("add_device", "n", "new device", "Add a device to the fleet.", (FLEET,), 5),
    Action("poll", "r", "read now", "Read the device again now.", PLACES, 9),
    Action(
        "trust_key",
        "K",
        "trust new key",
        "Trust the new SSH host key of a blocked device.",
        (FLEET, DEVICE),
    ),
    Action("sort", "o", "sort", "Sort by the next column, or turn the order around.", TABLES, 9),
    Action("export", "x", "export", "Write what is listed to a CSV file.", TABLES),
    Action("export_log", "w", "write file", "Write the log to a text file.", (LOG,), 4),
    Action(
        "show_all",
        "a",
        "show all",
        "Show the routine readings too, or leave them out (filter routine:no).",
        (LOG,),
        2,
    ),
    Action("copy", "y", "copy", "Copy the name, MAC or command under the cursor.", PLACES),
    Action("expand", "E", "open all", "Open or close everything in the tree.", (FLEET,)),
    Action("unlock", "U", "unlock", "Unlock the file with the credentials.", PLACES),
    Action("save", "ctrl+s", "check and preview", "Check it and show the commands.", FORMS, 1),
    Action(
        "run", "ctrl+r", "run these commands", "Send the commands to the device.", (PREVIEW,), 1
    ),
    Action("undo", "u", "undo", "Plan what takes this change back, and show it.", UNDOING, 2),
    Action(
        "settle",
        "S",
        "settle",
        "Read the devices of changes whose end is not known, and say what happened.",
        (CHANGES, CHANGE),
        3,
    ),
    Action(
        "fix_device",
        "f",
        "fix device",
        "Bring the device to what is intended: a field, an object, all of it, or what is marked.",
        (DRIFT,),
        2,
    ),
    Action(
        "take_over",
        "t",
        "intend it",
        "Intend what the device runs: a field, an object, all of it, or what is marked.",
        (DRIFT,),
        2,
    ),
    Action(
        "adopt",
        "A",
        "adopt",
        "Adopt a device, or all marked: intend all that it runs. Nothing on it is touched.",
        (DRIFT, DEVICE),
        4,
    ),
    Action("add_plan", "n", "new plan", "Put a new plan into the catalogue.", (PLANS,), 2),
    Action("edit_plan", "E", "edit", "Change what is sold under this plan.", (PLANS, PLAN), 3),
    Action("remove_plan", "X", "remove", "Take the plan out of the catalogue.", (PLANS, PLAN), 4),
    Action(
        "push_plan",
        "P",
        "push",
        "Put the plan on the device, or on all marked ones, as a profile.",
        (PLAN,),
        2,
    ),
    Action(
        "strays",
        "z",
        "unused",
        "List profiles of devices that nobody uses or that are in no plan.",
        (PLANS,),
        4,
    ),
    Action(
        "remove_profile",
        "X",
        "remove",
        "Remove the profile, or all marked ones, from its device.",
        (STRAYS,),
        2,
    ),
    Action(
        "toggle_writable",
        "W",
        "writable",
        "Let the device be changed from here, or make it read-only.",
        (*OF_DEVICES, PREVIEW),
        8,
    ),
    Action(
        "json_rpc",
        "H",
        "API",
        "Let the JSON-RPC API of the device be used, or not: trunk, double tags, uplink need it.",
        OF_DEVICES,
        9,
    ),
    Action("import_csv", "I", "import", "Import subscribers from a CSV file.", (SUBSCRIBERS,), 6),
    Action(
        "export_all",
        "F",
        "export all",
        "Write the subscribers with all fields to a CSV file that can be imported.",
        (SUBSCRIBERS,),
        6,
    ),
    Action("run_import", "ctrl+r", "go on", "Plan the import and run it.", (IMPORT,), 1),
    Action("check_again", "c", "read file again", "Read the file again.", (IMPORT,), 2),
    Action("run_sync", "ctrl+r", "run", "Carry out what the run found.", (SYNC_RUN,), 1),
    Action(
        "start_sync",
        "n",
        "run now",
        "Read billing and compare it with the plant; nothing is sent before you say so.",
        (SYNC, SYNC_RUN, WHY),
        2,
    ),
    Action("dry_run", "d", "dry run", "Compare and list, and keep nothing to be run.", (SYNC,), 3),
    Action("say_no", "X", "say no", "Say no to a run that waits.", (SYNC, SYNC_RUN), 3),
    Action(
        "stop_sync",
        "z",
        "stop",
        "Begin no more items; those under way are brought to an end.",
        (SYNC, SYNC_RUN),
        3,
    ),
    Action(
        "retry",
        "t",
        "try again",
        "Compare the account of this item, or of the marked ones, again.",
        (SYNC_RUN,),
        3,
    ),
    Action(
        "retry_all",
        "T",
        "try all again",
        "Compare the accounts of all items again that did not come to a good end.",
        (SYNC_RUN,),
        3,
    ),
    Action(
        "commands",
        "v",
        "commands",
        "Read the device and show what this item would send to it now.",
        (SYNC_RUN, RESOLVE),
        3,
    ),
    Action(
        "show_links",
        "a",
        "links too",
        "Show the services that were only linked too, or leave them out (filter kind:link).",
        (SYNC_RUN,),
        6,
    ),
    Action(
        "hooks", "H", "hooks", "Show the hooks that billing sent, and what is late.", (SYNC,), 4
    ),
    Action("take_billing", "B", "billing's", "Settle it with what billing has.", (CONFLICTS,), 2),
    Action(
        "take_console", "K", "console's", "Settle it with what is intended here.", (CONFLICTS,), 2
    ),
    Action("take_device", "G", "device's", "Settle it with what the GAM runs.", (CONFLICTS,), 2),
    Action(
        "show_settled",
        "a",
        "settled too",
        "Show the conflicts that were settled too, or leave them out (filter state:open).",
        (CONFLICTS,),
        4,
    ),
    Action("resolve", "ctrl+r", "settle", "Do just that.", (RESOLVE,), 1),
    Action(
        "from_billing",
        "P",
        "serve it",
        "Plan the service that billing sold for this endpoint, or for the marked ones.",
        (UNPROVISIONED,),
        3,
    ),
    Action("run_all", "ctrl+r", "run", "Run it on all of them, or go on with it.", (BULK,), 1),
    Action(
        "stop",
        "c",
        "stop",
        "Start no more of them; those under way are brought to an end.",
        (BULK,),
        2,
    ),
    Action("add", "ctrl+s", "add", "Ask the device who it is, and add it.", (ADD_DEVICE,), 1),
    Action("back", "escape", "back", "Go back, or leave the filter.", (), 20),
    Action("help", "question_mark", "help", "Explain keys, signs and words.", (), 21),
    Action("palette", "ctrl+p", "all actions", "Choose from everything that can be done."),
    Action("quit", "q", "quit", "Leave the console.", (*PLACES, HELP), 22),
)
BY_NAME = {action.name: action for action in ACTIONS}


def actions_of(screen: str) -> tuple[Action, ...]:
    """Return what can be done on a screen, in the order of the key line."""
    found = (action for action in ACTIONS if action.works_on(screen))
    return tuple(sorted(found, key=lambda action: action.rank or 30))


def bindings_of(screen: str) -> list[Binding]:
    """Return the key bindings of a screen; their ids are the names of the actions."""
    return [
        Binding(
            action.key,
            action.name,
            action.short,
            show=False,
            # A priority binding has run before the next key is looked at; the others have not.
            priority=action.takes_typing,
            id=f"{screen}.{action.name}",
        )
        for action in ACTIONS
        if action.works_on(screen)
    ]


Keys = tuple[tuple[str, str], ...]


def key_line(screen: str, hidden: Iterable[str] = ()) -> tuple[Keys, Keys]:
    """Return (key, word) of what the key line shows, in two groups: by rank, and always."""
    left_out = set(hidden)
    shown = [one for one in actions_of(screen) if one.rank and one.name not in left_out]
    return (
        tuple((one.key_label, one.short) for one in shown if one.rank < ALWAYS),
        tuple((one.key_label, one.short) for one in shown if one.rank >= ALWAYS),
    )
