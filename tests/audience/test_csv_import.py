"""A subscriber file comes in whole, or each line that does not says which it is and why."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter import addresses
from newsletter.audience import CsvReading, read_csv, rows
from newsletter.audience.csv_import import MAX_CELL, MAX_NAME
from newsletter.errors import ImportFileError
from newsletter.models import RejectedLine, Subscriber
from newsletter.resources import folder

#: Cells as a spreadsheet may hold them: any text, with line breaks and quotation marks.
CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\r\x00") | st.sampled_from('\n",;'), max_size=12)


def read(text: str) -> CsvReading:
    return read_csv(text.encode(), "people.csv")


def test_the_example_list_comes_in_whole() -> None:
    reading = read_csv((folder("subscribers") / "weekly.csv").read_bytes(), "weekly.csv")
    assert not reading.rejected
    assert not reading.notes
    assert reading.subscribers[0] == Subscriber(
        "ada@example.org", "Ada Lovelace", "en", "Europe/London", {"city": "London"}
    )


@pytest.mark.parametrize(
    "text",
    [
        "email,name,city\nada@example.org,Ada,London\n",
        "E-mail;Full Name;City\r\nada@example.org;Ada;London\r\n",
        "Email Address\tName\tCity\nada@example.org\tAda\tLondon",
        "sep=;\nemail;name;city\nada@example.org;Ada;London\n",
        "\n\nEMAIL,NAME,CITY,,\nada@example.org,Ada,London,,\n\n\n",
        '"email","name","city"\n"ada@example.org","Ada","London"\n',
        "email,name,city\rada@example.org,Ada,London\r",
        "city,name,email\nLondon,Ada,ada@example.org\n",
        "email,first name,Last-Name,city\nada@example.org,,Ada,London\n",
        "email,city\nAda <ada@example.org>,London\n",
    ],
)
def test_every_usual_shape_of_a_file_gives_the_same_subscriber(text: str) -> None:
    assert read(text) == CsvReading((Subscriber("ada@example.org", "Ada", fields={"city": "London"}),), (), ())


def test_language_time_zone_and_tags_are_brought_into_form() -> None:
    (person,) = read("email,lang,tz,tags\nada@example.org,pt_br,europe/lisbon,founder; rust|founder\n").subscribers
    assert (person.language, person.timezone, person.tags) == ("pt-BR", "Europe/Lisbon", ("founder", "rust"))


def test_a_language_or_time_zone_that_is_none_is_left_out_and_noted_with_its_line() -> None:
    reading = read("email,lang,tz\na@example.org,English please,\nb@example.org,en,CET+1\nc@example.org,?,\n")
    assert [person.language for person in reading.subscribers] == [None, "en", None]
    assert [person.timezone for person in reading.subscribers] == [None, None, None]
    assert [note[:6] for note in reading.notes] == ["line 2", "line 3"]
    assert reading.notes[0].endswith("(and 1 more)")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("not-an-address,Ada", "no @"),
        (",Ada", "empty"),
        ("a@example.org; b@example.org,Ada", "more than one address"),
        ("ada@example.org,Lovelace, Ada", "it has 3 cells and the header 2"),
        ("a\x00da@example.org,Ada", "control character"),
        ("ada@example.org," + "x" * (MAX_NAME + 1), "201 characters, and 200 is the most"),
        ('ada@example.org,"Ada "the" Countess"', "write it twice"),
        ("ada@example.org," + "x" * 200_000, "longer than 128 KiB"),
        ("Ada <ada@>,", "after the @"),
    ],
)
def test_a_bad_line_is_refused_with_its_number_and_reason_and_the_rest_goes_on(line: str, reason: str) -> None:
    reading = read(f"email,name\nfirst@example.org,First\n{line}\nlast@example.org,Last\n")
    assert [person.email for person in reading.subscribers] == ["first@example.org", "last@example.org"]
    assert [rejected.line for rejected in reading.rejected] == [3]
    assert reason in reading.rejected[0].reason
    assert len(reading.rejected[0].value) <= 120


def test_lines_count_right_after_cells_with_line_breaks_in_them() -> None:
    reading = read('email,note\na@example.org,"one\ntwo\r\nthree"\n\nbad\n')
    assert reading.subscribers[0].fields == {"note": "one two three"}
    assert reading.rejected[0].line == 6


def test_the_same_address_again_is_refused_and_named_by_its_first_line() -> None:
    reading = read("email\nAda@Example.org\nbob@example.org\nada@example.ORG\nada@example.org\n")
    assert [(rejected.line, rejected.reason) for rejected in reading.rejected] == [
        (4, "same address as line 2"),
        (5, "same address as line 2"),
    ]


def test_a_refused_line_does_not_stand_in_the_way_of_a_good_one_with_the_same_address() -> None:
    reading = read(f"email,name\nada@example.org,{'x' * 300}\nada@example.org,Ada\n")
    assert [person.name for person in reading.subscribers] == ["Ada"]


@pytest.mark.parametrize("end", ["", '\nc@example.org,C\n"'])
def test_a_quotation_mark_that_is_never_closed_costs_its_line_and_no_more(end: str) -> None:
    people = "".join(f"p{number}@example.org,P\n" for number in range(50))
    reading = read(f'email,name\na@example.org,"A\n{people}{end}')
    assert len(reading.subscribers) >= 50
    assert reading.rejected[0] == RejectedLine(2, 'a@example.org,"A', "a quotation mark is opened here and not closed")


def test_no_line_break_control_or_hidden_character_reaches_a_name_or_field() -> None:
    (person,) = read(
        'email,name,city\nada@example.org,"Ada\r\nBcc: all@example.org\x07\x00\u202e","Lon\u200bdon\n"\n'
    ).subscribers
    assert person.name == "Ada Bcc: all@example.org"
    assert person.fields == {"city": "London"}


def test_blank_cells_are_no_fields_and_missing_ones_no_fault() -> None:
    assert read("email,name,city\nada@example.org\nbob@example.org, , \n").subscribers == (
        Subscriber("ada@example.org"),
        Subscriber("bob@example.org"),
    )


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("mail server,name\n", 1, "no column is called email; found “mail server”, “name”, expected"),
        ("ada@example.org,Ada\n", 1, "the first line is a subscriber"),
        ("\nname\nAda\n", 2, "no column is called email"),
        ("email,E-Mail\n", 1, "two columns mean email: “email” and “E-Mail”"),
        ("email,Town,town\n", 1, "two columns mean town"),
        ("\n" * 40, 0, "is empty"),
        ("", 0, "is empty"),
        ("x" * 100_000, 1, "is no line of column names"),
    ],
)
def test_an_unusable_header_says_what_was_found_and_what_is_expected(text: str, line: int, reason: str) -> None:
    with pytest.raises(ImportFileError, match=r"^people") as caught:
        rows(text.encode(), "people.csv")
    assert caught.value.line == line
    assert reason in str(caught.value)


def test_letters_lost_in_a_wrong_encoding_cost_a_name_but_not_the_subscriber() -> None:
    reading = read_csv("email,name\nana@example.org,Ana Núñez\n".encode() + b"jose@example.org,Jos\xe9\n", "x.csv")
    assert [(person.email, person.name) for person in reading.subscribers] == [
        ("ana@example.org", "Ana Núñez"),
        ("jose@example.org", None),
    ]
    assert any("line 3" in note for note in reading.notes)


def test_a_broken_byte_in_an_address_refuses_the_line() -> None:
    reading = read_csv("email,name\nüé@example.org,Ü\n".encode() + b"jos\xe9@example.org,J\n", "x.csv")
    assert [rejected.line for rejected in reading.rejected] == [3]


@settings(max_examples=300)
@given(st.binary(max_size=400) | st.binary(max_size=300).map(lambda tail: b"email,name\na@example.org,A\n" + tail))
def test_any_bytes_give_rows_or_an_import_file_error(data: bytes) -> None:
    try:
        found = list(rows(data, "x.csv"))
    except ImportFileError:
        return
    for row in found:
        if isinstance(row, Subscriber):
            assert addresses.parse(row.email).email == row.email
            texts = [row.name or "", *row.fields.values(), *row.tags]
            assert all(len(text) <= MAX_CELL and not set(text) & set("\r\n\x00") for text in texts)


@settings(max_examples=100)
@given(st.lists(st.tuples(CELLS, CELLS), max_size=12))
def test_what_a_spreadsheet_wrote_is_numbered_as_a_text_editor_does(table: list[tuple[str, str]]) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["email", "note"])
    expected = []
    for first, second in table:
        expected.append(text.getvalue().count("\n") + 1)
        writer.writerow([f"<{first}", second])
    found = list(rows(text.getvalue().encode(), "x.csv"))
    assert all(isinstance(row, RejectedLine) for row in found)
    assert [row.line for row in found if isinstance(row, RejectedLine)] == expected
