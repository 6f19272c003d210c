"""A newsletter builder and mailer: pick articles, render a digest, send it; nobody is lost and nobody mailed twice.

The names below are the public API. They load on first use (PEP 562), so that `import newsletter` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from newsletter.app.workspace import Workspace as Workspace
    from newsletter.app.workspace import open_workspace as open_workspace

_HOME = {"Workspace": "newsletter.app.workspace", "open_workspace": "newsletter.app.workspace"}

__all__ = ["Workspace", "__version__", "open_workspace"]


def __getattr__(name: str) -> object:
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
