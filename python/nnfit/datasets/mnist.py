"""MNIST: handwritten digits, 28 x 28."""

from nnfit.datasets.labelled_images import LabelledImages, load_mnist_like, mnist_files

_FILES = mnist_files(
    sha256=(
        "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
        "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
        "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
        "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
    ),
    mirrors=(
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
    ),
)


def load_data() -> LabelledImages:
    """Load MNIST: 60,000 training and 10,000 test images of handwritten digits.

    The four IDX files (`train-images-idx3-ubyte` and so on, plain or `.gz`) are taken from `$NNFIT_DATA/mnist`, else
    from the cache, else downloaded into it.

    Returns:
        `((x_train, y_train), (x_test, y_test))`: images (n, 28, 28) of uint8, 0 for background to 255, and labels
        (n,) of uint8, 0 to 9.

    Raises:
        FileNotFoundError: If the files are nowhere and cannot be downloaded.
        ValueError: If a file is damaged.

    Example:
        >>> (x_train, y_train), (x_test, y_test) = nnfit.datasets.mnist.load_data()  # doctest: +SKIP
        >>> x_train.shape  # doctest: +SKIP
        (60000, 28, 28)

    Reference:
        Y. LeCun, C. Cortes, C. Burges: The MNIST database of handwritten digits (CC BY-SA 3.0).
    """
    return load_mnist_like("mnist", _FILES)
