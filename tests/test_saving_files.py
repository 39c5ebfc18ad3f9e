"""Files of models: damaged and foreign ones, and what is there when a writer is killed."""

import io
import json
import os
import pickle
import signal
import struct
import subprocess
import sys
import zipfile

import numpy as np
import pytest

from nnfit import layers, models
from nnfit.layers import Input
from nnfit.saving import load_model


def make(units=3, seed=0):
    model = models.Sequential([Input((4,)), layers.Dense(units, name="d"), layers.Dropout(0.5)])
    rng = np.random.default_rng(seed)
    model.set_weights([rng.normal(size=w.shape) for w in model.weights])
    model.compile("adam", "mse")
    return model


@pytest.fixture
def saved(tmp_path):
    make().save(tmp_path / "model")
    return tmp_path / "model"


def header_length(content):
    return struct.unpack("<Q", content[:8])[0]


def with_header(content, change):
    """The content with its header changed by a function."""
    length = header_length(content)
    header = json.loads(content[8 : 8 + length])
    change(header)
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + content[8 + length :]


def archive():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("config.json", "{}")
    return buffer.getvalue()


def foreign_safetensors():
    from safetensors.numpy import save

    return save({"weight": np.ones((2, 2), "float32")}, metadata={"format": "pt"})


FOREIGN = {
    "empty": (b"", "is empty"),
    "hdf5": (b"\x89HDF\r\n\x1a\n" + bytes(100), "is an HDF5 file"),
    "keras archive": (archive(), "is a zip archive, as Keras writes"),
    "pickle": (pickle.dumps({"a": 1}), "is a pickle"),
    "text": (b"a model, honestly", "is no safetensors file"),
    "random": (np.random.default_rng(0).bytes(1000), "is no safetensors file"),
    "absurd header length": (struct.pack("<Q", 2**63 - 1) + b"{}", "is no safetensors file"),
    "long header length": (struct.pack("<Q", 90_000_000) + b"{}", "is no safetensors file"),
    "not json": (struct.pack("<Q", 4) + b"{{{{", "is no safetensors file"),
    "deep json": (struct.pack("<Q", 200_000) + b"[" * 200_000, "is no safetensors file"),
    "somebody else's safetensors": (foreign_safetensors(), "is a safetensors file that another program wrote"),
}


@pytest.mark.parametrize("kind", FOREIGN)
@pytest.mark.parametrize("action", ["load_model", "load_weights"])
def test_foreign_files_are_named_and_refused(kind, action, tmp_path):
    content, words = FOREIGN[kind]
    path = tmp_path / "file"
    path.write_bytes(content)
    load = load_model if action == "load_model" else make().load_weights
    with pytest.raises(ValueError, match=rf"\[{action}\] '.*file' {words}"):
        load(path)


def test_missing_files_and_folders(tmp_path):
    with pytest.raises(FileNotFoundError, match="there is no file '.*nowhere'"):
        load_model(tmp_path / "nowhere")
    with pytest.raises(ValueError, match="expected a file"):
        load_model(tmp_path)


def test_truncated_files_are_refused(saved):
    content = saved.read_bytes()
    for length in {1, 7, 8, 9, 8 + header_length(content) // 2, 8 + header_length(content), len(content) - 1}:
        saved.write_bytes(content[:length])
        with pytest.raises(ValueError, match="model' is no safetensors file, or a damaged one"):
            load_model(saved)
    saved.write_bytes(content + b"\0")
    with pytest.raises(ValueError, match="model' is no safetensors file, or a damaged one"):
        load_model(saved)


def test_no_flipped_bit_goes_unnoticed(saved):
    """Two bits of every third byte of the data, and one of every seventh byte of the header."""
    content = saved.read_bytes()
    data = 8 + header_length(content)
    expected = [w.copy() for w in load_model(saved).get_weights()]
    places = [(byte, bit) for byte in range(data, len(content), 3) for bit in (0, 7)]
    places += [(byte, 1) for byte in range(0, data, 7)]
    for byte, bit in places:
        damaged = bytearray(content)
        damaged[byte] ^= 1 << bit
        saved.write_bytes(damaged)
        loaded, complaint = outcome(saved)
        if loaded is None:
            assert "model'" in complaint
        else:  # the flip fell on what says nothing, such as white space
            assert byte < data
            for left, right in zip(loaded.get_weights(), expected, strict=True):
                np.testing.assert_array_equal(left, right)


def outcome(path):
    try:
        return load_model(path), ""
    except ValueError as error:
        return None, str(error)


def test_a_newer_format_is_refused(saved):
    def newer(header):
        header["__metadata__"]["format_version"] = "2"

    saved.write_bytes(with_header(saved.read_bytes(), newer))
    with pytest.raises(ValueError, match="has format version '2', and this nnfit reads those up to 1. Update nnfit"):
        load_model(saved)


def test_a_file_imports_and_runs_nothing(tmp_path):
    """Configurations that name modules, functions and classes of Python's are refused as unknown names."""
    from nnfit.saving.model_file import write_model_file

    state = {"weights": [], "seeds": [], "own": {}, "shapes": {}, "frozen_layers": [], "frozen_weights": []}
    marker = tmp_path / "ran"
    call = {"module": "subprocess", "class_name": "Popen", "config": {"args": ["touch", str(marker)]}}
    for evil in (
        call,
        {**call, "module": "antigravity", "class_name": "geohash"},
        {"module": "nnfit.layers", "class_name": "Dense", "config": {"units": 1, "activation": {**call}}},
        {"module": "nnfit.layers", "class_name": "Lambda", "config": {"function": {
            "module": "os", "class_name": "function", "config": "system", "registered_name": "os>system"}}},
        {"module": "nnfit.layers", "class_name": "Lambda", "config": {"function": {
            "module": "nnfit.datasets", "class_name": "function", "config": "download"}}},
        {"module": "nnfit.models", "class_name": "load_model", "config": {"filepath": "x"}},
    ):  # fmt: skip
        write_model_file(str(tmp_path / "evil"), {}, {"content": "model", "state": state, "model": evil})
        with pytest.raises(ValueError, match="evil' holds a model that cannot be made.*unknown name"):
            load_model(tmp_path / "evil")
    assert not marker.exists()
    assert "antigravity" not in sys.modules


@pytest.mark.parametrize(
    "described", [3, "relu", [], {}, {"module": "nnfit.losses", "class_name": "Huber", "config": {}}]
)
def test_a_file_without_a_model(described, tmp_path):
    from nnfit.saving.model_file import write_model_file

    write_model_file(str(tmp_path / "odd"), {}, {"content": "model", "model": described, "state": {}})
    with pytest.raises(ValueError, match="odd' holds no model"):
        load_model(tmp_path / "odd")


# Killed writers

SAVE_AND_DIE = """
import os, signal, sys
from nnfit import models
import nnfit.saving.atomic_file
path, moment = sys.argv[1:]
model = models.load_model(path)
model.set_weights([w * 0 for w in model.get_weights()])

def die(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)

def write_half(arrays, temporary, metadata):
    from safetensors.numpy import save
    content = save(arrays, metadata)
    with open(temporary, "wb") as file:
        file.write(content[: len(content) // 2])
        file.flush()
        die()

if moment == "write":
    import safetensors.numpy
    safetensors.numpy.save_file = write_half
else:
    setattr(os, moment, die)
model.save(path)
"""


def run(program, *arguments, **options):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    return subprocess.Popen([sys.executable, "-c", program, *map(str, arguments)], env=environment, **options)


@pytest.mark.parametrize("moment", ["write", "fsync", "replace"])
@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_a_writer_killed_at_any_moment_leaves_the_old_file_whole(moment, saved):
    content = saved.read_bytes()
    assert run(SAVE_AND_DIE, saved, moment).wait() == -signal.SIGKILL
    assert saved.read_bytes() == content
    assert load_model(saved).compiled


SAVE_FOREVER = """
import sys
from nnfit import models
model = models.load_model(sys.argv[1])
print("ready", flush=True)
while True:
    model.set_weights([w + 1 for w in model.get_weights()])
    model.save(sys.argv[1])
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_a_writer_killed_at_a_random_moment_leaves_a_whole_file(tmp_path):
    path = tmp_path / "model"
    model = make(units=20_000)
    model.set_weights([np.zeros(w.shape, "float32") for w in model.weights])
    model.save(path)
    writer = run(SAVE_FOREVER, path, stdout=subprocess.PIPE)
    assert writer.stdout.readline().strip() == b"ready"
    for _ in range(40):  # until it has begun to write a few times
        assert load_model(path) is not None
        if any(name.suffix == ".tmp" for name in tmp_path.iterdir()):
            break
    writer.kill()
    assert writer.wait() == -signal.SIGKILL
    writer.stdout.close()
    values = np.concatenate([w.ravel() for w in load_model(path).get_weights()])
    assert np.all(values == values[0])


def test_a_failed_write_leaves_nothing_behind(saved, monkeypatch):
    content = saved.read_bytes()

    def full_disk(source, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full_disk)
    with pytest.raises(OSError, match="No space left"):
        make(seed=1).save(saved)
    assert [p.name for p in saved.parent.iterdir()] == ["model"]
    assert saved.read_bytes() == content
