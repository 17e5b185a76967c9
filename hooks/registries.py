"""arXiv and Crossref: what they say of a work. The one part of the book that uses the network."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from xml.etree import ElementTree

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from survey.draft import Draft, author, clean_title, latex, people, with_venue
from survey.identifiers import Identifier, identify
from survey.problems import Misuse

_PAPER = r"(?:paper|article|manuscript|preprint|submission|version|work|it)"
_WITHDRAWN = re.compile(
    rf"^withdrawn\b(?! from)|\b{_PAPER} (?:(?:is|was|has been|have been) )?withdrawn\b(?! from)|\bwithdrawn by\b",
    re.IGNORECASE,
)
LARGEST = 20_000_000  # bytes of an answer
BATCH = 50  # works in one question to arXiv
_ATOM = {"a": "http://www.w3.org/2005/Atom", "x": "http://arxiv.org/schemas/atom"}
# Crossref's types as BibTeX calls them, with the field that names the container.
_TYPES = {
    "journal-article": ("article", "journal"),
    "proceedings-article": ("inproceedings", "booktitle"),
    "book-chapter": ("incollection", "booktitle"),
}


def _setting(name: str, default: float) -> float:
    """Seconds, from the environment. Raises Misuse for what is no number of them."""
    told = os.environ.get(f"SURVEY_{name}", "") or str(default)
    try:
        seconds = float(told)
    except ValueError:
        seconds = -1
    if not 0 <= seconds < 86400:
        raise Misuse(f"SURVEY_{name}: '{told}' is no number of seconds")
    return seconds


class NoAnswer(Misuse):
    """A registry could not be asked; of the work that was asked for, nothing is known."""


class Registries:
    """Asks arXiv and Crossref, patiently and politely.

    The addresses, and how long to wait for a silent server, for a whole answer, and between two questions to arXiv
    (which asks for three seconds) can be set in the environment.
    """

    def __init__(self) -> None:
        self.arxiv_address = os.environ.get("SURVEY_ARXIV", "https://export.arxiv.org/api/query")
        self.crossref_address = os.environ.get("SURVEY_CROSSREF", "https://api.crossref.org/works").rstrip("/")
        self.silence, self.whole = _setting("SILENCE", 15), _setting("WHOLE", 60)
        self.pause = _setting("PAUSE", 3)
        self.session = requests.Session()
        self.session.headers["User-Agent"] = (
            f"deep-research-survey (living survey) {requests.utils.default_user_agent()}"
        )
        patience = Retry(
            total=3,
            backoff_factor=self.pause / 3,
            status_forcelist=(429, 500, 502, 503, 504),
            respect_retry_after_header=False,
            raise_on_status=False,
        )
        for scheme in ("https://", "http://"):
            self.session.mount(scheme, HTTPAdapter(max_retries=patience))
        self._asked = 0.0

    def fetch(self, wanted: Iterable[Identifier]) -> dict[Identifier, Draft | Misuse]:
        """What the registries say of each work, under its venue where it has one, or why it cannot be had."""
        wanted = list(dict.fromkeys(wanted))
        numbers = [one.value for one in wanted if one.registry == "arXiv"]
        found: dict[Identifier, Draft | Misuse] = {}
        for start in range(0, len(numbers), BATCH):
            found |= self.arxiv(numbers[start : start + BATCH])
        for one in wanted:
            if one.registry == "DOI":
                found[one] = self.crossref(one.value)
            elif isinstance(draft := found[one], Draft) and draft.doi:
                venue = self.crossref(draft.doi)
                if isinstance(venue, Misuse):
                    found[one] = replace(draft, doi="", remarks=(*draft.remarks, f"published, but {venue}"))
                else:
                    found[one] = with_venue(draft, venue)
        return found

    def arxiv(self, numbers: Sequence[str]) -> dict[Identifier, Draft | Misuse]:
        """What arXiv says of each number (https://info.arxiv.org/help/api/user-manual.html)."""
        wanted = [Identifier("arXiv", number) for number in numbers]
        time.sleep(max(0.0, self._asked + self.pause - time.monotonic()))
        try:
            answer = self._get(self.arxiv_address, {"id_list": ",".join(numbers), "max_results": str(len(numbers))})
            entries = list(ElementTree.fromstring(answer).iterfind("a:entry", _ATOM))
        except Misuse as error:
            return dict.fromkeys(wanted, error)
        except ElementTree.ParseError as error:
            return dict.fromkeys(wanted, NoAnswer(f"arXiv's answer is broken ({error}); try again"))
        finally:
            self._asked = time.monotonic()
        found: dict[Identifier, Draft | Misuse] = {}
        for entry in entries:
            try:
                one = identify(_text(entry, "a:id"))
            except Misuse:
                continue  # an error that is told as an entry
            found[one] = _from_atom(entry, one.value)
        return {one: found.get(one, Misuse(f"arXiv knows no {one.value}")) for one in wanted}

    def crossref(self, doi: str) -> Draft | Misuse:
        """What Crossref says of a DOI (https://api.crossref.org/swagger-ui)."""
        try:
            answer = self._get(f"{self.crossref_address}/{requests.utils.quote(doi, safe='/')}", {})
            told = json.loads(answer)["message"]
            return _from_crossref(told, doi)
        except Misuse as error:
            return error
        except (ValueError, KeyError, TypeError, AttributeError, IndexError):
            return Misuse(f"Crossref's answer on {doi} is broken; try again")

    def _get(self, address: str, question: Mapping[str, str]) -> bytes:
        """The whole answer. Raises Misuse, in words for an author, for anything else: NoAnswer unless it is unknown."""
        host = re.sub(r"^https?://([^/]+).*", r"\1", address)
        until = time.monotonic() + self.whole
        try:
            with self.session.get(address, params=question, timeout=self.silence, stream=True) as answer:
                if answer.status_code == 404:
                    raise Misuse(f"{host} knows no {address.rpartition('/works/')[2]}")
                if not answer.ok:
                    raise NoAnswer(f"{host} answers {answer.status_code} {answer.reason}; try again later")
                return b"".join(_within(answer.iter_content(65536), until, host))
        except requests.exceptions.ChunkedEncodingError:
            raise NoAnswer(f"the answer of {host} broke off; try again") from None
        except (requests.ConnectionError, requests.Timeout) as error:
            if "timed out" in str(error):
                raise NoAnswer(f"{host} does not answer; try again later") from None
            raise NoAnswer(f"{host} cannot be reached; is there a network?") from None
        except requests.RequestException as error:
            raise NoAnswer(f"{host} cannot be asked: {type(error).__name__}; try again later") from None


def _within(chunks: Iterator[bytes], until: float, host: str) -> Iterator[bytes]:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > LARGEST:
            raise NoAnswer(f"the answer of {host} does not end; try again later")
        if time.monotonic() > until:
            raise NoAnswer(f"{host} answers too slowly; try again later")
        yield chunk


def _text(entry: ElementTree.Element, path: str) -> str:
    return " ".join((entry.findtext(path, "", _ATOM) or "").split())


def _from_atom(entry: ElementTree.Element, number: str) -> Draft | Misuse:
    title, comment = _text(entry, "a:title"), _text(entry, "x:comment")
    if any(map(_WITHDRAWN.search, (comment, _text(entry, "a:summary")[:200]))):
        return Misuse(f"arXiv {number} is withdrawn: {comment or title}")
    try:
        published = dt.date.fromisoformat(_text(entry, "a:published")[:10])
    except ValueError:
        return Misuse(f"arXiv's answer on {number} is broken; try again")
    # A colon stands in the list of authors between a team and its members.
    authors = [
        name for person in entry.iterfind("a:author", _ATOM) if re.search(r"\w", name := _text(person, "a:name"))
    ]
    if not clean_title(title) or not authors:
        return Misuse(f"arXiv's answer on {number} has no title or no authors")
    category = entry.find("x:primary_category", _ATOM)
    code = re.search(
        r"https://(?:github\.com|gitlab\.com|huggingface\.co)/[\w.-]+/[\w.-]*\w",
        f"{comment} {_text(entry, 'a:summary')}",
    )
    remarks = [f"arXiv's comment: {comment}"] if comment else []
    if reference := _text(entry, "x:journal_ref"):
        remarks.append(f"arXiv's journal reference: {reference}")
    return Draft(
        title=clean_title(title),
        authors=tuple(map(author, authors)),
        year=str(published.year),
        published=published,
        arxiv=number,
        version=int(version[1]) if (version := re.search(r"v(\d+)$", _text(entry, "a:id"))) else 1,
        doi=_text(entry, "x:doi"),
        fields={"primaryClass": category.get("term", "")} if category is not None else {},
        code=code[0] if code else "",
        remarks=tuple(remarks),
    )


def _from_crossref(told: dict, doi: str) -> Draft | Misuse:
    title, subtitle = (clean_title((told.get(part) or [""])[0]) for part in ("title", "subtitle"))
    if subtitle and subtitle.lower() not in title.lower():
        title = f"{title}: {subtitle}"
    role = "author" if told.get("author") else "editor"
    persons = tuple(filter(None, map(_person, told.get(role) or [])))
    issued = (told.get("issued") or {}).get("date-parts") or [[None]]
    if not title or not persons or not issued[0][0]:
        return Misuse(f"Crossref's entry {doi} has no title, authors or year")
    kind, container = _TYPES.get(told.get("type", ""), ("misc", "howpublished"))
    fields = {
        container: (told.get("container-title") or [""])[0],
        "eventtitle": (told.get("event") or {}).get("acronym") or "",
        "volume": told.get("volume") or "",
        "number": told.get("issue") or "",
        "pages": (told.get("page") or "").replace("-", "--"),
        "publisher": told.get("publisher") or "",
    }
    if kind != "misc" and not fields[container]:
        kind = "misc"
    written = {name: latex(clean_title(str(text))) for name, text in fields.items() if text}
    if role == "editor":
        written["editor"] = people(persons)
    day = issued[0] if len(issued[0]) == 3 else None
    return Draft(
        title=title,
        authors=persons,
        year=str(issued[0][0]),
        type=kind,
        published=dt.date(*day) if day else None,
        doi=doi,
        fields=written,
    )


def _person(told: Mapping[str, str]) -> str:
    if "family" in told:
        return ", ".join(filter(None, (told["family"], told.get("suffix", ""), told.get("given", ""))))
    return f"{{{told['name']}}}" if told.get("name") else ""
