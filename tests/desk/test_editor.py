"""What an editor completes."""

from __future__ import annotations

import json
import re

import jsonschema
import pytest
import yaml

from support import ROOT, BookFolder
from survey.macros import names
from survey.models import Paper, Result

SNIPPETS = json.loads((ROOT / ".vscode" / "survey.code-snippets").read_text("utf-8"))


def _typed(snippet: dict) -> str:
    body = snippet["body"] if isinstance(snippet["body"], str) else "\n".join(snippet["body"])
    body = body.replace("$CURRENT_YEAR-$CURRENT_MONTH-$CURRENT_DATE", "2025-01-02")
    return re.sub(r"\$\{\d+:([^}]*)\}", r"\1", body)


def test_a_snippet_of_a_macro_calls_one_that_exists() -> None:
    called = {name for s in SNIPPETS.values() for name in re.findall(r"\{\{ (\w+)\(", _typed(s))}
    assert called <= set(names()) and len(called) > 8


def test_a_snippet_of_data_is_an_entry_that_the_model_accepts() -> None:
    [paper] = yaml.safe_load(_typed(SNIPPETS["Paper"])).values()
    paper["facts"] = yaml.safe_load(_typed(SNIPPETS["Key fact"]))
    assert Paper.model_validate(paper).facts[0].where
    [row] = yaml.safe_load(_typed(SNIPPETS["Result"]))
    assert Result.model_validate(row).value == "0.5"


def test_the_schemas_that_the_settings_name_are_written_by_the_check(book: BookFolder) -> None:
    assert book.run("check").returncode == 0
    settings = json.loads((ROOT / ".vscode" / "settings.json").read_text("utf-8"))
    for schema, data in settings["yaml.schemas"].items():
        told = json.loads(book.read(schema))
        jsonschema.validate(json.loads(json.dumps(yaml.safe_load(book.read(data)), default=str)), told)
    papers = book.read(".cache/schema/papers.schema.json")
    assert '"online-rl"' in papers and '"ada2025probe"' in papers, "terms and keys are completed"


def test_a_wrong_term_is_marked_while_typing(book: BookFolder) -> None:
    assert book.run("check").returncode == 0
    told = json.loads(book.read(".cache/schema/papers.schema.json"))
    entries = json.loads(json.dumps(yaml.safe_load(book.read("docs/data/papers.yml")), default=str))
    entries["ada2025probe"]["learning"] = "online"
    with pytest.raises(jsonschema.ValidationError, match="online"):
        jsonschema.validate(entries, told)
