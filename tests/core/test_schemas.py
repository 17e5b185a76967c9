"""The data files, their JSON and their schemas agree."""

import json
from datetime import date
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from support import ROOT, SMALL, BookFolder
from survey.catalogue import Catalogue
from survey.models import Benchmark, Paper, Result, Taxonomy
from survey.schemas import data, schemas

NAMES = ("papers", "benchmarks", "results", "taxonomy")


def _yaml(root: Path, name: str) -> dict:
    """A data file as a program reads it that knows no dates."""
    held = yaml.safe_load((root / f"docs/data/{name}.yml").read_text("utf-8"))
    return json.loads(json.dumps(held, default=date.isoformat))


def _faults(catalogue: Catalogue, name: str, held: object) -> list[str]:
    schema = schemas(catalogue)[name]
    Draft202012Validator.check_schema(schema)
    return [fault.message for fault in Draft202012Validator(schema).iter_errors(held)]


@pytest.mark.parametrize("root", [ROOT, SMALL], ids=["real", "small"])
@pytest.mark.parametrize("name", NAMES)
class TestFile:
    def test_the_yaml_keeps_to_the_schema(self, root: Path, name: str) -> None:
        assert _faults(Catalogue.load(root), name, _yaml(root, name)) == []

    def test_the_json_keeps_to_the_schema(self, root: Path, name: str) -> None:
        catalogue = Catalogue.load(root)
        assert _faults(catalogue, name, data(catalogue)[name]) == []

    def test_the_json_holds_what_the_yaml_holds(self, root: Path, name: str) -> None:
        def tidy(value: object) -> object:
            if isinstance(value, dict):
                return {key: tidy(part) for key, part in value.items()}
            if isinstance(value, list):
                return [tidy(part) for part in value]
            return " ".join(value.split()) if isinstance(value, str) else value

        written = json.loads(json.dumps(data(Catalogue.load(root))[name]))
        assert written == tidy(_yaml(root, name))


def test_the_json_is_read_back_as_the_same_entries() -> None:
    catalogue = Catalogue.load(SMALL)
    held = json.loads(json.dumps(data(catalogue)))
    for entry in held["papers"].values():
        entry["added"] = date.fromisoformat(entry["added"])
    assert {key: Paper(**entry) for key, entry in held["papers"].items()} == {
        key: work.paper for key, work in catalogue.works.items()
    }
    assert {key: Benchmark(**entry) for key, entry in held["benchmarks"].items()} == catalogue.benchmarks
    assert tuple(Result(**row) for row in held["results"]["results"]) == catalogue.results
    assert Taxonomy(**held["taxonomy"]) == catalogue.taxonomy


@pytest.mark.parametrize(
    ("name", "break_it", "told"),
    [
        ("papers", lambda d: d["ada2025probe"].update(rewards=["outcom"]), "'outcom' is not one of"),
        ("papers", lambda d: d["ada2025probe"]["axes"].update(rewad="x"), "'rewad' is not one of"),
        ("papers", lambda d: d.update(ada2025prob=d.pop("ada2025probe")), "'ada2025prob' is not one of"),
        ("papers", lambda d: d["ada2025seek"].update(builds_on=["nobody2020"]), "'nobody2020' is not one of"),
        ("papers", lambda d: d["ada2025probe"].update(rewrads=[]), "'rewrads' was unexpected"),
        ("papers", lambda d: d["ada2025probe"].pop("summary"), "'summary' is a required property"),
        ("results", lambda d: d["results"][0].update(benchmark="quizz"), "'quizz' is not one of"),
        ("results", lambda d: d["results"][0].update(value="NaN"), "'NaN' does not match"),
        ("benchmarks", lambda d: d["quiz"].update(metrics=["exact"]), "'exact' is not one of"),
        ("taxonomy", lambda d: d["axes"]["training"]["excludes"][0].update(see="rewards"), "'rewards'"),
    ],
)
def test_the_schema_tells_what_the_check_tells(name: str, break_it, told: str) -> None:
    held = _yaml(SMALL, name)
    break_it(held)
    assert any(told in fault for fault in _faults(Catalogue.load(SMALL), name, held))


def test_every_field_of_every_entry_is_described() -> None:
    for name, schema in schemas(Catalogue.load(ROOT)).items():
        for shape, model in schema["$defs"].items():
            if shape in ("Links", "Paper", "Fact", "Benchmark", "Result", "Framework", "Term", "Axis", "Exclusion"):
                bare = [field for field, told in model["properties"].items() if not _description(told, schema)]
                assert bare == [], f"{name}: {shape}"


def _description(told: dict, schema: dict) -> str:
    return told.get("description") or schema["$defs"].get(told.get("$ref", "").rpartition("/")[2], {}).get(
        "description"
    )


def test_an_attribute_is_described_by_the_vocabulary() -> None:
    told = schemas(Catalogue.load(SMALL))["papers"]["$defs"]["Paper"]["properties"]["rewards"]
    assert (told["title"], told["description"]) == ("Reward given for", "The rewarded part.")


def test_a_schema_has_an_absolute_id_or_none(book: BookFolder) -> None:
    catalogue = Catalogue.load(book.root)
    assert schemas(catalogue, "https://example.org/s/")["papers"]["$id"] == "https://example.org/s/papers.schema.json"
    assert "$id" not in schemas(catalogue)["papers"]
