"""The data sets: what they hold, where they are looked for, and what is said when they are not there."""

import gzip
import hashlib
import io
import tarfile

import numpy as np
import pytest

from idx_files import MNIST_NAMES, idx_bytes, mnist_arrays, write_mnist
from nnfit.datasets import cifar10, digits, fashion_mnist, mnist
from nnfit.datasets.labelled_images import mnist_files
from nnfit.datasets.locate import RemoteFile, cache_folder

PUBLISHED = (mnist._FILES, fashion_mnist._FILES)  # the fixture below replaces them


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """Keep the tests from the user's own data and cache, and from the network."""
    monkeypatch.delenv("NNFIT_DATA", raising=False)
    monkeypatch.setenv("NNFIT_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(fashion_mnist, "_DEBIAN_FOLDER", tmp_path / "debian")
    nowhere = mnist_files(["0" * 64] * 4, [(tmp_path / "nowhere").as_uri() + "/"])
    monkeypatch.setattr(mnist, "_FILES", nowhere)
    monkeypatch.setattr(fashion_mnist, "_FILES", nowhere)
    monkeypatch.setattr(cifar10, "_ARCHIVE", archive_file("0" * 64, tmp_path / "nowhere"))


def archive_file(sha256, path):
    return RemoteFile("cifar-10-binary.tar.gz", sha256, (path.as_uri(),))


def assert_equal(actual, expected):
    flat = [array for split in actual for array in split]
    for a, e in zip(flat, expected, strict=True):
        assert a.dtype == np.uint8
        np.testing.assert_array_equal(a, e)


def test_digits():
    (x_train, y_train), (x_test, y_test) = digits.load_data()
    assert x_train.shape == (1437, 8, 8)
    assert y_train.shape == (1437,)
    assert x_test.shape == (360, 8, 8)
    assert y_test.shape == (360,)
    x, y = np.concatenate([x_train, x_test]), np.concatenate([y_train, y_test])
    assert x.dtype == y.dtype == np.uint8
    assert x.max() == 16
    assert int(x.sum()) == 561_718  # of the published file
    assert np.bincount(y).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]


def test_digits_split_is_fixed_by_its_arguments():
    (x_train, _), (_, y_test) = digits.load_data()
    (x_again, _), (_, y_again) = digits.load_data()
    np.testing.assert_array_equal(x_train, x_again)
    np.testing.assert_array_equal(y_test, y_again)
    assert y_test[:10].tolist() == [8, 0, 8, 9, 8, 8, 0, 4, 3, 6]
    assert digits.load_data(seed=1)[1][1].tolist() != y_test.tolist()
    assert [len(split[0]) for split in digits.load_data(test_split=0)] == [1797, 0]
    with pytest.raises(ValueError, match="test_split between 0 and 1; got 1.5"):
        digits.load_data(test_split=1.5)


@pytest.mark.parametrize("compress", [False, True])
@pytest.mark.parametrize(("module", "folder"), [(mnist, "mnist"), (fashion_mnist, "fashion-mnist")])
def test_users_folder(tmp_path, monkeypatch, module, folder, compress):
    expected = write_mnist(tmp_path / "data" / folder, compress)
    monkeypatch.setenv("NNFIT_DATA", str(tmp_path / "data"))
    assert_equal(module.load_data(), expected)


def test_debians_folder(tmp_path):
    expected = write_mnist(tmp_path / "debian")
    assert_equal(fashion_mnist.load_data(), expected)


def publish(folder, arrays):
    """Put the files where a mirror would have them; return their descriptions."""
    folder.mkdir()
    contents = [gzip.compress(idx_bytes(array)) for array in arrays]
    for name, content in zip(MNIST_NAMES, contents, strict=True):
        (folder / f"{name}.gz").write_bytes(content)
    return mnist_files([hashlib.sha256(c).hexdigest() for c in contents], [folder.as_uri() + "/"])


def test_download_then_cache_then_repair(tmp_path, monkeypatch):
    expected = mnist_arrays()
    mirror = tmp_path / "mirror"
    monkeypatch.setattr(mnist, "_FILES", publish(mirror, expected))
    assert_equal(mnist.load_data(), expected)

    mirror.rename(tmp_path / "gone")
    assert_equal(mnist.load_data(), expected)  # from the cache

    damaged = cache_folder("mnist") / f"{MNIST_NAMES[0]}.gz"
    damaged.write_bytes(damaged.read_bytes()[:-1])
    with pytest.raises(FileNotFoundError, match=f"{damaged}: damaged"):
        mnist.load_data()
    (tmp_path / "gone").rename(mirror)
    assert_equal(mnist.load_data(), expected)  # fetched again


def test_wrong_content_is_not_kept(tmp_path, monkeypatch):
    files = publish(tmp_path / "mirror", mnist_arrays())
    (tmp_path / "mirror" / f"{MNIST_NAMES[1]}.gz").write_bytes(b"something else")
    monkeypatch.setattr(mnist, "_FILES", files)
    with pytest.raises(FileNotFoundError, match=f"{MNIST_NAMES[1]}.*\n(.*\n)*.*expected content with SHA-256"):
        mnist.load_data()
    assert not (cache_folder("mnist") / f"{MNIST_NAMES[1]}.gz").exists()


def test_message_names_every_place(tmp_path, monkeypatch):
    write_mnist(tmp_path / "data" / "fashion-mnist")
    (tmp_path / "data" / "fashion-mnist" / f"{MNIST_NAMES[3]}.gz").unlink()
    monkeypatch.setenv("NNFIT_DATA", str(tmp_path / "data"))
    with pytest.raises(FileNotFoundError) as error:
        fashion_mnist.load_data()
    message = str(error.value)
    assert message.startswith("[fashion-mnist]")
    assert f"{tmp_path / 'data' / 'fashion-mnist'}: no {MNIST_NAMES[3]}.gz\n" in message
    for place in (tmp_path / "debian", cache_folder("fashion-mnist"), (tmp_path / "nowhere").as_uri()):
        assert str(place) in message
    assert "set NNFIT_DATA" in message
    monkeypatch.delenv("NNFIT_DATA")
    with pytest.raises(FileNotFoundError, match=r"\$NNFIT_DATA: not set"):
        mnist.load_data()


def test_files_that_do_not_belong_together(tmp_path, monkeypatch):
    folder = tmp_path / "data" / "mnist"
    write_mnist(folder)
    monkeypatch.setenv("NNFIT_DATA", str(tmp_path / "data"))
    (folder / f"{MNIST_NAMES[1]}.gz").write_bytes(idx_bytes(np.zeros(6, np.uint8)))
    with pytest.raises(ValueError, match="7 images.*6 labels"):
        mnist.load_data()
    (folder / f"{MNIST_NAMES[1]}.gz").write_bytes(idx_bytes(np.zeros(7, np.int32)))
    with pytest.raises(ValueError, match="expected 1 dimensions of uint8; got 1 of int32"):
        mnist.load_data()


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"NNFIT_HOME": "/n", "XDG_CACHE_HOME": "/x"}, "/n/datasets/mnist"),
        ({"XDG_CACHE_HOME": "/x"}, "/x/nnfit/datasets/mnist"),
        ({"HOME": "/h"}, "/h/.cache/nnfit/datasets/mnist"),
    ],
)
def test_cache_folder(monkeypatch, variables, expected):
    for name in ("NNFIT_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert cache_folder("mnist").as_posix() == expected


class Cifar:
    """A small CIFAR-10 in its binary version: five training batches of two images, and a test batch."""

    def __init__(self):
        rng = np.random.default_rng(0)
        self.images = rng.integers(0, 256, (12, 32, 32, 3), dtype=np.uint8)
        self.labels = rng.integers(0, 10, (12, 1), dtype=np.uint8)
        self.expected = (self.images[:10], self.labels[:10], self.images[10:], self.labels[10:])
        records = np.concatenate([self.labels, self.images.transpose(0, 3, 1, 2).reshape(12, -1)], axis=1)
        names = [f"data_batch_{i}.bin" for i in range(1, 6)] + ["test_batch.bin"]
        self.batches = {name: records[2 * i : 2 * i + 2].tobytes() for i, name in enumerate(names)}

    def archive(self):
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
            for name, content in self.batches.items():
                member = tarfile.TarInfo(f"cifar-10-batches-bin/{name}")
                member.size = len(content)
                archive.addfile(member, io.BytesIO(content))
        return buffer.getvalue()


@pytest.fixture
def cifar():
    return Cifar()


@pytest.fixture
def cifar_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("NNFIT_DATA", str(tmp_path / "data"))
    folder = tmp_path / "data" / "cifar10"
    folder.mkdir(parents=True)
    return folder


@pytest.mark.parametrize("subfolder", ["", "cifar-10-batches-bin"])
def test_cifar10_batches(cifar, cifar_folder, subfolder):
    (cifar_folder / subfolder).mkdir(exist_ok=True)
    for name, content in cifar.batches.items():
        (cifar_folder / subfolder / name).write_bytes(content)
    loaded = cifar10.load_data()
    assert_equal(loaded, cifar.expected)
    assert loaded[0][0].flags.c_contiguous

    damaged = cifar_folder / subfolder / "data_batch_3.bin"
    damaged.write_bytes(cifar.batches["data_batch_3.bin"][:-1])
    with pytest.raises(ValueError, match="data_batch_3.bin is damaged: expected records of 3073 bytes; got 6145"):
        cifar10.load_data()
    damaged.write_bytes(b"\x0a" + cifar.batches["data_batch_3.bin"][1:])
    with pytest.raises(ValueError, match="expected labels 0 to 9; got 10"):
        cifar10.load_data()


@pytest.mark.parametrize("decompress", [False, True])
def test_cifar10_archive_of_the_user(cifar, cifar_folder, decompress):
    content = cifar.archive()
    if decompress:
        (cifar_folder / "cifar-10-binary.tar").write_bytes(gzip.decompress(content))
    else:
        (cifar_folder / "cifar-10-binary.tar.gz").write_bytes(content)
    assert_equal(cifar10.load_data(), cifar.expected)


@pytest.mark.parametrize("damage", [lambda c: c[:-9], lambda c: c[: len(c) // 2], lambda c: gzip.compress(b"no tar")])
def test_cifar10_damaged_archive(cifar, cifar_folder, damage):
    (cifar_folder / "cifar-10-binary.tar.gz").write_bytes(damage(cifar.archive()))
    with pytest.raises(ValueError, match="cifar-10-binary.tar.gz is damaged"):
        cifar10.load_data()


def test_cifar10_archive_without_a_batch(cifar, cifar_folder):
    del cifar.batches["test_batch.bin"]
    (cifar_folder / "cifar-10-binary.tar.gz").write_bytes(cifar.archive())
    with pytest.raises(ValueError, match="not the binary version.*test_batch.bin"):
        cifar10.load_data()


def test_cifar10_download(cifar, tmp_path, monkeypatch):
    published = tmp_path / "published"
    published.write_bytes(cifar.archive())
    sha256 = hashlib.sha256(published.read_bytes()).hexdigest()
    monkeypatch.setattr(cifar10, "_ARCHIVE", archive_file(sha256, published))
    assert_equal(cifar10.load_data(), cifar.expected)
    assert (cache_folder("cifar10") / "cifar-10-binary.tar.gz").is_file()


def test_cifar10_npz(cifar, cifar_folder):
    x_train, y_train, x_test, y_test = cifar.expected
    path = cifar_folder / "export.npz"
    arrays = {"x_train": x_train, "y_train": y_train[:, 0].astype(np.int64), "x_test": x_test, "y_test": y_test}
    np.savez(path, **arrays)
    assert_equal(cifar10.load_data(), cifar.expected)

    for name, value, message in [
        ("y_train", y_train[:-1], "n labels"),
        ("y_train", y_train.astype(np.int64) + 256, "labels 0 to 9; got 256"),
        ("x_test", x_test.astype(np.float32), "of uint8"),
        ("x_test", np.array([{}, {}]), "damaged or lacks"),  # a pickle inside
    ]:
        np.savez(path, **{**arrays, name: value})
        with pytest.raises(ValueError, match=message):
            cifar10.load_data()
    np.savez(path, x_train=x_train)
    with pytest.raises(ValueError, match="y_train"):
        cifar10.load_data()
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(ValueError, match="damaged"):
        cifar10.load_data()


def test_cifar10_nowhere(cifar_folder):
    with pytest.raises(FileNotFoundError, match=r"\[cifar10\] cifar-10-binary.tar.gz was not found"):
        cifar10.load_data()


@pytest.mark.parametrize("files", PUBLISHED)
def test_published_descriptions_are_complete(files):
    assert [file.name for file in files] == [f"{name}.gz" for name in MNIST_NAMES]
    assert all(len(file.sha256) == 64 and len(file.urls) == 2 for file in files)
    assert len({file.sha256 for file in files}) == 4
