"""aiosmtplib and EmailMessage on uvloop, a message built for each subscriber. Prints messages a second."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from email.message import EmailMessage
from typing import Any

import aiosmtplib
import uvloop


def build(number: int, data: dict[str, Any]) -> EmailMessage:
    """One personal message, by the standard library."""
    link = f"https://news.example.org/u/{number}"
    message = EmailMessage()
    message["From"] = "Weekly Native <news@example.org>"
    message["To"] = f"Reader {number} <reader{number}@example.net>"
    message["Subject"] = "An order of magnitude gained"
    message["Message-ID"] = f"<{number}@example.org>"
    message["List-Id"] = "Weekly Native <weekly.news.example.org>"
    message["List-Unsubscribe"] = f"<{link}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    for kind in ("text", "html"):
        part = data[kind].replace("{{name}}", f"Reader {number}").replace("{{link}}", link)
        if kind == "text":
            message.set_content(part)
        else:
            message.add_alternative(part, subtype="html")
    return message


async def main(data: dict[str, Any]) -> float:
    """Send them over so many connections at once; messages a second."""
    numbers = iter(range(1, data["count"] + 1))

    async def connection() -> None:
        async with aiosmtplib.SMTP(hostname="127.0.0.1", port=data["port"], start_tls=False) as client:
            for number in numbers:
                message = build(number, data)
                await client.send_message(
                    message, sender=f"bounces+{number}@example.org", recipients=[f"reader{number}@example.net"]
                )

    begin = time.monotonic()
    await asyncio.gather(*(connection() for _ in range(data["connections"])))
    return float(data["count"] / (time.monotonic() - begin))


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        print(json.dumps({"rate": runner.run(main(json.load(sys.stdin)))}))
