"""What may be typed at a GAM: nothing that its line editor would eat or act upon."""

from __future__ import annotations

from positron_tui.domain.errors import Finding, ValidationFailed

MAX_COMMAND = 1_000


def check_command(command: str) -> None:
    """Raise ValidationFailed when a command has characters that the device would not take as text.

    `?` asks for help and Tab completes in the middle of a value; there is no escape for a quote.
    """
    problem = _problem(command)
    if problem is not None:
        raise ValidationFailed((Finding("command", f"The command was not sent: {problem}."),))


def _problem(command: str) -> str | None:
    if not command.strip():
        return "it is empty"
    if len(command) > MAX_COMMAND:
        return f"it has {len(command)} characters, and {MAX_COMMAND} is the most"
    for char in command:
        if not char.isascii() or not char.isprintable():
            return f"it has the character U+{ord(char):04X}, which the device cannot take"
    if "?" in command:
        return "it has a question mark, which the device takes for a call for help"
    if command.count('"') % 2:
        return "its quotation marks are not in pairs"
    return None
