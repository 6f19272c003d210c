"""Mail clients that issues are checked for: their names, and how many readers they have where nobody says otherwise.

The shares follow Litmus' count of 834 million openings in March 2019 (Apple 45 %, Gmail 26 %, Outlook 11 %, Yahoo 7 %,
Android and Samsung 4 %, Thunderbird 1 %), the last by maker before Apple began to open mail itself: later counts give
Apple over 57 % (December 2021), two thirds of which no reader opened. How a maker's share divides over its programs,
and the remaining 6 %, are estimates. A newsletter that knows its readers says so in `[preflight.clients]`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class MailClient:
    """A program that shows mail. `id` is the maker and the platform, as caniemail.com has them."""

    id: str
    name: str
    #: Percent of readers, by default.
    share: float


_KNOWN = (
    MailClient("apple-mail.ios", "Apple Mail on iPhone and iPad", 36),
    MailClient("apple-mail.macos", "Apple Mail on the Mac", 9),
    MailClient("gmail.desktop-webmail", "Gmail in the browser", 10),
    MailClient("gmail.android", "Gmail on Android", 10),
    MailClient("gmail.ios", "Gmail on iPhone", 5),
    MailClient("gmail.mobile-webmail", "Gmail in a phone's browser", 1),
    MailClient("outlook.windows", "Outlook for Windows", 6),
    MailClient("outlook.outlook-com", "Outlook.com and the new Outlook", 2),
    MailClient("outlook.macos", "Outlook for the Mac", 1),
    MailClient("outlook.ios", "Outlook on iPhone", 1),
    MailClient("outlook.android", "Outlook on Android", 1),
    MailClient("yahoo.desktop-webmail", "Yahoo in the browser", 3),
    MailClient("yahoo.ios", "Yahoo on iPhone", 2),
    MailClient("yahoo.android", "Yahoo on Android", 2),
    MailClient("samsung-email.android", "Samsung Email", 4),
    MailClient("thunderbird.macos", "Thunderbird", 1),
    MailClient("aol.desktop-webmail", "AOL", 1),
    MailClient("gmx.desktop-webmail", "GMX", 1),
    MailClient("web-de.desktop-webmail", "WEB.DE", 1),
    MailClient("t-online-de.desktop-webmail", "T-Online", 1),
    MailClient("protonmail.desktop-webmail", "Proton Mail", 1),
    MailClient("orange.desktop-webmail", "Orange", 1),
    MailClient("sfr.desktop-webmail", "SFR", 0),
    MailClient("laposte.desktop-webmail", "La Poste", 0),
    MailClient("free-fr.desktop-webmail", "Free", 0),
    MailClient("fastmail.desktop-webmail", "Fastmail", 0),
    MailClient("hey.desktop-webmail", "HEY", 0),
    MailClient("mail-ru.desktop-webmail", "Mail.ru", 0),
    MailClient("ionos-1and1.desktop-webmail", "IONOS", 0),
)
#: By id, most used makers first.
MAIL_CLIENTS: Mapping[str, MailClient] = MappingProxyType({client.id: client for client in _KNOWN})
#: Percent of readers by client id, where the settings name none.
CLIENT_SHARES: Mapping[str, float] = MappingProxyType({client.id: client.share for client in _KNOWN if client.share})
