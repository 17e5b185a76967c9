"""Where a page stands on the site."""

from __future__ import annotations

import re

_PAGE = re.compile(r"^([^?#]*?)(?:(?<![^/])index\.md|(\.md))(?=[?#]|$)")


def address(file: str) -> str:
    """The address of a page, or of another file, by its path below docs/; a query and a fragment stay."""
    return _PAGE.sub(lambda page: page[1] + "/" * bool(page[2]), file)
