"""What an article tells without the store, and that it is what the tables keep."""

from __future__ import annotations

import subprocess
import sys

from newsletter.store.arrival import DOCUMENTS
from newsletter.store.columns import Document
from newsletter.store.tables import articles


def test_every_column_for_documents_is_written_as_json() -> None:
    assert list(DOCUMENTS) == [column.name for column in articles.c if isinstance(column.type, Document)]


def test_it_is_worked_out_without_the_databases_library() -> None:
    """Processes that read would load it for nothing."""
    code = "import sys, newsletter.app.prepared; print('sqlalchemy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "False\n"
