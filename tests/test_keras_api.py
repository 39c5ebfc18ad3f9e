"""docs/keras_api.md says the truth about what nnfit has of Keras's API."""

import importlib.util
import json
from pathlib import Path

import pytest

import nnfit

ROOT = Path(__file__).resolve().parents[1]
SCRIPT = ROOT / "docs" / "keras_api.py"

if not SCRIPT.exists():  # a source distribution comes without docs
    pytest.skip("there are no docs", allow_module_level=True)

specification = importlib.util.spec_from_file_location("keras_api", SCRIPT)
keras_api = importlib.util.module_from_spec(specification)
specification.loader.exec_module(keras_api)
NAMES = json.loads(keras_api.RECORD.read_text(encoding="utf-8"))["names"]
NOTES = json.loads(keras_api.NOTES.read_text(encoding="utf-8"))


def documented():
    """What the file says: names by `module.name`, each with its status."""
    found, heading = {}, ""
    for line in keras_api.TABLE.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            heading = "" if line[3:] == "keras" else f"{line[3:]}."
        elif line.startswith("Same: "):
            found.update((heading + name.strip("`"), "same") for name in line[6:].rstrip(".").split(", "))
        elif line.startswith("| `"):
            name, status = line.split("|")[1:3]
            found[heading + name.strip(" `")] = status.strip()
    return found


def test_each_name_is_documented():
    assert documented().keys() == NAMES.keys()


def test_what_is_said_to_be_the_same_is_there_with_the_same_arguments():
    now = keras_api.compare(nnfit, {"names": NAMES}, NOTES)
    said = documented()
    wrong = {name: now[name] for name, status in said.items() if status == "same" and now[name][0] != "same"}
    assert wrong == {}, "run docs/keras_api.py, and look at what it changes"


def test_what_is_said_to_differ_is_there():
    missing = [name for name, status in documented().items() if status == "differs" and keras_api.missing(nnfit, name)]
    assert missing == []


def test_what_is_said_to_be_missing_is_not_there():
    now = keras_api.compare(nnfit, {"names": NAMES}, NOTES)
    said = documented()
    stale = [name for name, status in said.items() if status == "not here" and now[name][0] != "not here"]
    assert stale == [], "run docs/keras_api.py"


def test_attributes_that_only_objects_have():
    variable, loss = nnfit.Variable(0.0), nnfit.losses.MeanSquaredError()
    for name in NOTES["same"]:
        thing, attribute = name.rsplit(".", 1)
        assert hasattr({"Variable": variable, "losses.Loss": loss}[thing], attribute)


def test_each_note_is_about_a_name():
    def used(pattern):
        return any(keras_api.fnmatch.fnmatchcase(name, pattern) for name in NAMES)

    assert [pattern for notes in NOTES.values() for pattern in notes if not used(pattern)] == []


@pytest.mark.parametrize(
    ("wanted", "given", "said"),
    [
        ([["x", ""], ["axis", "-1"]], [["x", ""], ["axis", "-1"], ["more", "1"]], ""),
        ([["x", ""], ["axis", "-1"]], [["x", ""], ["axis", "0"]], "`axis=0`"),
        ([["x", ""], ["axis", "-1"]], [["x", ""]], "without `axis`"),
        ([["x", ""], ["axis", "-1"]], [["y", ""], ["axis", "-1"]], "`x` is called `y`"),
        ([["x", ""], ["axis", "-1"]], [["axis", ""], ["x", ""]], "in the order `axis`, `x`; `axis` has no default"),
        ([["x", ""], ["axis", "-1"]], [["x", ""], ["**kwargs", ""]], ""),
        ([["size", "(2, 2)"], ["mode", "'Same'"]], [["size", "2"], ["mode", "'same'"]], ""),
        ([["size", ""]], [["size", "2"]], ""),
    ],
)
def test_differences_of_arguments(wanted, given, said):
    assert keras_api.argument_differences(wanted, given).removeprefix("arguments ") == said
