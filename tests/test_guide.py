"""The blocks of a guide written for TensorFlow run with their import lines changed and nothing else.

The guide is not part of this repository: it is looked for where NNFIT_GUIDE says, or beside the checkout.
"""

import os
import re
from pathlib import Path

import numpy as np
import pytest

import nnfit

BESIDE = Path(__file__).resolve().parents[2] / "shared" / "guide" / "training_and_evaluation.md"
GUIDE = Path(os.environ.get("NNFIT_GUIDE", BESIDE))
KEPT = 500  # rows of each array, to be quick


def blocks():
    text = GUIDE.read_text(encoding="utf-8")
    return [match.group(1) for match in re.finditer(r"```python\n(.*?)```", text, re.DOTALL)]


def prepared(block, logs):
    block = re.sub(r"^(\s*(?:from|import) )tensorflow\b", r"\1nnfit.compat.tensorflow", block, flags=re.MULTILINE)
    block = re.sub(r"^>> .*$", "", block, flags=re.MULTILINE)  # output shown in a block
    block = block.replace("/full_path_to_your_logs", str(logs))
    dataset = "tf.data.Dataset.from_tensor_slices((x_train, y_train)).batch(64)"
    return block.replace("model.fit(dataset, ", f"model.fit({dataset}, ")  # the guide's word for any data set


@pytest.mark.skipif(not GUIDE.exists(), reason=f"the guide is not there: {GUIDE}")
def test_every_block_of_the_guide_runs(tmp_path, monkeypatch, capsys):
    pytest.importorskip("tensorboard")
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)

    def digits(count):
        return np.zeros((count, 28, 28), "uint8"), rng.integers(0, 10, count).astype("uint8")

    monkeypatch.setattr(nnfit.datasets.mnist, "load_data", lambda: (digits(60000), digits(10000)))
    names = {"__name__": "__main__", "np": np}
    exec("import nnfit.compat.tensorflow as tf", names)
    ran = 0
    for number, block in enumerate(blocks()):
        if block.lstrip().startswith("tensorboard "):
            continue  # a line for the shell
        try:
            exec(compile(prepared(block, tmp_path / "logs"), f"<block {number}>", "exec"), names)
        except Exception as error:
            error.add_note(f"in block {number} of the guide") if hasattr(error, "add_note") else None
            raise
        ran += 1
        for name, value in names.items():
            if isinstance(value, np.ndarray) and len(value) >= 10000:
                names[name] = rng.uniform(0, 1, (KEPT, 784)).astype("float32") if value.ndim == 2 else value[:KEPT]
    assert ran == 44
    assert list(tmp_path.glob("mymodel_*"))
    assert list(tmp_path.glob("logs/*/*tfevents*"))
    assert "Validation acc" in capsys.readouterr().out
