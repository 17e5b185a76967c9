"""Markdown as text: what is code, what is a citation, and how data is kept from being markup."""

import markdown
import pytest

from support import ROOT
from survey.chapters import COMMENT
from survey.markdown import blank_code, citations, escape, join_citations, links, plain_blocks, prefix_footnotes
from survey.medium import Screen


@pytest.mark.parametrize(
    "text",
    [
        "a_b_c *d* `e`",
        "[x](javascript:1) [@key]",
        "{{ macro() }} {% if %}",
        "<script>alert(1)</script>",
        "1 | 2",
        "$x$ and ~sub~ ^sup^",
        "# no heading",
        "- no list",
        "7. no list",
        "back\\slash",
        'a "quote"',
        "&amp;",
    ],
)
def test_data_shows_as_exactly_the_text_it_is(text: str) -> None:
    html = markdown.markdown(f"x {escape(text)}" if text[0] not in "#-7" else escape(text), extensions=["tables"])
    from html import unescape

    assert unescape(html.removeprefix("<p>").removesuffix("</p>").removeprefix("x ")) == text


def test_a_citation_in_code_is_no_citation() -> None:
    text = "see [@a] and `[@b]`\n\n```\n[@c]\n```\n\n~~~~\n```\n[@d]\n~~~~\n[@e; see @f, sec. 2]"
    assert [found.text for found in citations(text)] == ["a", "e", "f"]


def test_an_address_is_no_citation() -> None:
    assert list(citations("[write](mailto:a@example.org) or a@example.org")) == []


def test_a_citation_over_two_lines_is_joined_and_its_line_kept() -> None:
    text = "one\n[@a, sec.\n3; @b] two"
    assert [(found.text, found.line) for found in citations(text)] == [("a", 2), ("b", 3)]
    assert join_citations(text) == "one\n[@a, sec. 3; @b] two"


def test_blanking_code_keeps_every_line_in_its_place() -> None:
    text = "a `b`\n```\nc\n```\nd"
    assert blank_code(text).split("\n")[4] == "d"
    assert len(blank_code(text)) == len(text)


def test_links_are_found_with_their_line_and_images_are_not() -> None:
    assert [(found.text, found.line) for found in links("x\n[a](b.md#c) ![i](i.png) `[n](m.md)`")] == [("b.md#c", 2)]


def test_admonitions_and_details_become_quotations_and_tabs_follow_each_other() -> None:
    text = 'a\n\n!!! note "Mind"\n    One.\n\n    Two.\n\n??? tip\n    Three.\n\n=== "Left"\n    Four.\n\nb'
    shown = plain_blocks(text)
    assert "> **Mind**\n>\n> One.\n>\n> Two." in shown
    assert "> **Tip**\n>\n> Three." in shown
    assert "**Left**\n\nFour." in shown and shown.endswith("b")


def test_blocks_in_code_stay_as_they_are_written() -> None:
    text = "```\n!!! note\n    x\n```"
    assert plain_blocks(text) == text


def test_footnotes_are_named_after_their_page() -> None:
    assert prefix_footnotes("a[^1] `[^1]`\n\n[^1]: b", "reward") == "a[^reward-1] `[^1]`\n\n[^reward-1]: b"


def test_a_price_in_a_captioned_table_is_no_formula() -> None:
    table = Screen().captioned("x", r"| A | B |\n| - | - |\n| \$5 <em> | $a<b$ |".replace(r"\n", "\n"), "c")
    assert r"\$5 <em>" in table and r"$a\lt b$" in table


def test_mkdocs_and_the_checks_agree_on_what_a_comment_is() -> None:
    settings = (ROOT / "mkdocs.yml").read_text("utf-8")
    assert f'j2_comment_start_string: "{COMMENT[0]}"' in settings
    assert f'j2_comment_end_string: "{COMMENT[1]}"' in settings
