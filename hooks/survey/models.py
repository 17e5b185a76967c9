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


# What a new entry says where an author has to write; a book that still says it has a problem.
TO_WRITE = "TO WRITE"


def _said(text: str) -> str:
    if text.strip() == TO_WRITE:
        raise ValueError("is still to be written")
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


class Fact(Model):
    """One thing that a work does or finds, and where it says so.

    Without `source` it stands in the paper, in the version that the entry was read in. `doubt` says why it is unsure.
    """

    says: Said
    where: Said
    source: Url | None = None
    version: Said | None = None
    doubt: Said | None = None


class Framework(Model):
    """How training software is built, in short phrases."""

    engine: Said | None = None
    backend: Said | None = None
    algorithms: Said | None = None
    asynchrony: Said | None = None
    turns: Said | None = None
    environments: Said | None = None
    maintainer: Said | None = None


class Paper(Model):
    """What the survey says of a work. None means not reported, an empty list means none."""

    name: Said
    kind: Annotated[str, Vocabulary("kinds")]
    added: dt.date
    read: Said | None = None
    summary: Said
    formerly: tuple[Said, ...] = Field(default=(), strict=False)
    axes: dict[str, Said] = {}
    learning: Annotated[str | None, Vocabulary("learning")] = None
    algorithms: Annotated[Many | None, Vocabulary("algorithms")] = None
    algorithm_note: Said | None = None
    base_models: Many | None = None
    cold_start: Annotated[str | None, Vocabulary("cold_starts")] = None
    stages: Annotated[Many | None, Vocabulary("stages")] = None
    training_sets: Annotated[Many | None, Vocabulary("training_sets")] = None
    training_amount: Said | None = None
    loss_masking: Annotated[str | None, Vocabulary("maskings")] = None
    rewards: Annotated[Many | None, Vocabulary("rewards")] = None
    signals: Annotated[Many | None, Vocabulary("signals")] = None
    judges: Annotated[Many | None, Vocabulary("judges")] = None
    tools: Annotated[Many | None, Vocabulary("tools")] = None
    environments: Annotated[Many | None, Vocabulary("environments")] = None
    turn_limit: Said | None = None
    modalities: Annotated[Many | None, Vocabulary("modalities")] = None
    topology: Annotated[str | None, Vocabulary("topologies")] = None
    licence: Annotated[str | None, Vocabulary("licences")] = None
    framework: Framework | None = None
    links: Links = Links()
    builds_on: Many = ()
    compares_with: Many = ()
    followed_by: Many = ()
    facts: tuple[Fact, ...] = Field(default=(), strict=False)

    @classmethod
    def described(cls) -> dict[str, str]:
        """The attributes in the order of the fields; the base models' families and what is released are computed."""
        found = {}
        for name, group in cls.vocabularies():
            if name == "cold_start":
                found["families"] = "models"
            found[name] = group
        return {**found, "released": "releases"}

    @property
    def families(self) -> tuple[str, ...] | None:
        """The families of the base models: what stands before the size."""
        if self.base_models is None:
            return None
        return tuple(dict.fromkeys(map(model_family, self.base_models)))

    @property
    def released(self) -> tuple[str, ...] | None:
        """What the links lead to; None when no link is known."""
        found = tuple(f"released-{name}" for name in ("code", "models", "data") if getattr(self.links, name))
        return found or None


def model_family(model: str) -> str:
    """The id of a model's family: "Qwen2.5-VL-7B-Instruct" gives "qwen2.5-vl"."""
    return re.split(r"-\d+(?:\.\d+)?[BMbm]\b", model)[0].strip().replace(" ", "-").lower()


def model_size(model: str | None) -> str:
    """A model's parameters in billions: "Qwen2.5-VL-7B-Instruct" gives "7"; empty where the name does not say."""
    found = re.search(r"(?<![\w.])\d+(?:\.\d+)?(?=[Bb]\b)", model or "")
    return found[0] if found else ""


class Benchmark(Model):
    """What is measured on. `work` is the BibTeX key of the work that introduced it, if that is in the survey."""

    name: Said
    work: str | None = None
    family: Annotated[str, Vocabulary("families")]
    task: Said
    size: Said | None = None
    metrics: Annotated[Many, Vocabulary("metrics")]
    judge: Annotated[str | None, Vocabulary("judges")] = None
    live_web: bool | None = None
    modalities: Annotated[Many | None, Vocabulary("modalities")] = None
    issues: Said | None = None
    facts: tuple[Fact, ...] = Field(default=(), strict=False)


class Result(Model):
    """One reported number, copied digit by digit, with what a fair comparison has to know.

    Without `system` it is the number of the work's own system. `unit` is how the value is printed: per cent, fraction
    of one, or the metric's own scale. `doubt` says why the number is uncertain.
    """

    work: str
    system: Said | None = None
    benchmark: str
    metric: Annotated[str, Vocabulary("metrics")]
    value: Number
    unit: Annotated[str, Field(pattern="^(percent|fraction|own)$")] = "percent"
    model: Said | None = None
    setting: Said | None = None
    environment: Annotated[str | None, Vocabulary("environments")] = None
    retrieval: Said | None = None
    where: Said
    version: Said
    source: Url | None = None
    doubt: Said | None = None

    @property
    def percent(self) -> Decimal:
        """The value on the metric's scale: fractions times a hundred."""
        return Decimal(self.value) * (100 if self.unit == "fraction" else 1)

    @property
    def conditions(self) -> tuple:
        """Everything that tells this row from another; two rows with the same conditions must not differ in value."""
        return (
            self.work,
            self.system,
            self.benchmark,
            self.metric,
            self.model,
            self.setting,
            self.environment,
            self.retrieval,
        )


class Term(Model):
    """A word of the vocabulary."""

    label: Said
    definition: Said
    work: str | None = None
    range: Annotated[tuple[float, float] | None, Field(strict=False)] = None
    lower_is_better: bool = False


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
    models: dict[str, Term]
    cold_starts: dict[str, Term]
    stages: dict[str, Term]
    training_sets: dict[str, Term]
    maskings: dict[str, Term]
    rewards: dict[str, Term]
    signals: dict[str, Term]
    judges: dict[str, Term]
    tools: dict[str, Term]
    environments: dict[str, Term]
    modalities: dict[str, Term]
    topologies: dict[str, Term]
    licences: dict[str, Term]
    releases: dict[str, Term]
    families: dict[str, Term]
    metrics: dict[str, Term]
    terms: dict[str, Term]

    def group(self, name: str) -> dict[str, Term]:
        """The terms of one group by id."""
        return getattr(self, name)
