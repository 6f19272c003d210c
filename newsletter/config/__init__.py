"""Settings: newsletter.toml and the environment, read once, checked whole, handed on as values.

A string "env:NAME" or "file:PATH" (relative to the workspace) is read from there; the relays' only when one is used, so
that a command which sends nothing needs no password. NEWSLETTER_DATABASE__URL and the like override a key. Every fault
is a ConfigError that names the file, the key, what was found and what is expected; secrets are never part of it.

    values      the kinds of value, checked as they are read
    editorial   [newsletter] [curate] [summaries]
    checking    [preflight] [[editor]]
    look        [theme]
    images      [images]
    technical   [database] [[relay]] [[dkim]] [net] [bounces]
    settings    all of it, and `load`
    faults      what is wrong, in an editor's words
"""

from newsletter.config.checking import Editor, Preflight
from newsletter.config.editorial import LLM, Archive, Curate, Newsletter, Summaries, Topic
from newsletter.config.images import Images
from newsletter.config.settings import FILE, Settings, load, secret
from newsletter.config.technical import Bounces, Database, Dkim, Net, Relay

__all__ = [
    "FILE",
    "LLM",
    "Archive",
    "Bounces",
    "Curate",
    "Database",
    "Dkim",
    "Editor",
    "Images",
    "Net",
    "Newsletter",
    "Preflight",
    "Relay",
    "Settings",
    "Summaries",
    "Topic",
    "load",
    "secret",
]
