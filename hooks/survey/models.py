"""The shape of the data files, one pydantic model for each kind of entry."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


def _https(url: str) -> str:
    if not re.fullmatch(r"https://[\w.-]+\.[a-z]{2,}(:\d+)?(/[^\s<>\"'`{}|\\^]*)?", url, re.IGNORECASE):
        raise ValueError(f"malformed URL '{url}'; write https://host/path without spaces or quotes")
    if url.count("https://") > 1:
        raise ValueError(f"malformed URL '{url}'; it holds two addresses")
    return url


def _said(text: str) -> str:
    if not text.strip():
        raise ValueError("is empty")
    return " ".join(text.split())


def _number(text: str) -> str:
    try:
        Decimal(text)
    except InvalidOperation:
        raise ValueError(f"'{text}' is not a number") from None
    return text


Url = Annotated[str, AfterValidator(_https)]
Said = Annotated[str, AfterValidator(_said)]
Number = Annotated[str, AfterValidator(_number)]
Many = Annotated[tuple[str, ...], Field(strict=False)]


class Vocabulary(str):
    """Marks a field whose values are ids of this group of taxonomy.yml."""


class Model(BaseModel):
    """Unknown fields and loose types are errors; an entry does not change after it is read."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    @classmethod
    def vocabularies(cls) -> Iterator[tuple[str, str]]:
        """The fields with a controlled vocabulary, each with its group of taxonomy.yml."""
        for name, field in cls.model_fields.items():
            for mark in field.metadata:
                if isinstance(mark, Vocabulary):
                    yield name, str(mark)

    def values(self, field: str) -> tuple[str, ...] | None:
        """The values of a field as a tuple; None where nothing is reported."""
        value = getattr(self, field)
        if value is None:
            return None
        return value if isinstance(value, tuple) else (value,)


class Links(Model):
    """Where the parts of a work lie, besides the paper, whose address is in refs.bib."""

    code: Url | None = None
    project: Url | None = None
    models: Url | None = None
    data: Url | None = None


class Paper(Model):
    """What the survey says of a work. None means not reported, an empty list means none."""

    name: Said
    kind: Annotated[str, Vocabulary("kinds")]
    added: dt.date
    summary: Said
    formerly: tuple[Said, ...] = Field(default=(), strict=False)
    axes: dict[str, Said] = {}
    learning: Annotated[str | None, Vocabulary("learning")] = None
    algorithms: Annotated[Many | None, Vocabulary("algorithms")] = None
    algorithm_note: Said | None = None
    base_models: Many | None = None
    cold_start: Annotated[str | None, Vocabulary("cold_starts")] = None
    rewards: Annotated[Many | None, Vocabulary("rewards")] = None
    signals: Annotated[Many | None, Vocabulary("signals")] = None
    judges: Annotated[Many | None, Vocabulary("judges")] = None
    tools: Annotated[Many | None, Vocabulary("tools")] = None
    environments: Annotated[Many | None, Vocabulary("environments")] = None
    modalities: Annotated[Many | None, Vocabulary("modalities")] = None
    topology: Annotated[str | None, Vocabulary("topologies")] = None
    links: Links = Links()


class Benchmark(Model):
    """What is measured on. `work` is the BibTeX key of the work that introduced it."""

    name: Said
    work: str
    family: Annotated[str, Vocabulary("families")]
    task: Said
    size: Said | None = None
    metrics: Annotated[Many, Vocabulary("metrics")]
    judge: Annotated[str | None, Vocabulary("judges")] = None
    live_web: bool | None = None
    modalities: Annotated[Many | None, Vocabulary("modalities")] = None
    issues: Said | None = None


class Result(Model):
    """One reported number, copied digit by digit, with what a fair comparison has to know."""

    work: str
    system: Said | None = None
    benchmark: str
    metric: Annotated[str, Vocabulary("metrics")]
    value: Number
    unit: Annotated[str, Field(pattern="^(percent|fraction)$")] = "percent"
    model: Said
    setting: Said
    environment: Annotated[str | None, Vocabulary("environments")] = None
    where: Said
    version: Said

    @property
    def percent(self) -> Decimal:
        """The value on the metric's scale: fractions times a hundred."""
        return Decimal(self.value) * (100 if self.unit == "fraction" else 1)


class Term(Model):
    """A word of the vocabulary."""

    label: Said
    definition: Said
    work: str | None = None
    range: Annotated[tuple[float, float] | None, Field(strict=False)] = None


class Exclusion(Model):
    """Something that belongs to another axis, or to none."""

    what: Said
    see: str | None = None


class Axis(Model):
    """One dimension along which the survey orders works; its chapter is the page of the same name."""

    label: Said
    definition: Said
    includes: Said
    excludes: tuple[Exclusion, ...] = Field(default=(), strict=False)


class Taxonomy(Model):
    """taxonomy.yml: the axes, and groups of terms by id."""

    axes: dict[str, Axis]
    kinds: dict[str, Term]
    attributes: dict[str, Term]
    learning: dict[str, Term]
    algorithms: dict[str, Term]
    cold_starts: dict[str, Term]
    rewards: dict[str, Term]
    signals: dict[str, Term]
    judges: dict[str, Term]
    tools: dict[str, Term]
    environments: dict[str, Term]
    modalities: dict[str, Term]
    topologies: dict[str, Term]
    families: dict[str, Term]
    metrics: dict[str, Term]
    terms: dict[str, Term]

    def group(self, name: str) -> dict[str, Term]:
        """The terms of one group by id."""
        return getattr(self, name)
