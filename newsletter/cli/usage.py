"""What `--help` says: words as they are written, and options' own names where Typer would print Python's types.

Typer takes help for Rich's markup, in which `[summaries]` is a style and is not printed.
"""

from __future__ import annotations

import re
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

#: What Rich reads as a style.
_STYLE = re.compile(r"\[[a-z#/@][^\[\]]*\]")


class _Command(TyperCommand):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _as_written(self)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        _without_types(self.get_params(ctx))
        super().format_help(ctx, formatter)


class _Group(TyperGroup):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _as_written(self)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        _without_types(self.get_params(ctx))
        super().format_help(ctx, formatter)


def plain(app: typer.Typer) -> None:
    """Let every command in the tree say its help so."""
    app.info.cls = _Group
    for command in app.registered_commands:
        command.cls = _Command
    for group in app.registered_groups:
        if group.typer_instance is not None:
            plain(group.typer_instance)


def _as_written(command: Any) -> None:
    """Keep Rich from taking a word in square brackets for a style, in the command's help and in its options'."""
    for said in (command, *command.params):
        for name in ("help", "short_help", "epilog"):
            if text := getattr(said, name, None):
                setattr(said, name, _STYLE.sub(r"\\\g<0>", text))


def _without_types(parameters: list[Any]) -> None:
    """A flag takes nothing ("<bool>" is what Typer has), and an argument's name says what it is ("<int range> [x>=1]").

    What an older Typer does not ask for is set in vain.
    """
    for parameter in parameters:
        if getattr(parameter, "is_flag", False):
            parameter.metavar = ""
        if parameter.param_type_name == "argument":
            parameter.display_type_rich = lambda ctx: ""  # noqa: ARG005 (Typer's signature)
        if getattr(parameter, "max", None) is None:
            parameter._get_number_range_help_str = lambda: None  # noqa: SLF001 (there is no public one)
