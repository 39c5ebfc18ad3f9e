"""Names made for objects."""

import pytest

from nnfit import naming


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Dense", "dense"),
        ("Conv2D", "conv2d"),
        ("Conv2DTranspose", "conv2d_transpose"),
        ("AUC", "auc"),
        ("GlobalMaxPooling2D", "global_max_pooling2d"),
        ("R2Score", "r2_score"),
        ("SparseTopKCategoricalAccuracy", "sparse_top_k_categorical_accuracy"),
    ],
)
def test_snake_case(name, expected):
    assert naming.snake_case(name) == expected


def test_unique_names_count_from_the_second():
    naming.reset_names()
    assert [naming.unique_name("Dense") for _ in range(3)] == ["dense", "dense_1", "dense_2"]
    assert naming.unique_name("Flatten") == "flatten"
    naming.reset_names()
    assert naming.unique_name("Dense") == "dense"
