"""The editor's pages, on this machine only: the preview of an issue as its readers will get it."""

from newsletter.web.studio.app import Studio
from newsletter.web.studio.desk import Desk

__all__ = ["Desk", "Studio"]
