"""Settings that every test finds as they were."""

import pytest

from nnfit import _core


@pytest.fixture(autouse=True)
def settings_restored():
    """A test that changes the number of threads or the default float type changes it for itself."""
    threads, floatx = _core.num_threads(), _core.floatx()
    yield
    _core.set_num_threads(threads)
    _core.set_floatx(floatx)
