"""The pipeline as it is often written: for each subscriber Jinja, MJML, premailer, EmailMessage, dkimpy and smtplib."""

from __future__ import annotations

import json
import smtplib
import sys
import time
from email.message import EmailMessage
from typing import Any

import dkim
import jinja2
import mjml
import premailer

_PAGE = """<mjml><mj-head><mj-attributes><mj-all font-family="Arial, sans-serif"></mj-all></mj-attributes>
<mj-style>p { margin: 0 0 12px } h1 { font-size: 24px }</mj-style></mj-head><mj-body>
<mj-section><mj-column><mj-text><h1>Weekly Native</h1><p>Dear {{ name }},</p></mj-text></mj-column></mj-section>
{% for paragraph in paragraphs %}<mj-section><mj-column><mj-text><p>{{ paragraph }}</p></mj-text></mj-column>
</mj-section>{% endfor %}<mj-section><mj-column><mj-text><a href="{{ link }}">Leave</a></mj-text></mj-column>
</mj-section></mj-body></mjml>"""


def build(page: jinja2.Template, number: int, data: dict[str, Any]) -> bytes:
    """One message, rendered and signed from the start."""
    link = f"https://news.example.org/u/{number}"
    source = page.render(name=f"Reader {number}", link=link, paragraphs=data["paragraphs"])
    message = EmailMessage()
    message["From"] = "Weekly Native <news@example.org>"
    message["To"] = f"Reader {number} <reader{number}@example.net>"
    message["Subject"] = "An order of magnitude gained"
    message["List-Unsubscribe"] = f"<{link}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(data["text"].replace("{{name}}", f"Reader {number}").replace("{{link}}", link))
    message.add_alternative(premailer.transform(mjml.mjml2html(source), cssutils_logging_level="CRITICAL"), "html")
    raw = message.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    key = data["dkim"]
    return bytes(dkim.sign(raw, key["selector"].encode(), key["domain"].encode(), key["pem"].encode())) + raw


def main(data: dict[str, Any]) -> float:
    """Send them one after another, a connection for each; messages a second."""
    page = jinja2.Environment(autoescape=True).from_string(_PAGE)
    begin = time.monotonic()
    for number in range(1, data["count"] + 1):
        with smtplib.SMTP("127.0.0.1", data["port"]) as client:
            client.sendmail(f"bounces+{number}@example.org", f"reader{number}@example.net", build(page, number, data))
    return float(data["count"] / (time.monotonic() - begin))


if __name__ == "__main__":
    print(json.dumps({"rate": main(json.load(sys.stdin))}))
