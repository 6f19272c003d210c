"""Where the program's own files are: templates, example subscribers and sample articles.

A wheel carries them inside the package (`newsletter/_data`); a checkout and an editable install have them at its top.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """The shipped folder of that name ("templates", "subscribers", "samples").

    Raises FileNotFoundError when the installation lacks it.
    """
    for place in (_PACKAGE / "_data" / name, _PACKAGE.parent / name):
        if place.is_dir():
            return place
    raise FileNotFoundError(f"the installation lacks its folder {name!r}; install newsletter again")
