"""newsletter.toml: every fault names the file, the key, what was found and what is expected."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from newsletter import config
from newsletter.errors import ConfigError

GOOD = """
[newsletter]
name = "The Digest"
from = "The Digest <digest@example.org>"
"""
LLM = "[summaries.llm]\nbase_url = 'http://127.0.0.1:11434/v1'\nmodel = 'm'\n"


def load(folder: Path, text: str) -> config.Settings:
    (folder / "newsletter.toml").write_text(text)
    return config.load(folder)


def test_defaults_fill_what_is_not_said(tmp_path: Path) -> None:
    settings = load(tmp_path, GOOD)
    assert settings.curate.window == timedelta(days=7)
    assert settings.database.url == "sqlite:///newsletter.db"


@pytest.mark.parametrize(
    ("text", "key", "found", "expected"),
    [
        ("[newsletter]\nname = 'x'\n", "newsletter.from", "nothing", "needed"),
        (GOOD + "nmae = 'y'\n", "newsletter.nmae", "unknown key", "name, from"),
        (GOOD + "[curate]\nwindow = '7 moons'\n", "curate.window", "7 moons", "7d"),
        (GOOD + "[curate]\nmax_articles = 'many'\n", "curate.max_articles", "'many'", "whole number"),
        (GOOD + "timezone = 'Mars/Olympus'\n", "newsletter.timezone", "Mars/Olympus", "Europe/Berlin"),
        (GOOD + "base_url = 'ftp://x'\n", "newsletter.base_url", "ftp://x", "https://"),
        (GOOD + "[[relay]]\nhost = 'h'\ntls = 'maybe'\n", "relay.0.tls", "maybe", "starttls"),
        (GOOD + "[[relay]]\nhost = 'h'\nport = 99999\n", "relay.0.port", "99999", "65535"),
        ('[newsletter]\nname = "a\\nb"\nfrom = "a@example.org"\n', "newsletter.name", "a", "one line"),
        (
            '[newsletter]\nname = "a"\nfrom = "not an address"\n',
            "newsletter.from",
            "not an address",
            "digest@example.org",
        ),
        (GOOD + "[summaries]\nengine = 'llm'\n", "summaries", "a table with engine", "[summaries.llm]"),
        (GOOD + LLM + "modle = 'x'\n", "summaries.llm.modle", "unknown key", "base_url, model"),
        (GOOD + LLM + "max_cost = 1\n", "summaries.llm", "", "price_in and price_out"),
        (GOOD + LLM.replace("127.0.0.1", "example.org") + "api_key = 'k3y'\n", "summaries.llm", "", "https://"),
        (GOOD + "[summaries]\nwords = 5\n", "summaries.words", "5", "10"),
        ("[newsleter]\n" + GOOD, "newsleter", "unknown key", "newsletter"),
        (GOOD + "[curate]\nwindow = 0\n", "curate.window", "0", "7d"),
        (GOOD + "[curate]\nhalf_life = true\n", "curate.half_life", "true", "7d"),
        (GOOD + "base_url = 'https://a b'\n", "newsletter.base_url", "https://a b", "without spaces"),
        (GOOD + "base_url = 'https://'\n", "newsletter.base_url", "https://", "https://"),
        (GOOD + "[theme.light]\naccent = 'red'\n", "theme.light.accent", "'red'", "#9a3324"),
        (GOOD + "[theme.dark]\nlink = '#fff'\n", "theme.dark.link", "unknown key", "paper, sheet, ink"),
        (GOOD + "[theme.sizes]\nwidth = 900\n", "theme.sizes.width", "900", "480 to 720"),
        (GOOD + "[theme.fonts]\ntext = 'A\"'\n", "theme.fonts.text", "A", "without quotes"),
        (GOOD + "[theme.logo]\nlight = '../logo.png'\n", "theme.logo.light", "../logo.png", "https://"),
        (GOOD + "[theme]\ncolour = 1\n", "theme.colour", "unknown key", "light, dark, fonts"),
        (GOOD + "[variants]\nby = 'language'\n", "variants.by", "'language'", 'a list of texts, such as ["language"]'),
        (GOOD + "[variants]\nby = 'region'\n", "variants.by", "'region'", 'a list of texts, such as ["language"]'),
        (GOOD + "[net]\nallow = 'h.example'\n", "net.allow", "'h.example'", 'a list of texts, such as ["h.example"]'),
        (GOOD + "[curate]\nblock = 5\n", "curate.block", "5", 'a list of texts, such as ["…"]'),
        (GOOD + "[curate.topics]\nsql = {articles = 3}\n", "curate.topics.sql.articles", "3", "numbers, such as [3]"),
        (GOOD + "[curate.topics]\nsql = {words = 'w'}\n", "curate.topics.sql.words", "'w'", 'texts, such as ["w"]'),
        ("relay = 5\n" + GOOD, "relay", "5", "a list of tables, such as [[relay]]"),
        (GOOD + "[editor]\nname = 'A'\n", "editor", "a table with name", "a list of tables, such as [[editor]]"),
        ("editor = ['A']\n" + GOOD, "editor.0", "'A'", "a table, such as [[editor]]"),
        (GOOD + "[theme]\nlight = '#fff'\n", "theme.light", "'#fff'", "a table, such as [theme.light]"),
        (GOOD + "[[relay]]\nhost = 'h'\ndomains = 5\n", "relay.0.domains", "5", "such as [relay.domains]"),
        (GOOD + "[preflight]\ntwo_person = true\n", "editor", "none", "two [[editor]] tables"),
        (GOOD + "[theme.light]\naccent = #0b6150\n", "line 6", "broken TOML", 'in quotes, as in accent = "…"'),
        (GOOD + "[curate]\nwindow = 7d\n", "line 6", "broken TOML", 'in quotes, as in window = "…"'),
        (GOOD + "[curate]\nlearn = True\n", "line 6", "broken TOML", "true, in small letters"),
        (GOOD + "[preflight.clients]\ngmial = 30\n", "preflight.clients", "gmial", "did you mean gmail?"),
        (GOOD + "[preflight.clients]\ngmail.andriod = 3\n", "preflight.clients", "gmail", "mean gmail.android?"),
        (GOOD + "[preflight.clients]\ngmail.windows = 3\n", "preflight.clients", "gmail", "one of desktop-webmail"),
        (GOOD + "[preflight.clients]\nlotus = 3\n", "preflight.clients", "lotus", "one of apple-mail, gmail"),
    ],
)
def test_a_wrong_value_is_named(tmp_path: Path, text: str, key: str, found: str, expected: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, text)
    assert caught.value.key == key
    assert "newsletter.toml" in str(caught.value)
    assert found in caught.value.found
    assert expected in caught.value.expected


def test_a_missing_file_says_what_makes_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="newsletter init"):
        config.load(tmp_path)


@pytest.mark.parametrize(("data", "said"), [(b"[newsletter\n", "line 1"), (b"name = '\xff'", "byte 8")])
def test_a_malformed_file_says_where(tmp_path: Path, data: bytes, said: str) -> None:
    (tmp_path / "newsletter.toml").write_bytes(data)
    with pytest.raises(ConfigError, match=said):
        config.load(tmp_path)


@pytest.mark.parametrize("value", ["[" * 5000, "1" * 5000], ids=["deep", "long"])
def test_toml_that_tires_the_parser_is_broken_toml(tmp_path: Path, value: str) -> None:
    (tmp_path / "newsletter.toml").write_text(f"x = {value}\n")
    with pytest.raises(ConfigError, match="broken TOML"):
        config.load(tmp_path)


def test_a_variable_for_a_whole_table_is_refused_and_says_what_one_may_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWSLETTER_DATABASE", "postgresql://elsewhere")
    with pytest.raises(ConfigError, match=r"environment.*NEWSLETTER_DATABASE__URL"):
        load(tmp_path, GOOD)


def test_a_wrong_variable_is_not_said_to_be_the_files_value(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSLETTER_CURATE__MAX_ARTICLES", "many")
    with pytest.raises(ConfigError, match=r"environment: curate\.max_articles") as caught:
        load(tmp_path, GOOD + "[curate]\nmax_articles = 8\n")
    assert "8" not in caught.value.found


def test_values_come_from_the_environment_and_from_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "address.txt").write_text("Street 1\n")
    monkeypatch.setenv("DIGEST_NAME", "From outside")
    text = GOOD.replace('"The Digest"', '"env:DIGEST_NAME"') + 'postal_address = "file:address.txt"\n'
    settings = load(tmp_path, text)
    assert settings.newsletter.name == "From outside"
    assert settings.newsletter.postal_address == "Street 1"


def test_a_variable_overrides_a_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSLETTER_DATABASE__URL", "sqlite:///other.db")
    assert load(tmp_path, GOOD).database.url == "sqlite:///other.db"


def test_an_unset_variable_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOWHERE", raising=False)
    with pytest.raises(ConfigError, match="NOWHERE to be set"):
        load(tmp_path, GOOD.replace('"The Digest"', '"env:NOWHERE"'))


def test_a_relay_password_is_read_when_used_and_never_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    relay = "[[relay]]\nhost = 'h'\nusername = 'u'\npassword = 'env:SECRET_PASSWORD'\n"
    settings = load(tmp_path, GOOD + relay)
    assert "SECRET_PASSWORD" not in repr(settings)
    monkeypatch.setenv("SECRET_PASSWORD", "hunter2")
    assert config.secret("env:SECRET_PASSWORD", tmp_path, "relay.password") == "hunter2"


def test_a_secret_is_not_part_of_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, GOOD + "[[relay]]\nhost = 'h'\npassword = 12345\n")
    assert "12345" not in str(caught.value)


@pytest.mark.parametrize("second", ["name = 'one'", "password = hunter2"], ids=["twice", "no text"])
def test_no_secret_of_a_relay_is_told_with_another_fault(tmp_path: Path, second: str) -> None:
    relays = f"[[relay]]\nname = 'one'\nhost = 'h'\npassword = 'hunter2'\n[[relay]]\nhost = 'i'\n{second}\n"
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, GOOD + relays)
    assert "hunter2" not in str(caught.value)


def test_the_models_key_is_read_when_it_is_used_and_never_shown(tmp_path: Path) -> None:
    settings = load(tmp_path, GOOD + LLM + "api_key = 'env:NO_SUCH_KEY'\n")
    assert settings.summaries.llm
    assert "NO_SUCH_KEY" not in repr(settings)
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, GOOD + LLM.replace("127.0.0.1", "example.org") + "api_key = 'k3y'\n")
    assert "k3y" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "kept"), [("Wiki.Example.org", "wiki.example.org"), ("*.intranet", "*.intranet"), ("[::1]", "::1"),
      ("münchen.de", "xn--mnchen-3ya.de")]
)  # fmt: skip
def test_hosts_are_allowed_in_one_form(name: str, kept: str) -> None:
    assert config.Net(allow=(name,)).allow == (kept,)


@pytest.mark.parametrize("name", ["https://wiki", "wiki/path", "a@b", "", "*"])
def test_what_is_no_host_is_not_allowed(name: str) -> None:
    with pytest.raises(ValueError, match="host"):
        config.Net(allow=(name,))


def test_a_topic_is_a_weight_or_a_table(tmp_path: Path) -> None:
    toml = '[curate.topics]\nrust = 2\ndata = {words = ["sql"], articles = [12], section = "Data", max = 3}\n'
    topics = load(tmp_path, GOOD + toml).curate.topics
    assert (topics["rust"].weight, topics["rust"].words) == (2.0, ())
    assert (topics["data"].weight, topics["data"].words, topics["data"].articles) == (1.0, ("sql",), (12,))
    assert (topics["data"].section, topics["data"].max) == ("Data", 3)


@pytest.mark.parametrize(
    ("toml", "key", "found", "expected"),
    [
        ("[curate.topics]\nrust = 0\n", "curate.topics.rust.weight", "0", "greater than 0"),
        ("[curate.topics]\nrust = true\n", "curate.topics.rust", "true", "a weight such as 1.0, or a table"),
        ("[curate.topics]\nrust = '1'\n", "curate.topics.rust", "'1'", "a weight such as 1.0, or a table"),
        (
            "[curate.topics.rust]\nwordz = ['a']\n",
            "curate.topics.rust.wordz",
            "unknown key",
            "words, articles, section",
        ),
        ("[curate.topics]\nrust = {max = 0}\n", "curate.topics.rust.max", "0", "greater than or equal to 1"),
        ("[curate]\nlanguages = ['english']\n", "curate.languages.0", "'english'", "such as en or de"),
        ("[curate]\nmax_words = 20\n", "curate", "max_words", "at least min_words"),
    ],
)
def test_faults_in_interests_are_named(tmp_path: Path, toml: str, key: str, found: str, expected: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, GOOD + toml)
    for part in (key, found, expected):
        assert part in str(caught.value)


@pytest.mark.parametrize(
    ("toml", "key", "found", "expected"),
    [
        ("[theme.sizes]\nwidth = '600'\n", "theme.sizes.width", "'600'", "a whole number without quotes"),
        ("[net]\ndelay = '0.5'\n", "net.delay", "'0.5'", "a number without quotes"),
        ("[net]\ndelay = true\n", "net.delay", "true", "a number without quotes"),
        ("[archive]\npublic = 'yes'\n", "archive.public", "'yes'", "true or false, without quotes"),
        ("[archive]\npublic = 1\n", "archive.public", "1", "true or false, without quotes"),
        ("[[relay]]\nhost = 'a'\nport = '25'\n", "relay.0.port", "'25'", "a whole number without quotes"),
        (
            "[[relay]]\nhost = 'a'\n[relay.domains]\n'gmail.com' = '20'\n",
            "relay.0.domains.gmail.com",
            "'20'",
            "a number without quotes",
        ),
        ("[curate.topics]\nrust = {weight = '2'}\n", "curate.topics.rust.weight", "'2'", "a number without quotes"),
        ("[preflight.clients]\ngmail = '30'\n", "preflight.clients", "", "a share, such as 30"),
    ],
)
def test_a_number_in_quotes_is_a_fault(tmp_path: Path, toml: str, key: str, found: str, expected: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, GOOD + toml)
    for part in (str(tmp_path / "newsletter.toml"), f"{key}: found {found}", expected):
        assert part in str(caught.value)


def test_the_environment_and_references_give_numbers_as_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSLETTER_THEME__SIZES__WIDTH", "640")
    monkeypatch.setenv("MAXIMUM", "12")
    settings = load(tmp_path, GOOD + "[curate]\nmax_articles = 'env:MAXIMUM'\nlearn_weight = 2\nmin_words = 30.0\n")
    assert (settings.theme.sizes.width, settings.curate.max_articles, settings.curate.learn_weight) == (640, 12, 2.0)


@pytest.mark.parametrize(
    ("tag", "instead"), [("tlh", ""), ("German", " (here de)"), ("de_DE", " (here de-DE)"), ("e", ""), ("en GB", "")]
)
def test_a_language_that_there_is_not_names_the_key_and_what_would_do(tmp_path: Path, tag: str, instead: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, GOOD + f"language = '{tag}'\n")
    assert str(caught.value) == (
        f"{tmp_path / 'newsletter.toml'}: newsletter.language: found '{tag}', "
        f"expected the tag of a known language, such as en, de, pt-BR or zh-TW{instead}"
    )


@pytest.mark.parametrize("tag", ["en", "de", "pt-BR", "zh-Hant-TW", "sr-Latn", "en-ZZZZ"])
def test_a_language_is_kept_as_it_is_written(tmp_path: Path, tag: str) -> None:
    assert load(tmp_path, GOOD + f"language = '{tag}'\n").newsletter.language == tag
