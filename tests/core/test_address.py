"""Where a page stands on the site."""

from __future__ import annotations

import pytest

from survey.address import address


@pytest.mark.parametrize(
    ("file", "stands_at"),
    [
        ("index.md", ""),
        ("reward.md", "reward/"),
        ("papers/index.md", "papers/"),
        ("papers/index.md?axis=reward#all", "papers/?axis=reward#all"),
        ("reindex.md", "reindex/"),
        ("reward.md.txt", "reward.md.txt"),
        ("data/works.json", "data/works.json"),
        ("#overlap", "#overlap"),
    ],
)
def test_a_page_stands_in_a_folder_of_its_name(file: str, stands_at: str) -> None:
    assert address(file) == stands_at
