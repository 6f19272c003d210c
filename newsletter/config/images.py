"""The table [images]: which pictures travel with the mail, and what one may be at most."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from newsletter.config.values import Table


class Images(Table):
    #: "local": files travel with the mail, what has an address is linked. "all": both travel, as far as they were
    #: fetched (`newsletter check N --links`). "never": all are linked, and files are not shown.
    embed: Literal["never", "local", "all"] = "local"
    #: Bytes of a picture's own file.
    max_bytes: Annotated[int, Field(ge=10_000, le=100_000_000)] = 10_000_000
    #: Width times height of a picture's own file.
    max_pixels: Annotated[int, Field(ge=10_000, le=200_000_000)] = 40_000_000
    #: Of the JPEGs that travel with the mail.
    quality: Annotated[int, Field(ge=30, le=95)] = 80
