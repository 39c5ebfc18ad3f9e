"""Einstein summation, as transposes, reshapes and matrix products."""

from __future__ import annotations

from nnfit import _core
from nnfit._core import Tensor
from nnfit.ops.argument_types import TensorLike
from nnfit.ops.contraction import contract
from nnfit.ops.core import convert_to_tensor
from nnfit.ops.linalg import diagonal

_ops = _core.ops

# A label is a letter, or ("...", i) for the i-th axis from the end under an ellipsis.
Label = str | tuple[str, int]


def einsum(subscripts: str, *operands: TensorLike) -> Tensor:
    """Returns the sum of products of the operands that `subscripts` spells.

    Args:
        subscripts: Labels of each operand's axes, with commas between, then optionally `->` and those of the result:
            `"ij,jk->ik"`. A label that the result lacks is summed over. `...` stands for any axes, which broadcast.
            Without `->` the result has, in alphabetical order, the labels that occur once.
        *operands: Tensors. They are multiplied from left to right.

    Returns:
        A tensor of the promoted type.

    Raises:
        ValueError: If `subscripts` does not fit the operands or a label has two sizes.

    Example:
        >>> nnfit.ops.einsum("ij,kj->ik", [[1.0, 2.0]], [[3.0, 4.0]]).numpy()
        array([[11.]], dtype=float32)
    """
    tensors = [convert_to_tensor(operand) for operand in operands]
    terms, result = _parse(subscripts, tensors)
    wanted = [set(result)]
    for term in reversed(terms[1:]):
        wanted.insert(0, wanted[0] | set(term))
    x, labels = _single(tensors[0], terms[0], wanted[0])
    for tensor, term, needed in zip(tensors[1:], terms[1:], wanted[1:], strict=True):
        y, others = _single(tensor, term, needed | set(labels))
        x, labels = contract(x, labels, y, others, needed)
    return x if labels == result else _ops.transpose(x, axes=[labels.index(label) for label in result])


def _parse(subscripts: str, tensors: list[Tensor]) -> tuple[list[list[Label]], list[Label]]:
    def wrong(why: str) -> ValueError:
        shapes = ", ".join(str(tuple(tensor.shape)) for tensor in tensors)
        return ValueError(f"[einsum] {why}; got subscripts {subscripts!r} and shapes {shapes}.")

    left, arrow, right = subscripts.replace(" ", "").partition("->")
    spelled = left.split(",")
    if len(spelled) != len(tensors):
        raise wrong(f"expected as many operands as terms, {len(spelled)}")
    terms = []
    for term, tensor in zip(spelled, tensors, strict=True):
        hidden = len(tensor.shape) - len(term.replace("...", "", 1))
        if hidden < 0 or (hidden > 0 and "..." not in term):
            raise wrong(f"expected {len(term)} axes for the term {term!r}")
        terms.append(_labels(term, hidden))
    sizes: dict[Label, int] = {}
    for labels, tensor in zip(terms, tensors, strict=True):
        for label, size in zip(labels, tensor.shape, strict=True):
            known = sizes.setdefault(label, size)
            if None not in (known, size) and known != size and (isinstance(label, str) or 1 not in (known, size)):
                raise wrong(f"expected one size for {label!r}, not {known} and {size}")
            sizes[label] = size if known in (1, None) else known
    once = [label for label in sizes if sum(term.count(label) for term in terms) == 1 or isinstance(label, tuple)]
    hidden = sum(isinstance(label, tuple) for label in sizes)
    if arrow and hidden and "..." not in right:
        raise wrong("expected '...' in the result too")
    if arrow:
        result = _labels(right, hidden)
    else:
        result = [*_labels("...", hidden), *sorted(label for label in once if isinstance(label, str))]
    letters = [label for term in [*terms, result] for label in term if isinstance(label, str)]
    if not all(label.isalpha() for label in letters):
        raise wrong("expected letters, commas, '...' and one '->'")
    if len(set(result)) != len(result) or not set(result) <= set(sizes):
        raise wrong("expected labels of the operands, each once, in the result")
    return terms, result


def _labels(term: str, hidden: int) -> list[Label]:
    before, ellipsis, after = term.partition("...")
    middle: list[Label] = [("...", i) for i in range(hidden, 0, -1)] if ellipsis else []
    return [*before, *middle, *after]


def _single(x: Tensor, labels: list[Label], needed: set[Label]) -> tuple[Tensor, list[Label]]:
    """Takes diagonals for labels that occur twice and sums over those that nobody needs."""
    for label in dict.fromkeys(labels):
        while labels.count(label) > 1:
            first = labels.index(label)
            second = labels.index(label, first + 1)
            x = diagonal(x, 0, first, second)
            labels = [name for i, name in enumerate(labels) if i not in (first, second)] + [label]
    summed = [i for i, label in enumerate(labels) if label not in needed]
    if summed:
        x = _ops.sum(x, axis=summed, keepdims=False)
    return x, [label for label in labels if label in needed]
