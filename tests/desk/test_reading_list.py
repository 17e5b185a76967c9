"""The reading list: imported line by line, and written out again."""

from __future__ import annotations

from local_registry import Registry

from support import BookFolder, Run
from survey.reading_list import read_list

LIST = """# Awesome search

## Contents
- [Training](#training)

## 1. Training
- [Pebble: A Search](https://arxiv.org/pdf/2512.00001). [Codes](https://github.com/ada/pebble)
- [Probe](https://arxiv.org/abs/{known})
* [Broken](https://arxiv.org/abs/2512.0
- [A blog](https://example.org/blog)

| Paper | Year |
| --- | --- |
| [Stone: A Find](https://arxiv.org/abs/2512.00002) | 2025 |

## Reward
1. [Pebble again](https://arxiv.org/abs/2512.00001v3)

## How to contribute
- [Fork](https://github.com/x/y) this repository
"""


def test_each_line_of_a_list_is_taken_known_or_told_why_not(book: BookFolder, registry: Registry, survey: Run) -> None:
    registry.paper("2512.00001", "Pebble: A Search")
    registry.paper("2512.00002", "Stone: A Find")
    book.write("list.md", LIST.format(known=book.reference("ada2025probe").arxiv))
    done = survey("import", str(book.root / "list.md"))
    told = done.stdout.replace(str(book.root) + "/", "")
    assert "list.md:7: taken as 'lovelace2025pebble' on training, reward" in told
    assert "list.md:8: here already: refs.bib:" in told
    assert "list.md:9: not read: malformed link" in told
    assert "list.md:10: not read: no arXiv number or DOI in https://example.org/blog" in told
    assert "list.md:14: taken as 'lovelace2025stone' on training" in told
    assert "list.md:17: here already: added just before as 'lovelace2025pebble'" in told
    assert "Fork" not in told and ":21:" not in told
    assert "2 taken, 2 here already, 2 not read" in done.stderr
    assert done.returncode == 1, "what could not be read is no success"
    assert len(registry.asked) == 1, "arXiv is asked once for all"
    assert "    code: https://github.com/ada/pebble" in book.read("docs/data/papers.yml")


def test_the_list_that_is_written_is_wholly_known_when_it_is_read(
    book: BookFolder, registry: Registry, survey: Run
) -> None:
    written = survey("readme")
    assert written.returncode == 0 and "](https://arxiv.org/pdf/" in written.stdout
    book.write("list.md", written.stdout)
    before = book.sources()
    done = survey("import", str(book.root / "list.md"))
    assert done.returncode == 0 and " 0 not read" in f" {done.stderr}" and "0 taken" in done.stderr, done.stderr
    assert book.sources() == before and registry.asked == []


def test_nested_bullets_bare_addresses_and_comments_are_read_as_they_are_meant() -> None:
    text = (
        "## Reward\n- [Pebble](https://arxiv.org/abs/2512.00001)\n  - [Code](https://github.com/ada/pebble)\n"
        "- Stone: https://arxiv.org/abs/2512.00002\n<!--\n- [Old](https://arxiv.org/abs/2512.00003)\n-->\n"
    )
    found = list(read_list(text, {"reward": "Reward"}))
    assert [(one.line, one.identifier.value, one.fault) for one in found] == [
        (2, "2512.00001", ""),
        (4, "2512.00002", ""),
    ]


def test_a_list_of_which_nothing_is_read_is_no_success(book: BookFolder, survey: Run) -> None:
    book.write("list.md", "## Elsewhere\n- [Pebble](https://arxiv.org/abs/2512.00001)\n")
    done = survey("import", str(book.root / "list.md"))
    assert done.returncode == 1 and "no section named as one of the axes" in done.stderr
    (book.root / "list.md").write_bytes(b"## Reward\n\xff")
    assert "list.md:2: is not UTF-8 text" in survey("import", str(book.root / "list.md")).stderr
