"""What runs on the code host: pinned, with least permissions, and in step with the book."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest
import yaml

from support import ROOT
from survey.catalogue import Catalogue

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.stem)
def test_every_action_is_pinned_to_a_commit_and_names_its_version(file) -> None:
    used = re.findall(r"uses: (.*)", file.read_text("utf-8"))
    assert used
    for action in used:
        assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+(\.\d+)*", action), action


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.stem)
def test_a_workflow_may_only_read_unless_a_job_says_otherwise(file) -> None:
    workflow = yaml.safe_load(file.read_text("utf-8"))
    assert workflow["permissions"] == {"contents": "read"}
    for job in workflow["jobs"].values():
        assert job["timeout-minutes"] <= 60
        assert set(job.get("permissions", {})) <= {"contents", "pages", "id-token", "issues"}
        for step in job["steps"]:
            assert "${{" not in step.get("run", ""), "what comes from outside is passed by the environment"


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.stem)
def test_a_workflow_calls_commands_that_exist(file) -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for line in re.findall(r"\bmake ([\w./ -]+)", file.read_text("utf-8")):
        for target in line.split():
            assert re.search(rf"^(?:[\w./ -]* )?{re.escape(target)}(?: [\w ]*)?:", makefile, re.MULTILINE), target


@pytest.mark.skipif(not shutil.which("actionlint"), reason="actionlint is not installed")
def test_actionlint_finds_nothing() -> None:
    done = subprocess.run(["actionlint", *map(str, WORKFLOWS)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_the_form_for_a_paper_offers_the_axes_of_the_book() -> None:
    form = yaml.safe_load((ROOT / ".github" / "ISSUE_TEMPLATE" / "add-a-paper.yml").read_text("utf-8"))
    offered = next(field for field in form["body"] if field.get("id") == "axis")["attributes"]["options"]
    assert offered[:-1] == [axis.label for axis in Catalogue.load(ROOT).taxonomy.axes.values()]


def test_a_run_that_could_ask_nobody_does_not_pass_for_one_that_found_nothing() -> None:
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "freshness.yml").read_text("utf-8"))
    [step] = [s for s in workflow["jobs"]["report"]["steps"] if "| tee" in s.get("run", "")]
    assert step["shell"] == "bash", "which alone has pipefail on"
