"""Nested structures: flatten, map, pack."""

from collections import namedtuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnfit import tree

LEAVES = st.none() | st.integers() | st.text(max_size=2)
STRUCTURES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text(max_size=2), inner, max_size=3)
    ),
    max_leaves=12,
)
Pair = namedtuple("Pair", ["first", "second"])


@given(STRUCTURES)
def test_pack_undoes_flatten(structure):
    assert tree.pack_sequence_as(structure, tree.flatten(structure)) == structure


@given(STRUCTURES)
def test_map_applies_to_the_leaves_in_flattening_order(structure):
    seen = []
    mapped = tree.map_structure(lambda leaf: seen.append(leaf) or (leaf,), structure)
    assert seen == tree.flatten(structure)
    assert [path for path, _ in tree.flatten_with_path(structure)] == [
        path[:-1] for path, _ in tree.flatten_with_path(mapped)
    ]


@given(STRUCTURES)
def test_paths_lead_to_the_leaves(structure):
    for path, leaf in tree.flatten_with_path(structure):
        value = structure
        for key in path:
            value = value[key]
        assert value == leaf


def test_dicts_keep_their_order_and_match_by_key():
    assert tree.flatten({"b": 1, "a": 2}) == [1, 2]
    summed = tree.map_structure(lambda a, b: a + b, {"b": 1, "a": 2}, {"a": 20, "b": 10})
    assert list(summed.items()) == [("b", 11), ("a", 22)]


def test_none_is_a_leaf():
    assert tree.flatten([None, (None,)]) == [None, None]
    assert tree.map_structure(lambda x: x is None, [None, 1]) == [True, False]


def test_named_tuples_stay_what_they_are():
    assert tree.map_structure(lambda x: -x, Pair(1, [2])) == Pair(-1, [-2])
    assert isinstance(tree.pack_sequence_as(Pair(0, 0), [1, 2]), Pair)


def test_lists_and_tuples_correspond():
    tree.assert_same_structure([1, (2, 3)], (1, [2, 3]))


@pytest.mark.parametrize(
    ("a", "b"),
    [([1, 2], [1]), ({"a": 1}, {"b": 1}), ([1], 1), (1, [1]), ({"a": 1}, [1]), ([{"a": 1}], [{"a": [1]}])],
)
def test_different_structures_are_rejected(a, b):
    with pytest.raises(ValueError, match="structures differ: expected .*; got"):
        tree.assert_same_structure(a, b)


def test_packing_the_wrong_number_of_leaves_is_rejected():
    with pytest.raises(ValueError, match="expected 2 leaves for this structure; got 3"):
        tree.pack_sequence_as({"a": 0, "b": 0}, [1, 2, 3])
