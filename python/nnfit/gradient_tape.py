"""GradientTape: gradients of what is computed in a `with` block."""

from __future__ import annotations

from typing import Any

from nnfit import _core, tree


class GradientTape:
    """Records ops on watched values, to differentiate them: reverse-mode automatic differentiation.

    Trainable variables are watched when they are read; other tensors by `watch`. Tapes nest, and a tape inside another
    gives second derivatives.

    Args:
        persistent: Whether `gradient` may be called more than once. Defaults to False, which frees what was recorded at
            the first call.
        watch_accessed_variables: Whether trainable variables are watched without being named. Defaults to True.

    Example:
        >>> x = nnfit.Variable(3.0)
        >>> with nnfit.GradientTape() as tape:
        ...     y = x * x
        >>> float(tape.gradient(y, x))
        6.0

    Reference:
        - Griewank and Walther, Evaluating Derivatives, 2008.
    """

    def __init__(self, persistent: bool = False, watch_accessed_variables: bool = True) -> None:
        self._tape = _core.Tape(persistent, watch_accessed_variables)

    def __enter__(self) -> GradientTape:
        self._tape.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._tape.stop()

    def watch(self, tensor: Any) -> None:
        """Watches a tensor, a variable, or a nest of them.

        Args:
            tensor: What to follow from here on; floating.

        Raises:
            ValueError: If a tensor is not floating.
        """
        for leaf in tree.flatten(tensor):
            self._tape.watch(leaf)

    def watched_variables(self) -> tuple[Any, ...]:
        """Returns the variables watched so far, in the order in which they were first read."""
        return tuple(self._tape.watched_variables())

    def reset(self) -> None:
        """Forgets everything recorded."""
        self._tape.reset()

    def stop_recording(self) -> _Pause:
        """Returns a context in which nothing is recorded.

        Example:
            >>> x = nnfit.Variable(3.0)
            >>> with nnfit.GradientTape() as tape:
            ...     y = x * x
            ...     with tape.stop_recording():
            ...         z = y * y
            >>> print(tape.gradient(z, x))
            None
        """
        return _Pause(self._tape)

    def gradient(
        self, target: Any, sources: Any, output_gradients: Any = None, unconnected_gradients: str = "none"
    ) -> Any:
        """Returns the gradient of the sum of `target` with respect to each of `sources`.

        Args:
            target: Tensor or nest of tensors; floating.
            sources: Variable or watched tensor, or a nest of them.
            output_gradients: What each target's elements are weighted by, like `target`. Defaults to ones.
            unconnected_gradients: `"none"` or `"zero"`: what a source gets that the target does not depend on.

        Returns:
            Gradients in the structure of `sources`.

        Raises:
            ValueError: If the tape is not persistent and has given its gradients, or an op on the way has none.
        """
        if unconnected_gradients not in ("none", "zero"):
            raise ValueError(
                "[GradientTape.gradient] expected unconnected_gradients 'none' or 'zero'; "
                f"got {unconnected_gradients!r}."
            )
        targets = tree.flatten(target)
        weights = [] if output_gradients is None else tree.flatten(output_gradients)
        if weights and len(weights) != len(targets):
            raise ValueError(
                f"[GradientTape.gradient] expected {len(targets)} output_gradients, one for each target; "
                f"got {len(weights)}."
            )
        if isinstance(sources, (list, tuple)) and all(isinstance(s, (_core.Variable, _core.Tensor)) for s in sources):
            return type(sources)(self._tape.gradient(targets, list(sources), weights, unconnected_gradients == "zero"))
        leaves = tree.flatten(sources)
        gradients = self._tape.gradient(targets, leaves, weights, unconnected_gradients == "zero")
        return tree.pack_sequence_as(sources, gradients)


class _Pause:
    def __init__(self, tape: _core.Tape) -> None:
        self._tape = tape

    def __enter__(self) -> None:
        self._recording = self._tape.recording
        if self._recording:
            self._tape.stop()

    def __exit__(self, *exception: object) -> None:
        if self._recording:
            self._tape.start()
