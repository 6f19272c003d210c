"""Bytes in, articles out: page dumps, saved HTML, Markdown, notes and feeds. Pure; no file, network or clock.

`read` tells the formats apart by content first and by suffix second, and raises nothing but SourceError.
"""

from newsletter.ingest.reading import MAX_BYTES, SUFFIXES, Reading, read, read_feed, text

__all__ = ["MAX_BYTES", "SUFFIXES", "Reading", "read", "read_feed", "text"]
