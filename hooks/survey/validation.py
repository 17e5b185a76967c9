"""What a YAML file says, as an entry of a model; what is wrong with it, as problems in their lines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TypeVar

from pydantic import ValidationError

from survey.models import Links, Model
from survey.problems import Problem, nearest
from survey.yaml_file import YamlFile

M = TypeVar("M", bound=Model)


def validated(
    model: type[M], data: object, file: YamlFile, place: tuple, problems: list[Problem], whole: str = "the file"
) -> M | None:
    """What stands at `place` of a file as an entry; None with its problems where it is not as the model wants it.

    `whole` is what a problem calls that which has no place.
    """
    try:
        return model.model_validate(data)
    except ValidationError as error:
        problems += [_problem(fault, model, file, place, whole) for fault in error.errors(include_url=False)]
        return None


def _problem(fault: Mapping, model: type[Model], file: YamlFile, place: tuple, whole: str) -> Problem:
    inner = tuple(part for part in fault["loc"] if part != "[key]")
    where = (*place, *inner)
    if fault["type"] in ("extra_forbidden", "missing"):
        shown = " › ".join(map(str, where[:-1])) or whole
        if fault["type"] == "missing":
            return Problem(file.path, file.line(*where), f"{shown}: lacks the field '{inner[-1]}'")
        names = Links.model_fields if "links" in inner[:-1] else model.model_fields
        message, meant = f"{shown}: unknown field '{inner[-1]}'", nearest(str(inner[-1]), names)
        return Problem(file.path, file.line(*where), message, meant)
    shown = " › ".join(map(str, where)) or whole
    if fault["type"] == "value_error":
        message = str(fault["ctx"]["error"])
    elif fault["type"] == "string_type" and isinstance(fault["input"], (int, float, dt.date)):
        message = f"must be text; put {_shown(fault['input'])} in quotes"
    else:
        message = fault["msg"][0].lower() + fault["msg"][1:]
    return Problem(file.path, file.line(*where), f"{shown}: {message}")


def _shown(value: object) -> str:
    try:
        return str(value)
    except ValueError:  # an integer of more digits than Python writes
        return "it"
