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
#: What Pydantic's kinds of fault expect.
_EXPECTED = {
    "int_parsing": "a whole number",
    "int_parsing_size": "a smaller number",
    "float_parsing": "a number",
    "greater_than": "a number above {gt}",
    "greater_than_equal": "a number from {ge} on",
    "less_than": "a number below {lt}",
    "less_than_equal": "a number up to {le}",
}


class _Command(TyperCommand):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _as_written(self)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except typer.BadParameter as error:
            error.message = _in_words(error)
            raise

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


def _in_words(error: typer.BadParameter) -> str:
    """What is wrong with an argument, as settings say it, where Typer passes on what Pydantic says."""
    faults = getattr(error.__cause__, "errors", None)
    if faults is None:
        return error.message
    fault = faults()[0]
    form = _EXPECTED.get(fault["type"])
    expected = form.format(**fault.get("ctx", {})) if form else str(fault["msg"]).removeprefix("Input should be ")
    return f"found {fault['input']!r}, expected {expected}"


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
