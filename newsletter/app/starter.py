"""What `newsletter init` makes: a commented newsletter.toml, a key file, the database, an example list."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from newsletter import config, resources
from newsletter.app import keys
from newsletter.app.workspace import Workspace
from newsletter.errors import StoreBusy, StoreError, StoreFull, StoreTooNew, WorkspaceError
from newsletter.store import Store
from newsletter.text import catalogue
from newsletter.text.tongue import tongue

_TOML = """\
# One newsletter's settings. A value "env:NAME" is read from the environment, "file:PATH" from a file beside this one.
# NEWSLETTER_DATABASE__URL and the like override a key.

[newsletter]
name = "{name}"
from = "{name} <digest@example.org>"
# reply_to = "editors@example.org"
# Where `newsletter serve` is reached from outside: unsubscribe and view links start with it.
base_url = "http://127.0.0.1:8025"
# Bulk mail must say who sends it (CAN-SPAM, and good manners elsewhere).
postal_address = "Example Street 1, 12345 Exampletown"
language = "{language}"      # of the newsletter's own words and dates; a region counts (en-GB, pt-BR, zh-TW)
timezone = "{timezone}"
theme = "digest"        # or links, magazine, one of your own; `newsletter theme list` has them

# What you change of the theme's colours, fonts, sizes and logo; the names are those in its theme.toml.
# [theme.light]
# accent = "#0b6150"
# [theme.dark]
# accent = "#6fd6bd"
# [theme.logo]
# light = "https://example.org/logo.png"
# dark = "https://example.org/logo-for-dark.png"

[database]
# postgresql+psycopg://user@host/name for a team or several machines.
url = "sqlite:///newsletter.db"

[curate]
max_articles = 8
max_per_source = 2
window = "7d"           # how far back `issue new --pick` looks
half_life = "3d"        # an article this old counts half as fresh as a new one
# preferred_sources = ["Reuters", "example.org"]   # whose article leads where several cover one story, best first

# learn = false         # don't prefer what is like the articles of earlier issues
# learn_weight = 1.0    # how much that counts beside the topics
# languages = ["en"]    # leave out articles in other languages
# min_words = 30
# max_words = 5000
# block = ["example.com", "Daily Loop"]   # hosts (with their subdomains) and sites that nothing is picked from

[curate.topics]         # words you care about, and how much; `newsletter topics` shows what they catch
rust = 1.0
python = 1.0
# databases = {weight = 0.8, words = ["sql", "query planner"], articles = [12, 40], section = "Data", max = 3}

# An edition is rendered once for each group of its readers; `newsletter render N --variants` shows them.
# [variants]
# by = ["language", "topics"]   # one of them, or both; [] renders it once, for everybody
# min_articles = 3              # who follows so few of an issue's topics that less is left gets all articles
# most = 64                     # variants at most
# Language is the subscriber's, where the theme has words in it; topics are those of [curate.topics] that stand in the
# subscriber's field "topics", with commas between: a column of that name in the CSV file, "rust, databases".

[summaries]
sentences = 2
# words = 60            # a length in words instead
# engine = "llm"        # a model writes; what the article does not say is refused, and its own sentences stand in
# [summaries.llm]       # any OpenAI-compatible endpoint; the prompt is templates/prompts/summary.txt.j2
# base_url = "http://127.0.0.1:11434/v1"
# model = "llama3.1"
# api_key = "env:LLM_API_KEY"
# price_in = 0.5        # of a million tokens, for the estimate and for max_cost
# price_out = 1.5
# max_cost = 0.10       # one run dearer than this is refused

# [archive]                     # past issues at BASE_URL/archive, for `newsletter serve`
# public = true
# index = false                 # true: search engines may list it
# [images]
# embed = "local"               # files travel with the mail, what has an address is linked; or "all", or "never"

# [net]                         # how pages and feeds are fetched
# allow = ["intranet.example.org"]   # hosts that may be on a private network; all others must be public
# delay = 0.5                   # seconds between two fetches from one host
# dns = "192.0.2.53"            # the DNS server that `newsletter doctor` asks; without it the system's

# What your readers use, for the checks of an issue; only the proportions count.
# [preflight.clients]
# apple-mail = 40
# gmail = 35
# outlook.windows = 15
# outlook.outlook-com = 10

# Who may approve an issue (`newsletter issue approve N --as NAME`); with two_person, a list send needs two of them.
# [preflight]
# two_person = true
# [[editor]]
# name = "Ada"
# email = "ada@example.org"

# The SMTP server that mail is handed to. This one is the local sink: `newsletter outbox` runs it, nothing leaves the
# machine. A real one looks like this:
#
# [[relay]]
# name = "provider"
# host = "smtp.example.org"
# port = 587
# tls = "starttls"              # or "implicit" (port 465)
# username = "digest"
# password = "env:SMTP_PASSWORD"
# connections = 4
# per_second = 50               # per_hour and per_day, too; kept across restarts
# weight = 3                    # its share beside other [[relay]] tables, which step in when it fails
# [relay.domains]
# "gmail.com" = 20              # messages a second; per_domain = 5 is for each of the others
[[relay]]
name = "outbox"
host = "127.0.0.1"
port = 2525
tls = "none"

[bounces]
# The envelope sender's address; each mail gets its own form of it, so that a bounce names its recipient.
# address = "bounces@example.org"
"""


#: What a new newsletter is called until it has a name, by language.
_NAMES = {
    "ar": "النشرة الأسبوعية",
    "de": "Der Wochenbrief",
    "en": "The Weekly Digest",
    "es": "El resumen semanal",
    "fr": "La lettre de la semaine",
    "he": "הידיעון השבועי",
    "it": "La lettera della settimana",
    "ja": "週刊ダイジェスト",
    "nl": "De weekbrief",
    "pl": "Przegląd tygodnia",
    "pt": "O resumo da semana",
    "zh": "每周文摘",
    "zh-Hant": "每週文摘",
}


def knows(language: str) -> bool:
    """Whether the tag names a language whose dates, directions and plurals are known (CLDR)."""
    return re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", language) is not None and tongue(language) is not None


def speaks(language: str) -> bool:
    """Whether the shipped themes have words in the language."""
    return catalogue.covers([resources.folder("templates") / "email"], language)


def _settings(language: str, timezone: str) -> str:
    spoken = tongue(language)
    name = next((_NAMES[tag] for tag in reversed(spoken.chain()) if tag in _NAMES), "") if spoken else ""
    filled = {"name": name or _NAMES["en"], "language": language, "timezone": timezone}
    text = _TOML
    for key, value in filled.items():
        text = text.replace(f"{{{key}}}", value)
    return text


def create(folder: Path, language: str = "en", timezone: str = "UTC") -> Workspace:
    """Make a workspace in `folder` (made if need be), or only the database that a workspace there lacks.

    `language` is the newsletter's: a BCP 47 tag that `knows` knows; `timezone` the name of a zone that there is.

    Raises WorkspaceError where nothing is lacking.
    """
    if (folder / config.FILE).exists():
        return _with_database(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("templates", "subscribers"):
            (folder / name).mkdir(exist_ok=True)
        for file in sorted(resources.folder("subscribers").iterdir()):
            if file.is_file() and not (folder / "subscribers" / file.name).exists():
                shutil.copyfile(file, folder / "subscribers" / file.name)
        if not (folder / keys.FILE).exists():
            keys.create(folder)
        (folder / config.FILE).write_text(_settings(language, timezone), encoding="utf-8")
    except OSError as error:
        raise WorkspaceError(f"{folder}: can't make a workspace here ({error.strerror or error})") from error
    workspace = Workspace(folder.resolve())
    _make_database(workspace)
    return workspace


def _with_database(folder: Path) -> Workspace:
    """The workspace in `folder`, given a database: its `url` is new, or the first `init` failed there."""
    workspace = Workspace(folder.resolve())
    try:
        Store.open(workspace.database_url, hash_key=workspace.keys.suppression).close()
    except (StoreBusy, StoreFull, StoreTooNew):
        raise
    except StoreError:
        _make_database(workspace)
        return workspace
    raise WorkspaceError(f"{folder / config.FILE} exists already: this folder is a workspace; nothing was changed")


def _make_database(workspace: Workspace) -> None:
    Store.open(workspace.database_url, create=True, hash_key=workspace.keys.suppression).close()
