"""What a preview has shown, so that it builds only the pages that would be different now."""

from __future__ import annotations

from collections.abc import Mapping

# MkDocs loads its hooks anew for each build; this module stays.
_shown: dict[str, int] = {}
_pending: dict[str, int] = {}


def changed(made_from: Mapping[str, int]) -> frozenset[str]:
    """The pages that are made from something else than when they were last shown; of what they are made, the hash."""
    _pending.clear()
    _pending.update(made_from)
    return frozenset(page for page, told in made_from.items() if _shown.get(page) != told)


def shown() -> None:
    """The pages that were asked for last are built."""
    _shown.clear()
    _shown.update(_pending)
