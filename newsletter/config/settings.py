"""The whole of newsletter.toml, read from the file and the environment."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, SettingsError

from newsletter.config.checking import Editor, Preflight
from newsletter.config.editorial import Archive, Curate, Newsletter, Summaries, Variants
from newsletter.config.faults import broken, in_words, of_another_kind
from newsletter.config.images import Images
from newsletter.config.look import Look
from newsletter.config.technical import Bounces, Database, Dkim, Net, Relay
from newsletter.errors import ConfigError

FILE = "newsletter.toml"
_ONE_KEY = "one for each key, such as NEWSLETTER_DATABASE__URL"
#: References that are resolved only when they are used.
_LATE = frozenset({"summaries.llm.api_key"})


class Settings(BaseSettings):
    """All of newsletter.toml, with its defaults."""

    model_config = SettingsConfigDict(
        env_prefix="NEWSLETTER_",
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
    )

    newsletter: Newsletter
    theme: Look = Look()
    images: Images = Images()
    database: Database = Database()
    archive: Archive = Archive()
    curate: Curate = Curate()
    variants: Variants = Variants()
    summaries: Summaries = Summaries()
    relay: tuple[Relay, ...] = ()
    dkim: tuple[Dkim, ...] = ()
    bounces: Bounces = Bounces()
    net: Net = Net()
    preflight: Preflight = Preflight()
    editor: Annotated[tuple[Editor, ...], Field(validate_default=True)] = ()

    @field_validator("relay")
    @classmethod
    def _told_apart(cls, value: tuple[Relay, ...]) -> tuple[Relay, ...]:
        names = [relay.name for relay in value]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise ValueError(f"a name of its own for each [[relay]] (name = …); {twice} stands twice")
        return value

    @field_validator("editor")
    @classmethod
    def _two_people(cls, value: tuple[Editor, ...], known: ValidationInfo) -> tuple[Editor, ...]:
        asked = known.data.get("preflight")
        if asked and asked.two_person and len({editor.email.casefold() for editor in value}) < 2:
            raise ValueError(
                "two [[editor]] tables (name, email) of two people at least, where preflight.two_person is true"
            )
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 (the base class's signature)
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment first, then the file."""
        return env_settings, init_settings


def load(folder: Path) -> Settings:
    """The settings of the workspace in `folder`. Raises ConfigError."""
    path = folder / FILE
    text = ""
    try:
        text = path.read_bytes().decode("utf-8-sig")
        data = tomllib.loads(text)
    except FileNotFoundError:
        raise ConfigError(str(path), "", "no such file", "one made by `newsletter init`") from None
    except UnicodeDecodeError as error:
        raise ConfigError(str(path), "", f"bytes that are not UTF-8 at byte {error.start}", "UTF-8 text") from None
    except (ValueError, RecursionError) as error:  # besides TOMLDecodeError, a number too long or tables too deep
        raise broken(path, text, error) from None
    except OSError as error:
        raise ConfigError(str(path), "", f"an unreadable file ({error.strerror})", "one this user may read") from None
    written, relay = dict(data), data.pop("relay", [])
    data = _resolved(data, path, "")
    try:
        settings = Settings(**data, relay=relay)
    except ValidationError as error:
        raise in_words(error, path, {**data, "relay": relay}, Settings) from None
    except SettingsError as error:
        raise ConfigError("environment", "NEWSLETTER_…", f"a variable for a whole table ({error})", _ONE_KEY) from None
    if fault := of_another_kind(written, settings, path):
        raise fault
    return settings


def secret(value: str, folder: Path, key: str) -> str:
    """The value itself, or what "env:NAME" and "file:PATH" refer to. Raises ConfigError when that is not there."""
    file = str(folder / FILE)
    if value.startswith("env:"):
        name = value.removeprefix("env:")
        found = os.environ.get(name)
        if found is None:
            raise ConfigError(file, key, value, f"the environment variable {name} to be set")
        return found
    if value.startswith("file:"):
        path = folder / value.removeprefix("file:")
        try:
            return path.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(file, key, value, f"a readable text file ({type(error).__name__})") from None
    return value


def _resolved(value: Any, path: Path, key: str) -> Any:
    if isinstance(value, dict):
        return {name: _resolved(item, path, f"{key}.{name}" if key else name) for name, item in value.items()}
    return secret(value, path.parent, key) if isinstance(value, str) and key not in _LATE else value
