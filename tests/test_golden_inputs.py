"""The golden programs get the inputs that the records were made from."""

from __future__ import annotations

import pytest

from golden import inputs, store


@pytest.mark.parametrize("file", sorted(path.name for path in store.FOLDER.iterdir()))
def test_generators_give_the_recorded_inputs(file: str) -> None:
    about, _ = store.read(file)
    assert inputs.fingerprint() == pytest.approx(about["inputs_fingerprint"], rel=1e-12), (
        "this NumPy draws other numbers from default_rng; record the golden files anew (tests/golden/README.md)"
    )
