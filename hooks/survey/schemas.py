"""The data files as JSON, and a JSON Schema for each, which holds for the YAML file and for its JSON alike.

The schemas are those of JSON Schema, draft 2020-12 (https://json-schema.org/draft/2020-12/schema). The shape comes from
models.py, the words that a field may hold from taxonomy.yml, the keys from refs.bib and benchmarks.yml.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from survey.catalogue import Catalogue
from survey.models import Benchmark, Paper, Result, Taxonomy, WorkKey

DIALECT = "https://json-schema.org/draft/2020-12/schema"
Json = dict[str, Any]
# What a value may be is told once in each schema, under a name such as "names-works" or "terms-rewards".
NAMES, TERMS = "names-", "terms-"


def data(catalogue: Catalogue) -> dict[str, Json]:
    """What each data file holds, by the name of the file without its ending, ready to be written as JSON.

    Fields that the file leaves out are left out.
    """
    return {
        "papers": {key: _written(work.paper) for key, work in catalogue.works.items()},
        "benchmarks": {slug: _written(entry) for slug, entry in catalogue.benchmarks.items()},
        "results": {"results": [_written(row) for row in catalogue.results]},
        "taxonomy": _written(catalogue.taxonomy),
    }


def schemas(catalogue: Catalogue, url: str = "") -> dict[str, Json]:
    """The schema of each data file, by the same names.

    `url` is the address of the folder they are published in; without it they have no `$id`, which must be absolute.
    """
    papers = _schema(dict[WorkKey, Paper], "What the survey says of each work, by its BibTeX key in refs.bib.")
    benchmarks = _schema(dict[str, Benchmark], "What is measured on, by a short name.")
    rows = _schema(list[Result], "One row for each reported number.")
    results = {
        "$defs": rows.pop("$defs"),
        "description": "What the works of the survey report.",
        "type": "object",
        "properties": {"results": rows},
        "required": ["results"],
        "additionalProperties": False,
    }
    taxonomy = _schema(Taxonomy, "The axes of the survey, and the words that its data files use, by group.")
    made = {"papers": papers, "benchmarks": benchmarks, "results": results, "taxonomy": taxonomy}
    choices = _choices(catalogue)
    return {
        name: {
            "$schema": DIALECT,
            **({"$id": f"{url}{name}.schema.json"} if url else {}),
            "title": f"{name}.yml",
            **_with_words(schema, catalogue, choices),
        }
        for name, schema in made.items()
    }


def _written(entry: BaseModel) -> Json:
    return entry.model_dump(mode="json", exclude_unset=True)


class _Generate(GenerateJsonSchema):
    """Without titles that repeat the name of a field, and without null: what is not reported is left out."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def nullable_schema(self, schema: Any) -> Json:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: Any) -> Json:
        made = super().default_schema(schema)
        if made.get("default", ...) is None:
            del made["default"]
        return made


def _schema(shape: Any, description: str) -> Json:
    return {**TypeAdapter(shape).json_schema(schema_generator=_Generate), "description": description}


def _choices(catalogue: Catalogue) -> dict[str, list[str]]:
    """Every list of names and words that a field may be bound to."""
    groups = {TERMS + name: list(catalogue.taxonomy.group(name)) for name in Taxonomy.model_fields}
    names = {"works": catalogue.works, "benchmarks": catalogue.benchmarks, "axes": catalogue.taxonomy.axes}
    return {**groups, **{NAMES + name: sorted(keys) for name, keys in names.items()}}


def _with_words(schema: Json, catalogue: Catalogue, choices: Mapping[str, list[str]]) -> Json:
    """The schema with fields bound to the words or names that they may hold, and with the attributes described."""
    defs = schema.setdefault("$defs", {})
    for model in (Paper, Benchmark, Result):
        properties = defs.get(model.__name__, {}).get("properties", {})
        for name, group in model.vocabularies():
            if name in properties:
                properties[name] = _bound(properties[name], TERMS + group)
    for name, attribute in catalogue.taxonomy.attributes.items():
        if told := defs.get("Paper", {}).get("properties", {}).get(name):
            told |= {"title": attribute.label, "description": attribute.definition}
    schema = _bound(schema)
    used = sorted(set(_references(schema)) & choices.keys())
    schema["$defs"] |= {name: {"type": "string", "enum": choices[name]} for name in used}
    return schema


def _bound(schema: Any, name: str = "") -> Any:
    """The schema with a reference in the place of every text that is marked as a name in models.py.

    With `name`, every other text refers to that definition.
    """
    if isinstance(schema, list):
        return [_bound(part, name) for part in schema]
    if not isinstance(schema, dict):
        return schema
    marked = schema.get("names")
    target = NAMES + marked if isinstance(marked, str) else name if schema.get("type") == "string" else ""
    if target:
        kept = {key: value for key, value in schema.items() if key not in ("type", "names")}
        return {**kept, "$ref": f"#/$defs/{target}"}
    return {key: _bound(value, name) for key, value in schema.items()}


def _references(schema: Any) -> Iterator[str]:
    for part in schema if isinstance(schema, list) else schema.values() if isinstance(schema, dict) else ():
        yield from _references(part)
    if isinstance(schema, dict) and isinstance(schema.get("$ref"), str):
        yield schema["$ref"].removeprefix("#/$defs/")
