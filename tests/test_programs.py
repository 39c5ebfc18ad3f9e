"""The programs that users meet first: the command line, the README's code, and the examples."""

import re
import runpy
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import nnfit
from idx_files import MNIST_NAMES, idx_bytes
from nnfit.__main__ import main

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = sorted((ROOT / "examples").glob("*.py"))


@pytest.fixture
def small_mnist(tmp_path, monkeypatch):
    """Images of one bright row each, which tells their class."""
    rng = np.random.default_rng(0)
    folder = tmp_path / "mnist"
    folder.mkdir()
    for names, n in ((MNIST_NAMES[:2], 600), (MNIST_NAMES[2:], 100)):
        labels = rng.integers(0, 10, n, dtype=np.uint8)
        images = np.zeros((n, 28, 28), np.uint8)
        images[np.arange(n), 2 * labels] = rng.integers(100, 256, (n, 28))
        for name, array in zip(names, (images, labels), strict=True):
            (folder / name).write_bytes(idx_bytes(array))
    monkeypatch.setenv("NNFIT_DATA", str(tmp_path))


@pytest.fixture
def small_cifar10(tmp_path):
    """Noise in colour."""
    rng = np.random.default_rng(0)
    (tmp_path / "cifar10").mkdir()
    arrays = {}
    for part, n in (("train", 32), ("test", 8)):
        arrays[f"x_{part}"] = rng.integers(0, 256, (n, 32, 32, 3), dtype=np.uint8)
        arrays[f"y_{part}"] = rng.integers(0, 10, (n, 1), dtype=np.uint8)
    np.savez(tmp_path / "cifar10" / "cifar10.npz", **arrays)


def test_demo_learns_the_digits(capsys):
    main(["demo"])
    accuracy, images, epochs = re.search(
        r"Test accuracy ([\d.]+)% on (\d+) images, after (\d+) epochs in [\d.]+ s", capsys.readouterr().out
    ).groups()
    assert float(accuracy) >= 97
    assert (images, epochs) == ("360", "30")


def test_demo_repeats_itself(capsys):
    results = []
    for _ in range(2):
        main(["demo", "--epochs", "2", "--seed", "5"])
        results.append(re.search(r"Test accuracy [\d.]+%", capsys.readouterr().out).group())
    assert results[0] == results[1]


def test_config_command():
    output = subprocess.run(
        [sys.executable, "-m", "nnfit", "config"], check=True, capture_output=True, text=True
    ).stdout
    assert output.split()[:2] == ["nnfit", nnfit.__version__]


def test_unknown_command(capsys):
    with pytest.raises(SystemExit):
        main(["dmeo"])
    assert "demo" in capsys.readouterr().err


@pytest.mark.usefixtures("small_mnist")
def test_readme_code_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (code,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    exec(compile(code, "README.md", "exec"), {})


def test_code_of_the_page_on_training_runs():
    page = ROOT / "docs" / "training.md"
    if not page.exists():
        pytest.skip("the documents are not part of the source distribution")
    namespace = {}
    for code in re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
        exec(compile(code, page.name, "exec"), namespace)


def test_readme_has_the_commands_that_ci_runs():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for name in ("install-and-run", "install-and-test"):
        (commands,) = re.findall(rf"<!-- {name} -->\n```sh\n(.*?)```\n<!-- end -->", readme, re.DOTALL)
        assert len(commands.splitlines()) == 1


@pytest.mark.skipif(not EXAMPLES, reason="the examples are not part of the source distribution")
@pytest.mark.usefixtures("small_mnist", "small_cifar10")
def test_examples_run(monkeypatch):
    for path in EXAMPLES:
        monkeypatch.setattr(sys, "argv", [str(path), "--epochs", "2"])
        runpy.run_path(str(path), run_name="__main__")
