"""`tf.data`: `nnfit.data`."""

from nnfit.data import AUTOTUNE, INFINITE_CARDINALITY, UNKNOWN_CARDINALITY, Dataset, DatasetSpec


class experimental:
    """Names that were once experimental."""

    AUTOTUNE = AUTOTUNE

    @staticmethod
    def cardinality(dataset: Dataset) -> object:
        """Returns the number of elements of a data set."""
        return dataset.cardinality()


__all__ = ["AUTOTUNE", "INFINITE_CARDINALITY", "UNKNOWN_CARDINALITY", "Dataset", "DatasetSpec", "experimental"]
