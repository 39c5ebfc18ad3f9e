"""Every instruction set that the machine has computes every op; each in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from nnfit import _core

INFO = _core.build_info()
OTHERS = [isa for isa in INFO["available_isas"] if isa != INFO["isa"]]


@pytest.mark.parametrize("isa", OTHERS)
def test_ops_on(isa):
    environment = {**os.environ, "NNFIT_ISA": isa}
    program = Path(__file__).parent / "reference" / "__main__.py"
    done = subprocess.run([sys.executable, program], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_an_unknown_instruction_set_is_named():
    environment = {**os.environ, "NNFIT_ISA": "sse9"}
    done = subprocess.run(
        [sys.executable, "-c", "import nnfit._core"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert "sse9" in done.stderr
    assert all(isa in done.stderr for isa in INFO["available_isas"])
