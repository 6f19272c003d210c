"""Where templates lie: the folders of a theme, the first that has one wins."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, TemplateNotFound
from jinja2.loaders import split_template_path

from newsletter.render.limits import MAX_SOURCE, Unfit, check_length

#: Bytes of a character in UTF-8, at most.
_BYTES = 4


class Folders(FileSystemLoader):
    """Jinja2's loader, which reads no file that is too long, and says where one is not in UTF-8 or can't be read."""

    def __init__(self, folders: Sequence[Any]) -> None:
        super().__init__([str(folder) for folder in folders])

    def get_source(self, environment: Any, template: str) -> tuple[str, str, Callable[[], bool]]:
        """The file's text. Raises TemplateNotFound, Unfit."""
        for folder in self.searchpath:
            file = Path(posixpath.join(folder, *split_template_path(template)))
            try:
                length = file.stat().st_size if file.is_file() else -1
            except OSError:  # a name that is too long for a file
                continue
            if length > _BYTES * MAX_SOURCE:
                check_length(length, template)
            if length >= 0:
                break
        try:
            return super().get_source(environment, template)
        except UnicodeDecodeError as error:
            before = error.object[: error.start]
            line = before.count(b"\n") + 1
            column = len(before.rpartition(b"\n")[2].decode("utf-8", "replace")) + 1
            found = f"the byte 0x{error.object[error.start]:02x}, which is no UTF-8"
            raise Unfit(f"found {found}; save the file as UTF-8", template, line, column) from None
        except TemplateNotFound:  # is an OSError, too
            raise
        except OSError as error:
            raise Unfit(f"the template can't be read ({error.strerror})", template) from None
