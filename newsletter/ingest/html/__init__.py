"""Saved HTML pages: metadata from what the page declares, the body by trafilatura, both cleaned of chrome."""

from newsletter.ingest.html.page import read

__all__ = ["read"]
