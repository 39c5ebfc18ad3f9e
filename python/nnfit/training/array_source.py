"""ArraySource: data that stand in memory, one row for each sample."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from nnfit import _core, random, tree
from nnfit.training.arrays import rows_of, tensor_dtype, with_arrays
from nnfit.training.batches import ModelInputs, pack_x_y_sample_weight, unpack_x_y_sample_weight


class ArraySource:
    """Inputs, targets and sample weights as arrays of equally many rows.

    Arrays stay where the user has them; a step gathers its rows from there, casting as it goes.

    Args:
        x: Array, or a list, tuple or dict of arrays.
        y: Targets, likewise, or `None`.
        sample_weight: Weights, likewise, or `None`.
        batch_size: Rows in a batch. Defaults to 32.
        inputs: The model's inputs, or `None` where they are not known.
        owner: Name of the model, for errors.
        order: Returns the rows of a pass, for data that have an order of their own; `passed_rows` tells their number.
        passed_rows: Rows in a pass. Defaults to all.
        drop_remainder: Whether a short last batch is left out.
        keeper: Whose `get_state` and `set_state` keep what `order` depends on, or `None`.

    Raises:
        ValueError: If there are no rows, their numbers differ, or the batch size is not a positive int.
        TypeError: If an array does not hold numbers.
    """

    def __init__(
        self,
        x: Any,
        y: Any = None,
        sample_weight: Any = None,
        batch_size: int | None = None,
        inputs: ModelInputs | None = None,
        owner: str = "model",
        *,
        order: Callable[[], np.ndarray] | None = None,
        passed_rows: int | None = None,
        drop_remainder: bool = False,
        keeper: Any = None,
    ) -> None:
        self.batch_size = 32 if batch_size is None else batch_size
        if isinstance(self.batch_size, bool) or not isinstance(self.batch_size, (int, np.integer)):
            raise ValueError(f"[{owner}] expected batch_size to be an int; got {batch_size!r}.")
        if self.batch_size < 1:
            raise ValueError(f"[{owner}] expected batch_size to be at least 1; got {batch_size}.")
        x = with_arrays(x if inputs is None else inputs.arranged(x))
        y, sample_weight = with_arrays(y), with_arrays(sample_weight)
        self._structure = pack_x_y_sample_weight(x, y, sample_weight)
        self.arrays: list[np.ndarray] = []
        self._dtypes: list[str] = []
        self._take(inputs, owner)
        self._check_rows(owner)
        self._order = order
        self.rows_passed = self.rows if passed_rows is None else passed_rows
        self.drops_remainder = drop_remainder
        self._keeper = keeper

    def _take(self, inputs: ModelInputs | None, owner: str) -> None:
        places: list[bool] = []  # whether a leaf of the structure is an array
        parts = unpack_x_y_sample_weight(self._structure)
        count = len(self._structure) if isinstance(self._structure, tuple) else 1
        for part, what in zip(parts[:count], ("x", "y", "sample_weight"), strict=False):
            leaves = tree.flatten(part)
            dtypes = inputs.dtypes if what == "x" and inputs and len(inputs.dtypes) == len(leaves) else None
            for i, leaf in enumerate(leaves):
                places.append(leaf is not None)
                if leaf is None:
                    continue
                array = rows_of(leaf, what, owner)
                self.arrays.append(array)
                self._dtypes.append(dtypes[i] if dtypes else tensor_dtype(array))
        self._places = places

    def _check_rows(self, owner: str) -> None:
        counts = [len(array) for array in self.arrays]
        if len(set(counts)) > 1:
            raise ValueError(f"[{owner}] expected x, y and sample_weight to have as many samples each; got {counts}.")
        self.rows = counts[0] if counts else 0
        if self.rows == 0:
            raise ValueError(
                f"[{owner}] expected at least one sample; got arrays of shapes "
                f"{[array.shape for array in self.arrays]}."
            )

    def get_state(self) -> Any:
        """Returns what the next pass depends on beside the global generator, JSON-able; `None` for nothing."""
        return None if self._keeper is None else self._keeper.get_state()

    def set_state(self, state: Any) -> None:
        """Makes the next pass go as it would have when `get_state` gave `state`."""
        if self._keeper is not None:
            self._keeper.set_state(state)

    @property
    def signature(self) -> str:
        """What tells apart sources whose batches have different structures."""
        return repr(tree.map_structure(lambda leaf: leaf is not None, self._structure))

    @property
    def steps(self) -> int:
        """The number of batches in a pass, a short last one included unless it is dropped."""
        full = self.rows_passed // self.batch_size
        return full if self.drops_remainder or self.rows_passed % self.batch_size == 0 else full + 1

    def order(self, shuffle: bool) -> np.ndarray | None:
        """Returns the rows of a new pass; `None`: as they stand."""
        if self._order is not None:
            given = self._order()
            return None if given is None else np.ascontiguousarray(given, np.int64)
        return np.asarray(random.shuffle(np.arange(self.rows, dtype=np.int64))) if shuffle else None

    def specs(self, rows: int) -> list[tuple[tuple[int, ...], str]]:
        """Returns shape and dtype of each array of a batch of `rows` rows."""
        return [((rows, *a.shape[1:]), d) for a, d in zip(self.arrays, self._dtypes, strict=True)]

    def rebuild(self, tensors: list[Any]) -> Any:
        """Returns what a step is given (see `pack_x_y_sample_weight`), with `tensors` in the places of the arrays."""
        remaining = iter(tensors)
        leaves = [next(remaining) if place else None for place in self._places]
        return tree.pack_sequence_as(self._structure, leaves)

    def batch(self, order: np.ndarray | None, first: int, rows: int) -> Any:
        """Returns one batch as tensors: for steps that run eagerly."""
        chosen = slice(first, first + rows) if order is None else order[first : first + rows]
        return self.rebuild(
            [_core.convert_to_tensor(a[chosen], d) for a, d in zip(self.arrays, self._dtypes, strict=True)]
        )
