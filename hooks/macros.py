"""Makes the survey's macros known to mkdocs-macros. What they give is decided in survey/macros.py.

The history of the book comes from hooks/site.py, by the configuration: mkdocs-macros finds no module beside this one.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from survey.catalogue import Catalogue
from survey.macros import Macros, bind, names
from survey.manuscript import Manuscript
from survey.medium import Screen


def define_env(env: Any) -> None:
    """Called by mkdocs-macros once for each build."""
    root = Path(env.conf.config_file_path).parent
    catalogue = Catalogue.load(root)
    manuscript = Manuscript.read(root, [], env.conf.extra["history"])

    def macros() -> Macros:
        return Macros(catalogue, Screen(env.page.file.src_uri), manuscript)

    for name in names():
        env.macro(bind(macros, name), name)
