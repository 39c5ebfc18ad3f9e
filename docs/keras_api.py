"""Writes docs/keras_api.md: each public name of Keras's training API, and how nnfit has it.

    python docs/keras_api.py

The names are those that `tests/golden/record_keras_api.py` recorded. What nnfit has is looked up in nnfit itself; what
cannot be looked up stands in `keras_api_notes.json` beside this file: attributes that only objects have (`same`), what
is different about a name beyond its arguments (`differs`), and why one is missing (`not here`). A key of the last may
have `*` in it; the longest that fits counts.
"""

from __future__ import annotations

import fnmatch
import json
import re
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from golden.record_keras_api import RECORD, find, parameters  # noqa: E402

NOTES = ROOT / "docs" / "keras_api_notes.json"
TABLE = ROOT / "docs" / "keras_api.md"
UNEXPLAINED = "not built"
# Arguments that a signature lists for one library and gathers for the other, and the `state` of JAX's steps; left out.
IGNORED = {"state", "activity_regularizer", "**kwargs", "**base_kwargs", "*args"}
HEAD = """# Keras's API, name by name

Every public name of the training API of Keras {version}, and how nnfit has it. `python docs/keras_api.py` makes this
file; a test checks it.

- **Same**: there, with Keras's arguments in Keras's order and with their defaults.
- **Differs**: there, but not quite so.
- **Not here**: left out, and why.

{counts}

What tf.keras 2 has and Keras 3 does not, and nnfit has too: `add_metric` with `aggregation`, `model.add_loss(tensor)`
and `model.add_metric(tensor, …)` on functional models, `reset_states`, `losses.Reduction.AUTO`, `keras.backend`'s older
functions, and `loss` first in logs.
"""


def missing(library: Any, name: str) -> bool:
    """Whether the library does not have a dotted name."""
    try:
        find(library, name)
    except AttributeError:
        return True
    return False


def argument_differences(wanted: list[list[str]], given: list[list[str]]) -> str:
    """What is different about the arguments of a call; empty if nothing is."""
    wanted = [pair for pair in wanted if pair[0] not in IGNORED]
    have = dict(given)
    free = any(name.startswith("**") for name in have)
    names = [name for name, _ in wanted]
    said = []
    renamed = {
        theirs: ours
        for (theirs, default), (ours, default_here) in zip(wanted, given, strict=False)
        if theirs not in have and ours not in names and not (theirs + ours).count("*") and not default + default_here
    }
    said += [f"`{theirs}` is called `{ours}`" for theirs, ours in renamed.items()]
    absent = [name for name in names if name not in have and name not in renamed and not name.startswith("*")]
    if absent and not free:
        said.append("without " + ", ".join(f"`{name}`" for name in absent))
    shared = [name for name in names if name in have]
    order = [name for name, _ in given if name in shared]
    if order != shared:
        said.append(f"arguments in the order {', '.join(f'`{name}`' for name in order)}")
    for name, default in wanted:
        if name in have and default and name != "name" and meaning(have[name]) != meaning(default):
            said.append(f"`{name}={have[name]}`" if have[name] else f"`{name}` has no default")
    return "; ".join(said)


def meaning(default: str) -> str:
    """A default without what makes no difference: case, and one number said for several axes."""
    found = re.fullmatch(r"\((\d+)(?:, \1)+\)", default)
    return (found.group(1) if found else default).lower()


def note_for(name: str, notes: dict[str, str]) -> str | None:
    """The note for a name: its own, or that of the longest pattern that fits."""
    fitting = [pattern for pattern in notes if fnmatch.fnmatchcase(name, pattern)]
    return notes[max(fitting, key=len)] if fitting else None


def compare(library: Any, record: dict[str, Any], notes: dict[str, dict[str, str]]) -> dict[str, tuple[str, str]]:
    """For each name its status, `"same"`, `"differs"` or `"not here"`, and what there is to say about it."""
    found = {}
    for name, entry in record["names"].items():
        if name in notes["same"]:
            found[name] = ("same", "")
            continue
        if missing(library, name):
            found[name] = ("not here", note_for(name, notes["not here"]) or UNEXPLAINED)
            continue
        said = notes["differs"].get(name, "")
        value = find(library, name)
        given = parameters(value) if callable(value) else None
        if not said and entry["parameters"] is not None and given is not None:
            said = argument_differences(entry["parameters"], given)
        found[name] = ("differs", said) if said else ("same", "")
    return found


def section(name: str) -> str:
    """The heading that a name comes under."""
    return name.rpartition(".")[0] or "keras"


def table(version: str, compared: dict[str, tuple[str, str]]) -> str:
    """The text of the file."""
    counts = {status: sum(s == status for s, _ in compared.values()) for status in ("same", "differs", "not here")}
    line = ", ".join(f"{count} {status}" for status, count in counts.items())
    parts = [HEAD.format(version=version, counts=f"Of {len(compared)} names: {line}.")]
    for heading in dict.fromkeys(map(section, compared)):
        rows = {name: row for name, row in compared.items() if section(name) == heading}
        parts.append(f"\n## {heading}\n")
        same = [f"`{name.rpartition('.')[2]}`" for name, (status, _) in rows.items() if status == "same"]
        if same:
            parts.append(f"Same: {', '.join(same)}.\n")
        others = [(name.rpartition(".")[2], *row) for name, row in rows.items() if row[0] != "same"]
        if others:
            parts.append("| name | | how, or why |\n|---|---|---|")
            parts.extend(f"| `{name}` | {status} | {said} |" for name, status, said in others)
            parts.append("")
    return "\n".join(parts).rstrip() + "\n"


def make() -> tuple[dict[str, tuple[str, str]], str]:
    """The comparison with nnfit as it is, and the text of the file."""
    import nnfit

    record = json.loads(RECORD.read_text(encoding="utf-8"))
    notes = json.loads(NOTES.read_text(encoding="utf-8"))
    compared = compare(nnfit, record, notes)
    return compared, table(record["keras"], compared)


if __name__ == "__main__":
    compared, text = make()
    TABLE.write_text(text, encoding="utf-8")
    unexplained = [name for name, (status, said) in compared.items() if said == UNEXPLAINED]
    print(f"{len(compared)} names; missing without a reason: {unexplained}")
