"""The studio over real HTTP on loopback: what it answers, to whom, and under which rules."""

from __future__ import annotations

import http.client
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from urllib.parse import quote

import pytest
from lxml import html as lxml_html

from newsletter.errors import NewsletterError, NotFound, Refused, RenderError
from newsletter.models import Finding, Merged, PreviewPage, PreviewReader, TemplateLine
from newsletter.web.server import GRACE, running
from newsletter.web.studio import Desk, Studio
from newsletter.web.studio.guard import mail_policy

PAGE = PreviewPage(
    number=12,
    title="Native Layer Weekly #12",
    subject="Ten times <faster> & counting",
    preheader="Also: wheels for everybody",
    sender="Native Layer Weekly <digest@lowerhalf.press>",
    html="<!doctype html><html lang=en><head><title>t</title></head><body><p>The mail</p></body></html>",
    text="THE MAIL <b>is plain</b>\n",
    html_bytes=51_200,
    findings=(),
    version="v1",
)


READERS = (PreviewReader(7, "Ada <Byron>", "ada@example.org", "de"), PreviewReader(8, None, "b@example.org"))


@dataclass
class OneIssue:
    """A desk with issue 12 on it, or an error in its place."""

    page: PreviewPage = PAGE
    error: NewsletterError | None = None
    seen: list[int] = field(default_factory=list)
    versions: list[str] = field(default_factory=list)
    lines: tuple[TemplateLine, ...] = ()
    wakers: list[Callable[[], None]] = field(default_factory=list)

    def preview(self, number: int, reader: int = 0, version: str | None = None) -> PreviewPage:
        self.seen.append(number)
        self.versions += [version] if version else []
        if self.error:
            raise self.error
        if number != self.page.number:
            raise NotFound("issue", number)
        known = next((one for one in READERS if one.id == reader), None)
        if reader and not known:
            raise NotFound("subscriber", reader)
        return replace(self.page, reader=known) if known else self.page

    def version(self, number: int, reader: int = 0) -> str:
        return f"{self.preview(number, reader).version}{reader or ''}"

    def readers(self, words: str = "") -> list[PreviewReader]:
        return [one for one in READERS if words in (one.email or "")]

    def excerpt(self, fault: RenderError) -> tuple[TemplateLine, ...]:
        return self.lines

    def listen(self, wake: Callable[[], None]) -> Callable[[], None]:
        self.wakers.append(wake)
        return lambda: self.wakers.remove(wake)


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: str

    @property
    def words(self) -> str:
        return " ".join(lxml_html.document_fromstring(self.body).text_content().split())


@dataclass
class Visitor:
    desk: OneIssue
    port: int

    def get(self, path: str, method: str = "GET", hosts: tuple[str, ...] | None = None) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.putrequest(method, path, skip_host=True)
        for host in (f"127.0.0.1:{self.port}",) if hosts is None else hosts:
            connection.putheader("Host", host.format(port=self.port))
        connection.endheaders()
        answer = connection.getresponse()
        headers = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, headers, answer.read().decode())


@pytest.fixture(scope="module")
def served() -> Iterator[Visitor]:
    desk = OneIssue()
    with running(Studio(desk, home=12)) as url:
        yield Visitor(desk, int(url.rpartition(":")[2]))


@pytest.fixture
def studio(served: Visitor) -> Visitor:
    served.desk.page, served.desk.error, served.desk.lines = PAGE, None, ()
    return served


def test_the_fake_desk_is_a_desk() -> None:
    desk: Desk = OneIssue()
    assert desk.version(12) == desk.preview(12).version


def test_the_version_that_the_page_was_made_for_is_found_once(studio):
    studio.desk.versions.clear()
    assert studio.get("/issues/12").status == 200
    assert studio.desk.versions == ["v1"]


def test_the_page_shows_inbox_line_size_and_plain_text_escaped(studio):
    answer = studio.get("/issues/12")
    assert answer.status == 200
    for words in (
        "Native Layer Weekly",
        "Ten times <faster> & counting",
        "Also: wheels",
        "51,200 of 102,400 bytes 50%",
    ):
        assert words in answer.words
    assert "Nothing to mend." in answer.words
    assert "THE MAIL <b>is plain</b>" in answer.words
    assert "<b>" not in answer.body
    assert "<faster>" not in answer.body


def test_findings_of_one_check_stand_together_with_one_way_to_mend_them(studio):
    alike = [
        Finding("links.missing", "warning", f"article {n}", f"“{n}” has no address", "give it one") for n in (1, 2)
    ]
    error = Finding("deliverability.base_url", "error", "newsletter.toml", "not <set>", "run `newsletter serve`")
    studio.desk.page = replace(PAGE, findings=(error, *alike))
    answer = studio.get("/issues/12")
    assert "1 error 2 warnings" in answer.words
    assert "not <set> newsletter.toml" in answer.words
    assert "<code>newsletter serve</code>" in answer.body
    assert answer.words.count("give it one") == 1


@pytest.mark.parametrize(("size", "level"), [(51_200, "fine"), (92_160, "near"), (102_400, "near"), (102_401, "over")])
def test_the_size_meter_warns_before_gmail_clips(studio, size, level):
    studio.desk.page = replace(PAGE, html_bytes=size)
    assert f'<meter class="{level}"' in studio.get("/issues/12").body


def test_the_address_keeps_what_the_editor_looks_at_and_ignores_nonsense(studio):
    body = studio.get("/issues/12?part=text&width=both&look=%22%3E%3Cscript%3E").body
    chosen = re.findall(r'value="(\w+)" id="[\w-]+" checked', body)
    assert chosen == ["text", "both", "light", "on"]
    assert "<script>" not in body


def test_home_leads_to_the_issue_it_was_opened_for(studio):
    answer = studio.get("/")
    assert (answer.status, answer.headers["location"]) == (307, "/issues/12")


def test_without_a_home_the_start_page_says_where_issues_are() -> None:
    with running(Studio(OneIssue())) as url:
        answer = Visitor(OneIssue(), int(url.rpartition(":")[2])).get("/")
    assert answer.status == 404
    assert "/issues/ and its number" in answer.words


def test_a_fault_in_a_template_shows_template_and_line_and_the_page_goes_on_watching(studio):
    studio.desk.error = RenderError("digest/issue.mjml", "unknown tag <mj-colum>", 14, 3)
    answer = studio.get("/issues/12")
    assert "The issue does not render digest/issue.mjml:14:3 unknown tag <mj-colum>" in answer.words
    assert 'data-issue="/issues/12"' in answer.body
    version = re.findall(r'data-version="([^"]+)"', answer.body)
    studio.desk.error = RenderError("digest/issue.mjml", "another fault", 15)
    assert re.findall(r'data-version="([^"]+)"', studio.get("/issues/12").body) != version
    assert studio.get("/issues/12/mail/light").body == "digest/issue.mjml:15: another fault"


def test_any_other_refusal_is_shown_in_its_own_words(studio):
    studio.desk.error = Refused("the key file keys.json is missing; bring it back from a backup")
    assert "keys.json is missing; bring it back" in studio.get("/issues/12").words


@pytest.mark.parametrize("path", ["/issues/13", "/issues/13/mail/light"])
def test_an_issue_that_is_not_there_is_a_404_that_says_so(studio, path):
    answer = studio.get(path)
    assert answer.status == 404
    assert "no issue 13" in answer.words


@pytest.mark.parametrize(
    "path", ["/issues/twelve", "/issues/-1", f"/issues/{10**30}", "/nothing", "/issues/12/mail/sepia"]
)
def test_an_address_that_means_nothing_never_reaches_the_desk(studio, path):
    studio.desk.seen.clear()
    assert studio.get(path).status == 404
    assert studio.desk.seen == []


@pytest.mark.parametrize(
    "path", ["/assets/../preview.html", "/assets/%2e%2e/preview.html", "/assets/../../../../pyproject.toml"]
)
def test_assets_end_at_their_folder(studio, path):
    assert studio.get(path).status == 404


@pytest.mark.parametrize(
    "hosts", [("127.0.0.1:{port}",), ("localhost:{port}",), ("LOCALHOST:{port}",), ("[::1]:{port}",)]
)
def test_this_machine_by_any_of_its_names_is_answered(studio, hosts):
    assert studio.get("/issues/12", hosts=hosts).status == 200


@pytest.mark.parametrize(
    "hosts",
    [
        ("evil.example:{port}",),
        ("127.0.0.1",),
        ("127.0.0.1:1",),
        ("localhost.evil.example:{port}",),
        ("127.0.0.1:{port}@evil.example",),
        ("evil.example", "127.0.0.1:{port}"),
        ("192.168.1.7:{port}",),
    ],
)
@pytest.mark.parametrize(
    "path", ["/issues/12", "/issues/12/mail/light", "/issues/12/changes", "/readers", "/assets/studio.css"]
)
def test_a_name_that_was_bent_to_this_machine_gets_nothing(studio, hosts, path):
    """DNS rebinding: the request comes to 127.0.0.1, but Host still says who asked."""
    studio.desk.seen.clear()
    answer = studio.get(path, hosts=hosts)
    assert answer.status in (400, 421)
    assert studio.desk.seen == []
    assert "Native Layer" not in answer.body


@pytest.mark.parametrize("path", ["/issues/12", "/issues/12/mail/whole", "/readers", "/assets/studio.js", "/nothing"])
def test_every_answer_forbids_caching_sniffing_and_reading_by_others(studio, path):
    headers = studio.get(path).headers
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert not [name for name in headers if name.startswith("access-control-")]


def test_the_mail_is_sandboxed_by_its_own_answer_and_by_its_frame(studio):
    policy = studio.get("/issues/12/mail/light").headers["content-security-policy"]
    directives = {part.split()[0]: part.split()[1:] for part in policy.split(";")}
    assert directives["sandbox"] == ["allow-popups", "allow-popups-to-escape-sandbox"]
    assert directives["style-src"] == ["'unsafe-inline'"]
    assert "script-src" not in directives
    frames = lxml_html.document_fromstring(studio.get("/issues/12").body).findall(".//iframe")
    assert len(frames) == 3
    assert {frame.get("sandbox") for frame in frames} == {"allow-popups allow-popups-to-escape-sandbox"}


def test_the_lines_around_a_fault_are_shown_escaped_with_the_faulty_one_marked(studio):
    studio.desk.error = RenderError("digest/issue.mjml", "unknown tag", 14, 3)
    studio.desk.lines = (TemplateLine(13, "<mj-section>", False), TemplateLine(14, "<mj-colum>", True))
    root = lxml_html.document_fromstring(studio.get("/issues/12").body)
    assert root.xpath("//span[@class='at-fault']")[0].text_content().strip() == "14 <mj-colum>"
    assert "13 <mj-section>" in root.xpath("//pre[@class='lines']")[0].text_content()


def test_it_is_shown_as_the_subscriber_who_was_chosen(studio):
    studio.desk.page = replace(PAGE, merged=(Merged("subscriber.name", "<Ada>", is_default=False),))
    answer = studio.get("/issues/12?reader=7")
    assert "subscriber.name<Ada>" in answer.words
    root = lxml_html.document_fromstring(answer.body)
    assert [one.text for one in root.xpath("//option[@selected]")] == ["Ada <Byron> <ada@example.org> · de"]
    assert {frame.get("data-src") for frame in root.iter("iframe")} == {"/issues/12/mail/light?images=on&reader=7&v=v1"}
    assert studio.get("/issues/12?reader=9").status == 404
    assert "There is no such subscriber" in studio.get("/issues/12?reader=9").words


@pytest.mark.parametrize("reader", ["-1", "x", "7 ", "٧", "9" * 40])
def test_a_reader_that_is_no_number_is_somebody_unknown(studio, reader):
    assert "Anybody" in studio.get(f"/issues/12?reader={quote(reader)}").words


def test_readers_are_found_by_words(studio):
    found = lxml_html.fragments_fromstring(studio.get("/readers?words=b%40").body)
    assert [(one.get("value"), one.text) for one in found] == [
        ("0", "Anybody (defaults)"),
        ("8", "b@example.org"),
    ]


def test_pictures_are_loaded_unless_they_are_off(studio):
    for query, pictures in (("", "https: http: data:"), ("?images=off", "'none'"), ("?images=x", "https: http: data:")):
        policy = studio.get(f"/issues/12/mail/light{query}").headers["content-security-policy"]
        assert f"img-src {pictures};" in policy


@pytest.mark.parametrize("look", ["light", "dark", "part", "whole"])
def test_every_look_of_the_mail_has_the_same_policy(studio, look):
    answer = studio.get(f"/issues/12/mail/{look}")
    assert "The mail" in answer.words
    assert answer.headers["content-security-policy"] == mail_policy(images=True)


def test_an_approximation_is_called_one(studio):
    assert "An approximation of clients" in studio.get("/issues/12?look=whole").words
    assert "pproximation" not in studio.get("/issues/12?look=dark").words


def messages(studio: Visitor, query: str) -> Iterator[str]:
    """The data of server-sent events, as they come."""
    connection = http.client.HTTPConnection("127.0.0.1", studio.port, timeout=10)
    connection.request("GET", f"/issues/12/changes{query}")
    answer = connection.getresponse()
    assert answer.getheader("content-type").startswith("text/event-stream")
    try:
        while line := answer.readline():
            if line.startswith(b"data: "):
                yield line[6:].decode().strip()
    finally:
        connection.close()


def test_an_open_page_hears_of_a_version_it_has_not_and_of_every_later_one(studio):
    heard = messages(studio, "?since=old")
    assert next(heard) == "v1"
    studio.desk.page = replace(PAGE, version="v2")
    for wake in studio.desk.wakers:
        wake()
    assert next(heard) == "v2"
    studio.desk.error = RenderError("digest/issue.mjml", "unknown tag", 14)
    for wake in studio.desk.wakers:
        wake()
    assert next(heard).startswith("fault-")
    heard.close()


def test_a_page_hears_of_its_own_reader(studio):
    heard = messages(studio, "?since=v1&reader=7")
    assert next(heard) == "v17"
    heard.close()


def test_a_server_that_is_asked_to_stop_does_not_wait_for_open_pages() -> None:
    desk = OneIssue()
    with running(Studio(desk)) as url:
        heard = messages(Visitor(desk, int(url.rpartition(":")[2])), "?since=old")
        assert next(heard) == "v1"
        asked = time.monotonic()
    assert time.monotonic() - asked < GRACE
    assert list(heard) == []
    assert desk.wakers == []


def test_nothing_can_be_posted(studio):
    assert studio.get("/issues/12", method="POST").status == 405


def test_no_page_asks_anything_of_another_host(studio):
    for path in ("/issues/12", "/assets/studio.css", "/assets/studio.js"):
        outside = re.findall(r"""(?:src|href|url|import|fetch)\W{0,3}(?:https?:)?//""", studio.get(path).body)
        assert outside == []
