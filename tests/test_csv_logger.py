"""CSVLogger: what stands in the file, after one run, after several, and after one that was cut short."""

import pytest

from nnfit.callbacks import CallbackList, CSVLogger


def log(path, epochs, **options):
    with CallbackList(CSVLogger(path, **options)) as told:
        told.on_train_begin()
        for epoch, logs in enumerate(epochs):
            told.on_epoch_end(epoch, logs)
            assert path.read_text().count("\n") >= epoch + 2, "a line is on disk when its epoch ends"
        told.on_train_end()
    return path.read_text().splitlines()


def test_names_without_validation_have_no_empty_columns(tmp_path):
    assert log(tmp_path / "a.csv", [{"loss": 0.5, "acc": 1.0}]) == ["epoch,acc,loss", "0,1.0,0.5"]


def test_a_run_begins_the_file_anew_unless_it_appends(tmp_path):
    path = tmp_path / "a.csv"
    log(path, [{"loss": 0.5}])
    assert log(path, [{"loss": 0.25}]) == ["epoch,loss", "0,0.25"]
    assert log(path, [{"loss": 0.125}], append=True) == ["epoch,loss", "0,0.25", "0,0.125"]


def test_appending_keeps_the_columns_that_there_are(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("epoch;loss;val_loss\n0;1;2\n1;0.5")  # stopped in a line
    assert log(path, [{"val_loss": 4.0, "loss": 3.0}, {"loss": 5.0}], append=True, separator=";") == [
        "epoch;loss;val_loss", "0;1;2", "1;0.5", "0;3.0;4.0", "1;5.0;NA",
    ]  # fmt: skip
    with pytest.raises(ValueError, match=r"has no columns for \['acc'\]; it has \['loss', 'val_loss'\]"):
        log(path, [{"acc": 1.0}], append=True, separator=";")


def test_appending_to_nothing_writes_the_names(tmp_path):
    assert log(tmp_path / "new.csv", [{"loss": 1.0}], append=True) == ["epoch,loss", "0,1.0"]
    (tmp_path / "empty.csv").touch()
    assert log(tmp_path / "empty.csv", [{"loss": 1.0}], append=True) == ["epoch,loss", "0,1.0"]


def test_lists_are_one_field(tmp_path):
    assert log(tmp_path / "a.csv", [{"loss": [1.0, 2.0]}]) == ["epoch,loss", '0,"[1.0, 2.0]"']


def test_an_exception_closes_the_file(tmp_path):
    logger = CSVLogger(tmp_path / "a.csv")
    logger.on_train_begin()
    file = logger._file
    logger.on_interrupted()
    assert file.closed


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(FileNotFoundError):
        CSVLogger(tmp_path / "none" / "a.csv").on_train_begin()
