"""The relays of newsletter.toml with their secrets read, as plain fields."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import Any

from newsletter import config
from newsletter.errors import Refused


def fields(settings: config.Settings, root: Path) -> list[dict[str, Any]]:
    """All of them. Raises Refused when there is none, ConfigError (a secret is missing)."""
    if not settings.relay:
        raise Refused(f"{root / config.FILE}: no [[relay]] to hand mail to; add one (host, port, tls)")
    return [of(table, root) for table in settings.relay]


def local(settings: config.Settings) -> list[config.Relay]:
    """Those on this machine, as the local sink is, in the order of the file."""
    return [table for table in settings.relay if _is_loopback(table.host)]


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.rstrip(".").casefold() == "localhost"


def of(table: config.Relay, root: Path) -> dict[str, Any]:
    """One of them; `ca_file` is a path. Raises ConfigError."""
    values = table.model_dump()
    secrets = {"username": table.username, "password": table.password and table.password.get_secret_value()}
    for key, value in secrets.items():
        values[key] = value and config.secret(value, root, f"relay.{table.name}.{key}")
    if table.ca_file:
        values["ca_file"] = str(root / table.ca_file)
    return values
