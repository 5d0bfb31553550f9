"""TOML files: the line of every key, in every layout; and of what is no TOML."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateways.toml_files import TomlDocument
from rules.errors import FileMistake, Place

LAYOUTS = '''\
# a comment with name = "no"
name = "x"                    # line 2
a.b = 1
"quoted key" = [
  1,                          # line 5
  """two
lines""",
  [2,
   3],                        # line 9
]
inline = { c = 1, "d.e" = 2 } # line 11
text = """
name = 'no'
[stage]
"""

[table]                       # line 17
key = 1
[table.inner.most]            # line 19
key = 2

[[stage]]                     # line 22
window = [1, 2]
[[stage]]                     # line 24
[stage.sub]
x = 1
[[stage]]                     # line 27
window = [
  3,
  4 ]
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("name",), 2),
        (("a",), 3),
        (("a", "b"), 3),
        (("quoted key",), 4),
        (("quoted key", 0), 5),
        (("quoted key", 1), 6),
        (("quoted key", 2), 8),
        (("quoted key", 2, 1), 9),
        (("inline", "d.e"), 11),
        (("text",), 12),
        (("table",), 17),
        (("table", "key"), 18),
        (("table", "inner"), 19),
        (("table", "inner", "most", "key"), 20),
        (("stage",), 22),
        (("stage", 0, "window"), 23),
        (("stage", 1), 24),
        (("stage", 1, "sub", "x"), 26),
        (("stage", 2, "window"), 28),
        (("stage", 2, "window", 1), 30),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_key_in_any_layout_stands_on_its_line(
    path: tuple[str | int, ...], line: int, end: str
) -> None:
    document = TomlDocument.from_text(LAYOUTS.replace("\n", end), "x.toml")
    assert document.place(*path) == Place("x.toml", line)


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("nothing",), 1),
        ((), 1),
        (("table", "nothing"), 17),
        (("stage", 1, "window"), 24),
        (("stage", 1, "window", 0), 24),
        (("stage", 9), 22),
        (("name", 0), 2),
        (("name", "inner"), 2),
        (("quoted key", "0"), 4),
    ],
)
def test_missing_key_stands_where_it_is_missing_from(
    path: tuple[str | int, ...], line: int
) -> None:
    assert TomlDocument.from_text(LAYOUTS, "x.toml").place(*path).line == line


names = st.sampled_from(["a", "b", "c d", "ü", "x.y", '"', "1"])
values = st.sampled_from(
    ["1", "'#'", '"""\nx = 1\n[a]\n"""', "[\n 1, # ]\n 2\n]", "{ k = [1] }", "'''\n'''", "true"]
)
spaces = st.sampled_from(["", "\n", "# [table]\n", "  # x = 1\n\n"])
headers = st.sampled_from(["", "[table]\n", "[[many]]\n", "[other.table]\n"])


def quoted(name: str) -> str:
    return '"' + name.replace('"', '\\"') + '"'


@settings(deadline=None, max_examples=150)
@given(
    header=headers,
    body=st.dictionaries(names, st.tuples(values, spaces), min_size=1, max_size=7),
    before=spaces,
)
def test_every_key_stands_where_it_was_written(
    header: str, body: dict[str, tuple[str, str]], before: str
) -> None:
    text, lines = before + header, {}
    for name, (value, space) in body.items():
        lines[name] = text.count("\n") + 1
        text += f"{quoted(name)} = {value}\n{space}"
    within: dict[str, tuple[str | int, ...]] = {
        "": (),
        "[table]\n": ("table",),
        "[[many]]\n": ("many", 0),
        "[other.table]\n": ("other", "table"),
    }
    document = TomlDocument.from_text(text, "x.toml")
    assert {name: document.place(*within[header], name).line for name in body} == lines


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("a = 1\nb = \n", 2, "5"),
        ("a = 1\na = 2\n", 2, "6"),
        ("a = 1\n[t\n", 2, "3"),
        ("a = 1\nb = '''\nc = 2\nd = 3\n", 2, None),
        ("a = 1\n\nb = '''x", 3, None),
        ("'''", 1, "3"),
        ("a = 1\nb = " + "9" * 5000 + "\nc = 1\n", 2, None),
        ("a = 1\nb = 2\nc = " + "[" * 3000 + "]" * 3000, 3, None),
        ("a = 1\nb = 2026-02-30\n", 2, "5"),
    ],
)
def test_text_that_is_no_toml_names_the_line(text: str, line: int, column: str | None) -> None:
    with pytest.raises(FileMistake) as caught:
        TomlDocument.from_text(text, "x.toml")
    assert caught.value.place == Place("x.toml", line, column)


@given(st.text(max_size=60) | st.text("[]=\"'\n\\ab1.#{},", max_size=40))
def test_any_text_is_read_or_refused_in_one_line(text: str) -> None:
    mistake = None
    try:
        document = TomlDocument.from_text(text, "x.toml")
    except FileMistake as error:
        mistake = error
    if mistake is None:
        assert document.data == tomllib.loads(text)
        assert all(document.place(key).line for key in document.data)
    else:
        assert "\n" not in str(mistake)
        assert mistake.place.line


# Files


def test_file_is_read_with_its_path_as_name(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_bytes('\ufeffname = "ü"\r\n'.encode())
    document = TomlDocument.from_path(path)
    assert document.data == {"name": "ü"}
    assert document.place("name") == Place(str(path), 1)
    assert TomlDocument.from_text(document.text, document.name).data == document.data


def test_latin_1_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_bytes(b'a = 1\r\nname = "M\xfcller"\r\n')
    with pytest.raises(FileMistake, match="byte 0xFC is not UTF-8") as caught:
        TomlDocument.from_path(path)
    assert caught.value.place == Place(str(path), 2)


def test_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileMistake, match=r"x\.toml: cannot be read: No such file or directory"):
        TomlDocument.from_path(tmp_path / "x.toml")


def test_directory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileMistake, match="is a directory, expected a file"):
        TomlDocument.from_path(tmp_path)


def test_file_of_megabytes_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_bytes(b"#" * 1_000_001)
    with pytest.raises(FileMistake, match="has 1000001 bytes"):
        TomlDocument.from_path(path)
