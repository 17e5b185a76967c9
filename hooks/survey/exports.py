"""The works in the formats that other programs read: RIS, CSL-JSON, and JSON for a table of all of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from survey.bibtex import Reference
from survey.catalogue import Catalogue, Work
from survey.models import Paper

# The kind of an entry as RIS and CSL call it, by its BibTeX type.
_KINDS = {
    "article": ("JOUR", "article-journal"),
    "inproceedings": ("CPAPER", "paper-conference"),
    "incollection": ("CHAP", "chapter"),
    "book": ("BOOK", "book"),
    "techreport": ("RPRT", "report"),
    "phdthesis": ("THES", "thesis"),
}
_PREPRINT = ("UNPB", "article")
_ONLINE = ("ELEC", "webpage")
# Fields that the formats only name differently: in BibTeX, RIS and CSL.
_FIELDS = (
    ("volume", "VL", "volume"),
    ("number", "IS", "issue"),
    ("edition", "ET", "edition"),
    ("series", "T3", "collection-title"),
    ("publisher", "PB", "publisher"),
    ("institution", "PB", "publisher"),
    ("school", "PB", "publisher"),
    ("address", "CY", "publisher-place"),
    ("doi", "DO", "DOI"),
    ("isbn", "SN", "ISBN"),
    ("issn", "SN", "ISSN"),
)


def ris(reference: Reference) -> str:
    """One work as an RIS record, with the line ends that the format asks for.

    RIS Format Specifications, Research Information Systems, 2011. The record ends with ER and one empty line, so that
    records can be joined as they are.
    """
    return "".join(f"{tag}  - {' '.join(value.split())}\r\n" for tag, value in _tags(reference)) + "ER  - \r\n\r\n"


def _tags(reference: Reference) -> Iterator[tuple[str, str]]:
    yield "TY", _kind(reference)[0]
    yield "ID", reference.key
    yield "TI", reference.title
    for family, given in _people(reference):
        # A comma parts family and given name, so a body's name must not hold one.
        yield ("AU" if _written(reference) else "ED"), ", ".join(filter(None, (family.replace(",", ""), given)))
    date = _issued(reference)
    if date:
        yield "PY", f"{date[0]:04d}"
    if len(date) == 3:
        yield "DA", "{:04d}/{:02d}/{:02d}".format(*date)
    event, container = reference.text("eventtitle"), reference.text("journal") or reference.text("booktitle")
    if event or container:
        yield "T2", event or container
    if event and container:
        yield "C3", container  # the proceedings of the event
    for field, tag, _ in _FIELDS:
        if value := reference.text(field):
            yield tag, value
    if pages := reference.text("pages"):
        yield from zip(("SP", "EP"), re.split(r"\s*[-–—]+\s*", pages, maxsplit=1), strict=False)
    if reference.arxiv:
        yield "AN", f"arXiv:{reference.arxiv}"
        if _kind(reference) == _PREPRINT:
            yield "PB", "arXiv"
    yield "UR", reference.url


def csl(reference: Reference) -> dict[str, object]:
    """One work as an item of CSL-JSON.

    Citation Style Language 1.0.2, https://resource.citationstyles.org/schema/v1.0/input/json/csl-data.json.
    """
    item: dict[str, object] = {
        "id": reference.key,
        "type": _kind(reference)[1],
        "title": reference.title,
        ("author" if _written(reference) else "editor"): [
            {"family": family, "given": given} if given else {"literal": family} for family, given in _people(reference)
        ],
    }
    if date := _issued(reference):
        item["issued"] = {"date-parts": [list(date)]}
    if first := reference.first_public:
        item["original-date"] = {"date-parts": [[first.year, first.month, first.day]]}
    named = {
        "container-title": reference.text("journal") or reference.text("booktitle"),
        "event-title": reference.text("eventtitle"),
        "page": reference.text("pages"),
        **{name: value for field, _, name in _FIELDS if (value := reference.text(field))},
    }
    if reference.arxiv:
        named |= {"archive": "arXiv", "archive_location": reference.arxiv}
    if _kind(reference) == _PREPRINT:
        named |= {"genre": "preprint", "publisher": "arXiv", "number": f"arXiv:{reference.arxiv}"}
    named["URL"] = reference.url
    return item | {name: value for name, value in named.items() if value}


def _kind(reference: Reference) -> tuple[str, str]:
    return _KINDS.get(reference.entry.type) or (_PREPRINT if reference.arxiv else _ONLINE)


def _written(reference: Reference) -> bool:
    """Whether the people of a work are its authors; otherwise they are its editors."""
    return bool(reference.entry.persons.get("author"))


def _people(reference: Reference) -> Iterable[tuple[str, str]]:
    """Family and given name of everyone who is named, without BibTeX's "and others"."""
    named = ((person.family, person.given) for person in reference.authors)
    return [(family, given) for family, given in named if (family, given) != ("others", "")]


def _issued(reference: Reference) -> tuple[int, ...]:
    """The date of the version that is cited: of a preprint the day, of a publication the year."""
    first = reference.first_public
    if first and reference.entry.type not in _KINDS and reference.year == str(first.year):
        return (first.year, first.month, first.day)
    return (reference.year_number,) if reference.year_number else ()


def works(catalogue: Catalogue) -> dict[str, object]:
    """Every work with what a table of them shows, and before them the attributes in reading order.

    `attributes` holds the name, the label, and the ids and labels of the values of each. In a work, an attribute is a
    list of ids; null means not reported, an empty list none, and one that is left out does not apply, as the survey
    describes methods only. `date` is the day on which the work became public, or the year where only that is known.
    """
    taxonomy = catalogue.taxonomy
    groups = {"axis": "axes", **Paper.described()}
    return {
        "attributes": [
            {
                "id": name,
                "label": "Axis" if name == "axis" else taxonomy.attributes[name].label,
                "values": [[term_id, term.label] for term_id, term in taxonomy.group(group).items()],
            }
            for name, group in groups.items()
        ],
        "works": [
            _work(work, taxonomy.axes) for work in sorted(catalogue.works.values(), key=lambda w: w.name.casefold())
        ],
    }


def _work(work: Work, axes: Iterable[str]) -> dict[str, object]:
    reference, paper = work.reference, work.paper
    told: dict[str, object] = {
        "key": work.key,
        "name": work.name,
        "formerly": paper.formerly,
        "title": reference.title,
        "authors": [f"{given} {family}".strip() for family, given in _people(reference)],
        "by": reference.short_authors,
        "date": str(reference.first_public or reference.year),
        "venue": reference.venue,
        "arxiv": reference.arxiv,
        "url": reference.url,
        "code": paper.links.code,
    }
    told = {name: value for name, value in told.items() if value}
    told["axis"] = [axis for axis in axes if axis in paper.axes]
    described = {name: paper.values(name) for name in Paper.described()} | {"base_models": paper.base_models}
    for name, values in described.items():
        if values is not None or paper.kind == "method" or name == "released":
            told[name] = values
    return told
