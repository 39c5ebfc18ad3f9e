"""Settings: numeric defaults, threads, and what is shown of them."""

import os
import subprocess
import sys

import pytest
from threadpoolctl import threadpool_limits

import nnfit
from nnfit import config


@pytest.fixture(autouse=True)
def restore():
    before = config.floatx(), config.epsilon(), config.num_threads()
    yield
    config.set_floatx(before[0])
    config.set_epsilon(before[1])
    config.set_num_threads(before[2])


def test_floatx():
    assert config.floatx() == "float32"
    config.set_floatx("float64")
    assert config.floatx() == "float64"
    with pytest.raises(ValueError, match="'float32', 'float64'.*got 'int32'"):
        config.set_floatx("int32")
    assert config.floatx() == "float64"


def test_epsilon():
    assert config.epsilon() == 1e-7
    config.set_epsilon(1e-3)
    assert config.epsilon() == 1e-3
    for wrong in (0, -1.0, float("nan")):
        with pytest.raises(ValueError, match="expected a positive number"):
            config.set_epsilon(wrong)
    assert config.epsilon() == 1e-3


def test_images_have_their_channels_last():
    assert config.image_data_format() == "channels_last"


def test_set_num_threads():
    config.set_num_threads(3)
    assert config.num_threads() == 3
    for wrong in (0, -2):
        with pytest.raises(ValueError, match=f"{wrong}"):
            config.set_num_threads(wrong)
    with pytest.raises(TypeError):
        config.set_num_threads("two")
    assert config.num_threads() == 3


def test_threadpoolctl_limits_the_threads():
    config.set_num_threads(3)
    with threadpool_limits(limits=1):
        assert config.num_threads() == 1
    assert config.num_threads() == 3


def in_new_process(expression, setup="", **environment):
    inherited = {k: v for k, v in os.environ.items() if k not in ("NNFIT_NUM_THREADS", "OMP_NUM_THREADS", "NNFIT_ISA")}
    result = subprocess.run(
        [sys.executable, "-c", f"{setup}\nimport nnfit; print({expression})"],
        env={**inherited, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return result.stdout.strip()


@pytest.mark.parametrize(
    ("environment", "threads"),
    [
        ({"OMP_NUM_THREADS": "3"}, "3"),
        ({"NNFIT_NUM_THREADS": "5"}, "5"),
        ({"NNFIT_NUM_THREADS": "5", "OMP_NUM_THREADS": "7"}, "5"),
    ],
)
def test_threads_of_the_environment(environment, threads):
    assert in_new_process("nnfit.config.num_threads()", **environment) == threads


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="the system has no processor affinity")
def test_default_threads_follow_affinity():
    pin = "import os; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})"
    assert in_new_process("nnfit.config.num_threads()", setup=pin) == "1"
    assert 1 <= int(in_new_process("nnfit.config.num_threads()")) <= len(os.sched_getaffinity(0))


@pytest.mark.parametrize("isa", nnfit._core.build_info()["available_isas"])
def test_instruction_set_of_the_environment(isa):
    assert in_new_process("nnfit._core.build_info()['isa']", NNFIT_ISA=isa) == isa


def test_build_info():
    info = nnfit._core.build_info()
    assert info["isa"] in info["available_isas"]
    assert info["available_isas"][0] == "baseline"


def test_show_config(capsys):
    config.set_num_threads(2)
    nnfit.show_config()
    shown = dict(
        line.split(maxsplit=1) for line in capsys.readouterr().out.replace("instruction set", "isa").splitlines()
    )
    info = nnfit._core.build_info()
    assert shown["nnfit"] == nnfit.__version__
    assert shown["isa"].split()[0] == info["isa"]
    assert all(isa in shown["isa"] for isa in info["available_isas"])
    assert shown["threads"].split()[0] == "2"
    assert shown["BLAS"] == "none"
    assert shown["compiler"] == info["compiler"]
