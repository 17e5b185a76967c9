"""The shape of the data files, one pydantic model for each kind of entry."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema, field_validator

NUMBER = r"[+-]?(\d{1,18}\.?\d{0,18}|\.\d{1,18})([eE][+-]?\d{1,2})?"
URL = r"https://[A-Za-z0-9.-]+\.[A-Za-z]{2,}(:[0-9]{1,5})?([/?#][^\s<>\"'`{}|\\^]*)?"
# What names a file and stands in its address: the key of a work, a benchmark or an axis; a term has an anchor only.
ID = r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}"
TERM_ID = r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}"
# "index" is the page of all; the others no file can be called on Windows.
NOT_IDS = frozenset(
    ["index", "con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))]
)


def _https(url: str) -> str:
    if not re.fullmatch(URL, url):
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


def _plain(text: str) -> str:
    if found := re.search(r"\{\{|\{%|\{#", text):
        raise ValueError(f"'{found[0]}' would be read as a macro")
    return _said(text)


def checked_id(text: str) -> str:
    """The id of what has a page. Raises ValueError if no file can be called so everywhere."""
    if not re.fullmatch(ID, text):
        raise ValueError(f"'{_short(text)}' names a page; use letters of the alphabet, digits, hyphens and underscores")
    if text.lower() in NOT_IDS:
        raise ValueError(f"'{text}' names a page, but no page can be called so")
    return text


def _term_id(text: str) -> str:
    if not re.fullmatch(TERM_ID, text):
        raise ValueError(
            f"'{_short(text)}' is an id; use letters of the alphabet, digits, hyphens, underscores and dots"
        )
    return text


def _short(text: str) -> str:
    return text if len(text) < 60 else f"{text[:59]}…"


def _number(text: str) -> str:
    if not re.fullmatch(NUMBER, text, re.ASCII):
        raise ValueError(f"'{text}' is not a number")
    return text


def _written(**schema: str) -> WithJsonSchema:
    """How the schema of a data file describes a text."""
    return WithJsonSchema({"type": "string", **schema})


Url = Annotated[str, AfterValidator(_https), _written(format="uri", pattern="^https://")]
Said = Annotated[str, AfterValidator(_said), _written(pattern=r"\S")]
Plain = Annotated[str, AfterValidator(_plain)]
Id = Annotated[str, AfterValidator(checked_id)]
TermId = Annotated[str, AfterValidator(_term_id)]
Number = Annotated[str, AfterValidator(_number), _written(pattern=f"^{NUMBER}$")]
# What is named here stands elsewhere: in refs.bib, in benchmarks.yml, among the axes of taxonomy.yml.
WorkKey = Annotated[str, _written(names="works")]
BenchmarkKey = Annotated[str, _written(names="benchmarks")]
AxisKey = Annotated[str, _written(names="axes")]
Finite = Annotated[float, Field(allow_inf_nan=False)]
Path = Annotated[str, Field(pattern=r"^[\w.-]+(/[\w.-]+)*$")]
Many = Annotated[tuple[str, ...], Field(strict=False)]
Works = Annotated[tuple[WorkKey, ...], Field(strict=False)]


class Vocabulary(str):
    """Marks a field whose values are ids of this group of taxonomy.yml."""


class Model(BaseModel):
    """Unknown fields and loose types are errors; an entry does not change after it is read."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, use_attribute_docstrings=True)

    @field_validator("*", mode="before")
    @classmethod
    def _is_there(cls, value: object) -> object:
        if value is None:
            raise ValueError("is empty; leave out what is not reported")
        return value

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
    """The code that the authors publish."""
    project: Url | None = None
    """The page of the project."""
    models: Url | None = None
    """The trained weights."""
    data: Url | None = None
    """The training or test data."""


class Fact(Model):
    """One thing that a work does or finds, and where it says so.

    Without `source` it stands in the paper, in the version that the entry was read in. `doubt` says why it is unsure.
    """

    says: Said
    """The fact, in one sentence."""
    where: Said
    """The section, table or page where it stands."""
    source: Url | None = None
    """The text it stands in, where that is not the work's own paper."""
    version: Said | None = None
    """The version of that text."""
    doubt: Said | None = None
    """Why it is uncertain."""


class Framework(Model):
    """How training software is built, in short phrases."""

    engine: Said | None = None
    """What generates the rollouts."""
    backend: Said | None = None
    """What computes the updates."""
    algorithms: Said | None = None
    """The update rules that it offers."""
    asynchrony: Said | None = None
    """Whether rollouts and updates wait for each other."""
    turns: Said | None = None
    """How it supports several turns with tools."""
    environments: Said | None = None
    """What the tools can work on."""
    maintainer: Said | None = None
    """Who keeps it."""


class Paper(Model):
    """What the survey says of a work. None means not reported, an empty list means none."""

    name: Said
    """What the work is called in the book, different from all others."""
    kind: Annotated[str, Vocabulary("kinds")]
    added: dt.date
    """The day on which it came into the survey."""
    read: Said | None = None
    """Which version was read; facts without a source of their own stand in it."""
    summary: Said
    """What it is, in one or two sentences of the survey's own words."""
    formerly: tuple[Said, ...] = Field(default=(), strict=False)
    """Titles and names that it once had."""
    axes: dict[AxisKey, Said] = {}
    """What it contributes to each axis that it is listed on."""
    learning: Annotated[str | None, Vocabulary("learning")] = None
    algorithms: Annotated[Many | None, Vocabulary("algorithms")] = None
    algorithm_note: Said | None = None
    """How its update rule departs from the named one."""
    base_models: Many | None = None
    """The models that are trained, by their full names with the size, such as Qwen2.5-7B-Instruct."""
    cold_start: Annotated[str | None, Vocabulary("cold_starts")] = None
    stages: Annotated[Many | None, Vocabulary("stages")] = None
    training_sets: Annotated[Many | None, Vocabulary("training_sets")] = None
    training_amount: Said | None = None
    """How many questions or tasks it is trained on."""
    loss_masking: Annotated[str | None, Vocabulary("maskings")] = None
    rewards: Annotated[Many | None, Vocabulary("rewards")] = None
    signals: Annotated[Many | None, Vocabulary("signals")] = None
    judges: Annotated[Many | None, Vocabulary("judges")] = None
    tools: Annotated[Many | None, Vocabulary("tools")] = None
    environments: Annotated[Many | None, Vocabulary("environments")] = None
    turn_limit: Said | None = None
    """How often the agent may act before it has to answer."""
    modalities: Annotated[Many | None, Vocabulary("modalities")] = None
    topology: Annotated[str | None, Vocabulary("topologies")] = None
    licence: Annotated[str | None, Vocabulary("licences")] = None
    framework: Framework | None = None
    """How it is built, where it is training software."""
    links: Links = Links()
    builds_on: Works = ()
    """The works of the survey that it says it builds on."""
    compares_with: Works = ()
    """The works of the survey that it compares itself with."""
    followed_by: Works = ()
    """Later works that follow it, where they do not say so themselves."""
    facts: tuple[Fact, ...] = Field(default=(), strict=False)
    """What it does or finds, each with its place."""

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
    """What the benchmark is called, different from all others."""
    work: WorkKey | None = None
    """The work that introduced it."""
    family: Annotated[str, Vocabulary("families")]
    """What sort of question it asks."""
    task: Said
    """What has to be done, in one sentence."""
    size: Said | None = None
    """How many questions or tasks there are."""
    metrics: Annotated[Many, Vocabulary("metrics")]
    """What it is measured in."""
    judge: Annotated[str | None, Vocabulary("judges")] = None
    """Who decides whether an answer is right."""
    live_web: bool | None = None
    """Whether it needs the live web."""
    modalities: Annotated[Many | None, Vocabulary("modalities")] = None
    """The kinds of input."""
    issues: Said | None = None
    """What is known to be wrong with it."""
    facts: tuple[Fact, ...] = Field(default=(), strict=False)
    """What is known of it, each with its place."""


class Result(Model):
    """One reported number, copied digit by digit, with what a fair comparison has to know.

    Without `system` it is the number of the work's own system. `unit` is how the value is printed: per cent, fraction
    of one, or the metric's own scale. `doubt` says why the number is uncertain.
    """

    work: WorkKey
    """The work that reports the number."""
    system: Said | None = None
    """What was measured, where it is not the work's own system: a baseline or an ablation."""
    benchmark: BenchmarkKey
    """What it was measured on."""
    metric: Annotated[str, Vocabulary("metrics")]
    """What it was measured in."""
    value: Number
    """The number as printed, in quotes."""
    unit: Annotated[str, Field(pattern="^(percent|fraction|own)$")] = "percent"
    """How the number is printed: per cent, fraction of one, or the metric's own scale."""
    model: Said | None = None
    """The model that was measured."""
    setting: Said | None = None
    """What else a fair comparison has to know."""
    environment: Annotated[str | None, Vocabulary("environments")] = None
    """What the tools worked on."""
    retrieval: Said | None = None
    """What the system searched."""
    where: Said
    """The table or section that the number stands in."""
    version: Said
    """The version that was read."""
    source: Url | None = None
    """The text it stands in, where that is not the work's own paper."""
    doubt: Said | None = None
    """Why the number is uncertain."""

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
    """The word as the book shows it."""
    definition: Said
    """What it means, in one line that is complete without the label."""
    work: WorkKey | None = None
    """The work that introduced it."""
    range: Annotated[tuple[Finite, Finite] | None, Field(strict=False)] = None
    """The least and the greatest value that a metric can have."""
    lower_is_better: bool = False
    """Whether a smaller value of a metric is the better one."""


class Exclusion(Model):
    """Something that belongs to another axis, or to none."""

    what: Said
    """What does not belong here."""
    see: AxisKey | None = None
    """The axis that it belongs to."""


class Axis(Model):
    """One dimension along which the survey orders works; its chapter is the page of the same name."""

    label: Said
    """The axis as the book names it."""
    definition: Said
    """What the axis orders works by."""
    includes: Said
    """What belongs to it."""
    excludes: tuple[Exclusion, ...] = Field(default=(), strict=False)
    """What belongs elsewhere."""


class Taxonomy(Model):
    """taxonomy.yml: the axes, and groups of terms by id."""

    axes: dict[Id, Axis]
    kinds: dict[TermId, Term]
    attributes: dict[TermId, Term]
    learning: dict[TermId, Term]
    algorithms: dict[TermId, Term]
    models: dict[TermId, Term]
    cold_starts: dict[TermId, Term]
    stages: dict[TermId, Term]
    training_sets: dict[TermId, Term]
    maskings: dict[TermId, Term]
    rewards: dict[TermId, Term]
    signals: dict[TermId, Term]
    judges: dict[TermId, Term]
    tools: dict[TermId, Term]
    environments: dict[TermId, Term]
    modalities: dict[TermId, Term]
    topologies: dict[TermId, Term]
    licences: dict[TermId, Term]
    releases: dict[TermId, Term]
    families: dict[TermId, Term]
    metrics: dict[TermId, Term]
    terms: dict[TermId, Term]

    def group(self, name: str) -> dict[str, Term]:
        """The terms of one group by id."""
        return getattr(self, name)


class FrontMatter(Model):
    """What stands between two lines of dashes at the top of a chapter."""

    title: Plain | None = None
    description: Said | None = None
    about_the_book: bool = False
    """A page about the book itself, whose prose makes no claims about works."""
    web_only: bool = False
    """A page that is not printed."""
    hide: Annotated[tuple[Said, ...], Field(strict=False)] = ()
    """Parts of the theme that the page does without."""
    search: dict[str, bool | int | float] = {}
    """How the site's search weighs the page."""
    scripts: Annotated[tuple[Path, ...], Field(strict=False)] = ()
    styles: Annotated[tuple[Path, ...], Field(strict=False)] = ()


class Extra(Model):
    """The part of mkdocs.yml that MkDocs leaves to the book."""

    model_config = ConfigDict(extra="ignore")

    short_name: Said | None = None
    authors: tuple[Said, ...] = Field(default=(), strict=False)


class Settings(Model):
    """What the book asks of mkdocs.yml; the rest is between MkDocs and its plugins."""

    model_config = ConfigDict(extra="ignore")

    site_name: Said = ""
    site_description: Said = ""
    site_url: Annotated[str, Field(pattern=r"^(https?://[^\s<>\"'\\]+)?$")] = ""
    copyright: Said = ""
    extra: Extra = Extra()
    nav: list = []
