"""The SMTP client: open a session with a relay, hand it messages, know exactly what was handed over.

wire: bytes → replies (pure). link: the connection, with TLS inside it. auth: logins. session: the dialogue.
"""

from newsletter.deliver.smtp.session import Lost, RelayBusy, Result, Session, open_session

__all__ = ["Lost", "RelayBusy", "Result", "Session", "open_session"]
