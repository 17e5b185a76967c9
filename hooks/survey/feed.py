"""The feed of added works, as RSS 2.0 (https://www.rssboard.org/rss-specification)."""

from __future__ import annotations

import datetime as dt
from email.utils import format_datetime
from html import escape
from xml.etree import ElementTree

from survey.catalogue import Catalogue
from survey.metadata import FEED, Site

LENGTH = 50
_ATOM = "http://www.w3.org/2005/Atom"


def feed(catalogue: Catalogue, site: Site) -> str:
    """The works that came into the survey last, the newest first, each with its summary.

    It says nothing of the time at which it is made, so that the same data gives the same feed. Its links are absolute,
    as RSS wants them, where the site has an address; otherwise they are relative to the feed, which readers resolve.
    The name that a reader remembers an item by is the work's key and not its address, so that nothing is new again when
    the site moves.
    """
    works = sorted(catalogue.works.values(), key=lambda work: work.key)
    works.sort(key=lambda work: work.paper.added, reverse=True)
    ElementTree.register_namespace("atom", _ATOM)
    rss = ElementTree.Element("rss", version="2.0")
    channel = ElementTree.SubElement(rss, "channel")
    _add(channel, "title", f"{site.name}: added works")
    _add(channel, "link", site.url or "./")
    _add(channel, "description", escape(site.description or "Works that were added to the survey."))
    _add(channel, "language", "en-gb")
    if works:
        _add(channel, "lastBuildDate", _date(works[0].paper.added))
    if site.url:
        own = {"href": site.url + FEED, "rel": "self", "type": "application/rss+xml"}
        ElementTree.SubElement(channel, f"{{{_ATOM}}}link", own)
    for work in works[:LENGTH]:
        item = ElementTree.SubElement(channel, "item")
        _add(item, "title", work.reference.title)
        _add(item, "link", f"{site.url}papers/{work.key}/")
        _add(item, "guid", work.key, isPermaLink="false")
        _add(item, "pubDate", _date(work.paper.added))
        _add(item, "description", escape(work.paper.summary))  # read as HTML, which the text is not
    ElementTree.indent(rss)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(rss, encoding="unicode") + "\n"


def _add(parent: ElementTree.Element, name: str, text: str, **attributes: str) -> None:
    ElementTree.SubElement(parent, name, attributes).text = text


def _date(day: dt.date) -> str:
    """A day as RFC 822 writes it, at its beginning."""
    return format_datetime(dt.datetime.combine(day, dt.time(), dt.UTC), usegmt=True)
