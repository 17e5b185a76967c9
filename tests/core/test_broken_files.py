"""Files that cannot be read, or not as what they should be: each is told in one line with its place."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path

import pytest

from nasty import REFUSED
from support import BookFolder
from survey.catalogue import BENCHMARKS, BIB, PAPERS, RESULTS, TAXONOMY
from survey.check import check
from survey.manuscript import SETTINGS

CHAPTER, DIAGRAM = "docs/reward.md", "docs/diagrams/loop.svg"
YAML = (PAPERS, BENCHMARKS, RESULTS, TAXONOMY, SETTINGS)
FILES = (BIB, CHAPTER, DIAGRAM, *YAML)
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><title>T</title><desc>D</desc>{}</svg>'


def told(book: BookFolder, path: str) -> list[str]:
    """What the checks say of a file; every line of theirs names a file and a line."""
    begun = time.process_time()
    found, problems = check(book.root)
    assert time.process_time() - begun < 10
    lines = [str(problem) for problem in problems]
    assert all(re.fullmatch(r"[^\s:]+:\d+: \S[^\n]*", line) for line in lines), lines
    assert (found is None) == bool(lines)
    return [line.removeprefix(f"{path}:") for line in lines if line.startswith(f"{path}:")]


def replaced(file: Path) -> Path:
    file.unlink()
    return file


BROKEN_FILES = {
    "a folder": (lambda file: replaced(file).mkdir(), "is not a file"),
    "a pipe": (lambda file: os.mkfifo(replaced(file)), "is not a file"),
    "a link to nowhere": (
        lambda file: replaced(file).symlink_to("nowhere"),
        "cannot be read: No such file or directory",
    ),
    "a link to itself": (
        lambda file: replaced(file).symlink_to(file.name),
        "cannot be read: Too many levels of symbolic links",
    ),
    "too large": (lambda file: os.truncate(file, 50_000_000), "is larger than 32 MB"),
    "UTF-16": (lambda file: file.write_bytes(file.read_text("utf-8").encode("utf-16")), "is not UTF-8 text"),
    "UTF-16 without a mark": (lambda file: file.write_bytes(file.read_text().encode("utf-16-le")), "is not UTF-8 text"),
    "Latin-1": (lambda file: file.write_bytes(b"\xe9" + file.read_bytes()), "is not UTF-8 text"),
    "cut within a letter": (lambda file: file.write_bytes("é".encode()[:1]), "is not UTF-8 text"),
    "zeros": (lambda file: file.write_bytes(b"\0" * 100), "is not UTF-8 text"),
}


@pytest.mark.parametrize("path", FILES)
@pytest.mark.parametrize("how", BROKEN_FILES)
def test_what_is_no_text_file(book: BookFolder, path: str, how: str) -> None:
    breaks, says = BROKEN_FILES[how]
    breaks(book.root / path)
    assert f"1: {says}" in told(book, path)


def test_a_file_that_may_not_be_read(book: BookFolder) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    (book.root / PAPERS).chmod(0)
    assert told(book, PAPERS) == ["1: cannot be read: Permission denied"]


@pytest.mark.parametrize("path", FILES)
def test_an_empty_file_is_no_crash(book: BookFolder, path: str) -> None:
    book.write(path, "")
    told(book, path)


@pytest.mark.parametrize("name", REFUSED)
def test_what_nobody_sees_is_told_with_its_line_in_every_file(book: BookFolder, name: str) -> None:
    text = REFUSED[name]
    for path in FILES:
        book.write(path, book.read(path) + f"# {text}\n")
    lines = [str(problem) for problem in check(book.root)[1]]
    for path in FILES:
        last = book.read(path).rstrip("\n").count("\n") + 1
        here = [line for line in lines if line.startswith(f"{path}:")]
        if "\0" in text:
            assert f"{path}:{last}: is not UTF-8 text" in here
        else:
            code = f"U+{ord(text[1]):04X}"
            assert any(
                line.startswith(f"{path}:") and f"holds the invisible character {code} " in line for line in here
            ), path


@pytest.mark.parametrize("name", [name for name, text in REFUSED.items() if ord(text[1]) < 0x10000])
def test_an_escape_of_yaml_hides_nothing(book: BookFolder, name: str) -> None:
    code = f"{ord(REFUSED[name][1]):04X}"
    book.change(PAPERS, "summary: Looks again before it answers.", f'summary: "Looks \\u{code}again"')
    line = book.read(PAPERS).split("Looks")[0].count("\n") + 1
    assert any(f"U+{code} " in message and message.startswith(f"{line}: ") for message in told(book, PAPERS))


BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{name}: &{name} [{','.join([f'*{before}'] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
BROKEN_YAML = {
    "a bomb of aliases": (BOMB, "2: anchors and aliases are not used"),
    "an alias of itself": ("a: &a [*a]\n", "1: anchors and aliases are not used"),
    "a merge without an alias": ("a: {<<: {b: 1}, c: 2}\n", "1: the key '<<' is no text"),
    "a key that is a sign of YAML": ("a:\n  =: 1\n", "2: the key '=' is no text"),
    "a merge": ("a: &x {b: 1}\nc: {<<: *x}\n", "2: the key '<<' is no text"),
    "a tag of Python": (
        "a: !!python/object/apply:os.system [x]\n",
        "1: broken YAML: could not determine a constructor",
    ),
    "a tag of its own": ("a: !foo x\n", "1: broken YAML: could not determine a constructor"),
    "nested deep": ("a: " + "[" * 10_000 + "]" * 10_000, "1: broken YAML: exceeded maximum nesting depth"),
    "nested less deep": ("\na: " + "[" * 900 + "]" * 900, "2: broken YAML: nested too deeply"),
    "nested in one line": ("a:\n  " + "- " * 10_000 + "x", "2: broken YAML: exceeded maximum nesting depth"),
    "mappings nested deep": (
        "a: " + "{a: " * 10_000 + "1" + "}" * 10_000,
        "1: broken YAML: exceeded maximum nesting depth",
    ),
    "several documents": ("a: 1\n---\nb: 2\n", "2: broken YAML: but found another document"),
    "a list": ("- a\n", "1: must be a mapping"),
    "a text": ("a\n", "1: must be a mapping"),
    "a tab": ("a:\n\tb: 1\n", "2: broken YAML: found character that cannot start any token"),
    "a duplicate": ("a: 1\nb: 2\na: 3\n", "3: duplicate key 'a'"),
    "a key that is no text": ("x: 1\nno: 2\n", "2: the key 'no' is no text; put it in quotes"),
    "a key that is a date": ("2025-01-01: 2\n", "1: the key '2025-01-01' is no text"),
    "a key that is a list": ("? [a, b]\n: 1\n", "1: the key '?' is no text"),
    "no day": ("x: 1\na: 2025-13-45\n", "2: broken YAML: month must be in 1..12"),
    "a long integer": ("x: 1\na: " + "9" * 5000, "2: broken YAML: Exceeds the limit"),
    "no truth": ("x: 1\na: !!bool x\n", "2: broken YAML: no bool"),
    "no bytes": ("a: !!binary x\n", "1: broken YAML: failed to decode base64"),
    "half a character": ('a: "\\ud800"\n', "1: broken YAML: found invalid Unicode character escape code"),
    "another version": ("%YAML 9.9\n---\na: 1\n", "1: broken YAML: found incompatible YAML document"),
    "an open quote": ('a: "x\n\n', "3: broken YAML: found unexpected end of stream"),
}


@pytest.mark.parametrize("how", BROKEN_YAML)
def test_yaml_that_is_no_data(book: BookFolder, how: str) -> None:
    text, says = BROKEN_YAML[how]
    for path in YAML:
        book.write(path, text)
    book.write(CHAPTER, f"---\n{text}\n---\n\n# Reward\n")
    for path in YAML:
        if path != SETTINGS or "!foo" not in text and "python" not in text:  # MkDocs has tags of its own
            assert any(message.startswith(says) for message in told(book, path)), path
    number, _, message = says.partition(":")
    if "documents" not in how and "version" not in how:  # there the front matter ends
        assert any(said.startswith(f"{int(number) + 1}:{message}") for said in told(book, CHAPTER))


@pytest.mark.parametrize(
    "value",
    [
        "no",
        "2025-01-01",
        "1.0e+400",
        ".nan",
        "9" * 400,
        "0x" + "f" * 5000,
        "[a]",
        "{a: b}",
        "!!set {x}",
        "~",
        "''",
        "1:2",
    ],
)
def test_what_is_no_text_where_text_is_wanted(book: BookFolder, value: str) -> None:
    book.change(PAPERS, "summary: Looks again before it answers.", f"summary: {value}")
    book.change(BENCHMARKS, "task: Answer a question with an umlaut.", f"task: {value}")
    book.change(RESULTS, "where: Section 4, Table 2", f"where: {value}")
    book.change(TAXONOMY, "definition: When learning happens.", f"definition: {value}")
    book.change(CHAPTER, "title: Reward", f"title: {value}")
    for path in (PAPERS, BENCHMARKS, RESULTS, TAXONOMY, CHAPTER):
        assert told(book, path) or value == "1:2", path


@pytest.mark.parametrize("slug", ["../x", "a b", 'a"b', "index", "nul", "__proto__", "é", "a/b", "k" * 200])
def test_an_id_that_no_page_can_be_called(book: BookFolder, slug: str) -> None:
    for path, old in ((BENCHMARKS, "quiz:\n"), (TAXONOMY, "  reward:\n    label")):
        book.change(path, old, old.replace("quiz", f"'{slug}'").replace("reward", f"'{slug}'"))
        assert any("names a page" in message for message in told(book, path))
    if slug not in ("index", "nul"):  # terms have anchors only
        book.change(TAXONOMY, "  rollout:", f"  '{slug}':")
        assert any("is an id; use letters" in message for message in told(book, TAXONOMY))


@pytest.mark.parametrize("value", ["1e999", "-1e99999", "9" * 50, "0x1", "1_0", "٣", "nan", "inf", "1e", "--1", "1 2"])
def test_a_value_that_is_no_number_of_a_table(book: BookFolder, value: str) -> None:
    book.change(RESULTS, 'value: "2.5"', f'value: "{value}"')
    assert told(book, RESULTS)


def entry(title: str = "T", author: str = "Ada, Anna", year: str = "2025", key: str = "zed", extra: str = "") -> str:
    return (
        f"@misc{{{key},\n  title = {{{title}}},\n  author = {{{author}}},\n  year = {{{year}}},\n"
        f"  url = {{https://example.org/z}}{extra}\n}}\n"
    )


STRINGS = '@string{a0 = "lol"}\n' + "".join(
    f"@string{{a{number + 1} = {' # '.join([f'a{number}'] * 10)}}}\n" for number in range(9)
)
BROKEN_BIBTEX = {
    "an open brace": ("@misc{zed,\n title = {x", "2: broken BibTeX in 'zed': premature end of file"),
    "braces nested deep": (
        entry("{" * 10_000 + "x" + "}" * 10_000),
        "2: broken BibTeX in 'zed': too many nested braces",
    ),
    "a bomb of strings": (
        STRINGS + entry(extra=",\n note = a9"),
        "1: broken BibTeX in '': @string 'a3' is longer than 300",
    ),
    "a string of itself": ("@string{a = a}\n" + entry(), "1: broken BibTeX in '': undefined string"),
    "a field given twice": (
        entry(extra=",\n title = {Other}"),
        "1: broken BibTeX in 'zed': entry with key zed has a duplicate",
    ),
    "keys that differ in case": (entry(key="Zed") + entry(key="zed"), "7: duplicate key 'zed', first used in line 1"),
    "a key that is a path": (entry(key="../../x"), "1: '../../x': '../../x' names a page; use letters"),
    "a key with a quote": (entry(key='a"><b>'), "1: 'a\"><b>': 'a\"><b>' names a page"),
    "a key of a device": (entry(key="con"), "1: 'con': 'con' names a page, but no page can be called so"),
    "a key of the list": (entry(key="index"), "1: 'index': 'index' names a page, but no page can be called so"),
    "a key of JavaScript": (entry(key="__proto__"), "1: '__proto__': '__proto__' names a page; use letters"),
    "a key in another script": (entry(key="ключ"), "1: 'ключ': 'ключ' names a page; use letters"),
    "a long key": (entry(key="k" * 10_000), "1: '" + "k" * 50),
    "no key": (entry(key=""), "1: broken BibTeX in '': entry key expected"),
    "a year that is none": (entry(year="²⁰²⁵"), "4: 'zed': '²⁰²⁵' is not a year"),
    "a year of five digits": (entry(year="20255"), "4: 'zed': '20255' is not a year"),
    "an author without a name": (entry(author=","), "3: 'zed': has an author without a name"),
    "too many commas": (entry(author="a,b,c,d,e"), "1: broken BibTeX in '': Too many commas"),
    "a command": (entry(r"\input{/etc/passwd}"), r"2: 'zed': '\input' in 'title' is no letter"),
    "a link in LaTeX": (entry(r"\href{javascript:x}{y}"), r"2: 'zed': '\href' in 'title' is no letter"),
    "a picture in LaTeX": (
        entry(author=r"{\includegraphics{https://x.org/y}}"),
        r"3: 'zed': '\includegraphics' in 'author'",
    ),
    "an address that runs": (
        entry().replace("https://example.org/z", "javascript:alert(1)"),
        "5: 'zed': malformed URL",
    ),
    "a day that is none": (entry(extra=",\n origdate = {2025-02-30}"), "6: 'zed': origdate '2025-02-30' is not a day"),
}


@pytest.mark.parametrize("how", BROKEN_BIBTEX)
def test_bibtex_that_is_no_bibliography(book: BookFolder, how: str) -> None:
    text, says = BROKEN_BIBTEX[how]
    book.write(BIB, text)
    assert any(message.startswith(says) for message in told(book, BIB)), told(book, BIB)


@pytest.mark.parametrize(
    "text",
    [
        entry(extra=",\n crossref = {zed}"),
        entry(extra=",\n crossref = {ada}") + entry(key="ada", extra=",\n crossref = {zed}"),
        entry(author=" and ".join(f"A{number}, B" for number in range(10_000))),
        entry(author="and and and"),
        "@comment{" + entry() + "}\n% @misc{x,\n",
        "@misc{" * 5000,
        "\n@misc{a," * 20_000,
        "{" * 20_000,
        entry("$" * 5000),
        entry("\\" * 5000),
        entry(" " * 200_000),
        entry("{\\" * 50 + "}" * 50),
    ],
    ids=range(12),
)
def test_odd_bibtex_takes_no_long_time(book: BookFolder, text: str) -> None:
    book.write(BIB, text)
    told(book, BIB)


BROKEN_DRAWINGS = {
    "a bomb": (
        '<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;">]>' + SVG.format("<text>&c;</text>"),
        "<!DOCTYPE: a drawing declares",
    ),
    "a file": (
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + SVG.format("<text>&a;</text>"),
        "<!DOCTYPE: a drawing",
    ),
    "what only HTML sees": (
        '<!DOCTYPE x [<!ENTITY a "><img src=x onerror=alert(1)>">]>' + SVG.format(""),
        "<!DOCTYPE: a drawing",
    ),
    "an unknown entity": (SVG.format("<text>&nbsp;</text>"), "broken SVG: undefined entity"),
    "a script": (SVG.format("<script>alert(1)</script>"), "<script> does not print"),
    "a handler": (SVG.format('<rect onclick="alert(1)"/>'), "the attribute 'onclick' is not for drawings"),
    "a link": (SVG.format('<a href="javascript:alert(1)"><text>x</text></a>'), "<a> does not print"),
    "an old link": (
        SVG.format('<g xmlns:x="http://www.w3.org/1999/xlink" x:href="javascript:alert(1)"/>'),
        "may not lead out",
    ),
    "a style": (SVG.format('<style>@import "https://example.org/x.css"</style>'), "<style> does not print"),
    "a style of one": (
        SVG.format("<rect style=\"fill: image-set('https://example.org')\"/>"),
        "the attribute 'style' is not for",
    ),
    "a picture": (SVG.format('<image href="https://example.org/x.png"/>'), "<image> does not print"),
    "HTML": (
        SVG.format('<foreignObject><p xmlns="http://www.w3.org/1999/xhtml">x</p></foreignObject>'),
        "<foreignObject> does not",
    ),
    "a server of paint": (
        SVG.format('<rect fill="url(https://example.org/x#y)"/>'),
        "'fill' may not lead out of the drawing",
    ),
    "an animation": (SVG.format('<animate attributeName="href" to="javascript:1"/>'), "<animate> does not print"),
    "nested deep": (SVG.format("<g>" * 5000 + "</g>" * 5000), "nested too deeply"),
}


@pytest.mark.parametrize("how", BROKEN_DRAWINGS)
def test_a_drawing_that_does_not_stay_one(book: BookFolder, how: str) -> None:
    text, says = BROKEN_DRAWINGS[how]
    book.write(DIAGRAM, text)
    assert any(says in message for message in told(book, DIAGRAM)), told(book, DIAGRAM)


def test_of_a_drawing_the_page_gets_what_was_checked(book: BookFolder) -> None:
    hidden = "<text><![CDATA[<img src=x onerror=alert(1)>]]></text><!-- ><script>alert(1)</script> -->"
    book.write(DIAGRAM, SVG.format(hidden))
    found, problems = check(book.root)
    assert problems == () and found is not None
    assert found.manuscript.diagrams["loop"].svg.endswith("<text>&lt;img src=x onerror=alert(1)&gt;</text></svg>")


@pytest.mark.parametrize(
    ("how", "says"),
    [
        (lambda file: os.mkfifo(replaced(file)), "docs/data/papers.yml:1: is not a file"),
        (lambda file: (file.parents[2] / "mkdocs.yml").write_text("nav: &a [*a]"), "mkdocs.yml:1: anchors and aliases"),
        (lambda file: (file.parents[2] / "mkdocs.yml").write_bytes(b"\xff"), "mkdocs.yml:1: is not UTF-8 text"),
        (
            lambda file: (file.parents[2] / "docs" / os.fsdecode(b"\xff.md")).write_text("# x\n"),
            "docs/\ufffd.md:1: the name of",
        ),
    ],
    ids=range(4),
)
def test_the_commands_tell_it_and_end(book: BookFolder, how, says: str) -> None:
    how(book.root / PAPERS)
    for command in (["check", "--fix"], ["add", "--dry-run", "2505.15107"], ["stats"]):
        if says.startswith("docs/data") or command[0] != "add":
            done = book.run(*command)
            assert done.returncode == 1 and "Traceback" not in done.stderr + done.stdout
            assert says in done.stdout + done.stderr
