"""What a chapter may hold of HTML, formulas and macros, and how long it takes to find out."""

from __future__ import annotations

import time

import pytest

from support import BookFolder
from survey.check import check
from survey.markup import faults
from survey.mathml import mathml
from survey.problems import Misuse

RUNS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<img src=x\nonerror=alert(1)>",
    '<div onclick="alert(1)">x</div>',
    '<div style="background: url(https://example.org)">x</div>',
    '<iframe src="https://example.org"></iframe>',
    "<svg/onload=alert(1)>",
    "<!-- x -->",
    "<?php ?>",
    "<javascript:alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    'x {: onclick="alert(1)" }',
    "x{onclick=alert(1)}",
    "x {: #a .b ONCLICK=alert(1) }",
    "x {: href='javascript:1' }",
    "![x](https://example.org/x.png)",
    "![x](//example.org/x.png)",
    "$<script>alert(1)</script>$",
    "$\\text{<img src=x onerror=alert(1)>}$",
    "$\\href{javascript:alert(1)}{x}$",
    "$\\style{color: red}{x}$",
    "$\\frac{$",
    "$x_1_2$",
    "$5 or <a onclick='alert(1)'>x</a> or $6",
    "$$\n\n<a onclick='alert(1)'>x</a>\n\n$$",
    "$5 or [x](javascript:alert(1)) or $6",
]


@pytest.mark.parametrize("text", RUNS)
def test_what_a_browser_would_run_or_load_is_told_with_its_line(text: str) -> None:
    found = list(faults(f"# Heading\n\n{text}\n"))
    assert found and all(offset >= 11 for offset, _ in found)


@pytest.mark.parametrize(
    "text",
    [
        "[x](javascript:alert(1))",
        "[x]: javascript:alert(1)",
        "[x]:\n  <data:text/html,x>",
        "[x](JaVaScRiPt:1)",
        "[x](java&#115;cript&colon;1)",
        "[x](java\tscript:1)",
        "[x](< javascript:a(1) >)",
        "[x]( javascript:a((1)) 't')",
    ],
)
def test_an_address_that_runs_is_told(book: BookFolder, text: str) -> None:
    book.write("docs/reward.md", book.read("docs/reward.md") + f"\n{text}\n")
    assert any("malformed URL" in problem.message for problem in check(book.root)[1])


@pytest.mark.parametrize(
    "text",
    [
        '<div class="front" markdown="1">\n\nx\n\n</div>',
        "a<br>b H<sub>2</sub>O <small>x</small>",
        "<https://example.org/x> and <me@example.org>",
        "5 < 6 and p<0.05",
        "`<script>` and\n\n```html\n<script>\n```",
        r"$o_{<t}$ and $a<b$ and $\\text{if } x > 0$",
        "## Heading {#id .class}",
        '| a |\n| - |\n| x |{: title="y" }',
    ],
)
def test_what_every_medium_shows_may_stand(text: str) -> None:
    assert list(faults(text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ 7*7 }}",
        "{% for i in range(10**9) %}x{% endfor %}",
        "{% include '/etc/passwd' %}",
        "{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}",
        "{% if ''.__class__ is defined %}x{% endif %}",
        "{{ paper }}",
        "{{ paper.__globals__ }}",
        "{{ paper(*[]) }}",
        "{{ range(3) }}",
        "{{ lipsum(10**9) }}",
        "{{ config.plugins }}",
        "{{ 'x' | attr('y') }}",
        "{{",
        "{% if %}",
        "{{ " + "(" * 10_000 + " }}",
        '{{ figure("loop", name="../../x") }}',
        '{{ paper(["x"]) }}',
        '{{ count(axis=["x"]) }}',
        '{{ whats_new(latest="' + "9" * 5000 + '") }}',
    ],
)
def test_what_is_no_plain_call_of_a_macro_is_told(book: BookFolder, text: str) -> None:
    before = book.read("docs/reward.md")
    book.write("docs/reward.md", f"{before}\n{text}\n")
    lines = [str(problem) for problem in check(book.root)[1]]
    assert (
        any(line.startswith(f"docs/reward.md:{before.count(chr(10)) + 2}: ") for line in lines) or "nested" in lines[0]
    )


def test_a_macro_in_a_title_is_refused(book: BookFolder) -> None:
    book.change("docs/reward.md", "title: Reward", "title: '{{ 7*7 }}'")
    book.change("mkdocs.yml", "- index.md", "- '{{ 7*7 }}': index.md")
    lines = [str(problem) for problem in check(book.root)[1]]
    assert "docs/reward.md:2: title: '{{' would be read as a macro" in lines
    assert any("the title '{{ 7*7 }}' would be read as a macro" in line for line in lines)


def test_lines_that_the_site_would_swallow_are_told(book: BookFolder) -> None:
    book.write(
        "docs/training.md", "template: redirect.html\nlocation: javascript:alert(1)\n" + book.read("docs/training.md")
    )
    assert any(
        str(problem).startswith("docs/training.md:1: the site would read this line") for problem in check(book.root)[1]
    )


def test_a_formula_is_nothing_but_a_formula() -> None:
    assert mathml(r"\\frac{a}{b}".replace("\\\\", "\\"), "inline").startswith("<math")
    for latex in (r"\text{<b>}", r"\href{javascript:1}{x}", r"\frac{", "{" * 3000, r"\begin{x}"):
        with pytest.raises(Misuse, match="cannot be set"):
            mathml(latex, "inline")


SHORT = "[ * ` | < { $ @ \\ [@ ]( []( <a <!-- {{ {% {# $$ ![ Table: [[] {a= `a $a"
LONG = [
    *SHORT.split(" "),
    " ",
    "\n",
    "|a|\n",
    "a  ",
    "$$\n",
    "Table: x {#tbl-a}\n",
    '<a b="c" ',
    "* a\n",
    "# a\n",
    "[@ada2025probe] ",
    "</div>\n",
]


@pytest.mark.parametrize("piece", LONG)
def test_a_long_run_of_anything_is_checked_in_the_time_of_reading_it(book: BookFolder, piece: str) -> None:
    book.write("docs/reward.md", book.read("docs/reward.md") + "\n\n" + piece * (100_000 // len(piece)) + "\n")
    begun = time.process_time()
    check(book.root)
    assert time.process_time() - begun < 5
