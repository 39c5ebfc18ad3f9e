"""Fashion-MNIST: articles of clothing, 28 x 28."""

from pathlib import Path

from nnfit.datasets.labelled_images import LabelledImages, load_mnist_like, mnist_files

_FILES = mnist_files(
    sha256=(
        "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
        "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
        "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
        "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
    ),
    mirrors=(
        "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
    ),
)
_DEBIAN_FOLDER = Path("/usr/share/datasets/fashion-mnist")  # of the package dataset-fashion-mnist


def load_data() -> LabelledImages:
    """Load Fashion-MNIST: 60,000 training and 10,000 test images of articles of clothing.

    The four IDX files (`train-images-idx3-ubyte` and so on, plain or `.gz`) are taken from
    `$NNFIT_DATA/fashion-mnist`, else from the folder of Debian's package `dataset-fashion-mnist`, else from the
    cache, else downloaded into it.

    The labels are 0 T-shirt/top, 1 trouser, 2 pullover, 3 dress, 4 coat, 5 sandal, 6 shirt, 7 sneaker, 8 bag and
    9 ankle boot.

    Returns:
        `((x_train, y_train), (x_test, y_test))`: images (n, 28, 28) of uint8, 0 for background to 255, and labels
        (n,) of uint8, 0 to 9.

    Raises:
        FileNotFoundError: If the files are nowhere and cannot be downloaded.
        ValueError: If a file is damaged.

    Example:
        >>> (x_train, y_train), (x_test, y_test) = nnfit.datasets.fashion_mnist.load_data()  # doctest: +SKIP
        >>> x_test.shape  # doctest: +SKIP
        (10000, 28, 28)

    Reference:
        H. Xiao, K. Rasul, R. Vollgraf: Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine Learning
        Algorithms, arXiv:1708.07747 (MIT licence).
    """
    return load_mnist_like("fashion-mnist", _FILES, system_folder=_DEBIAN_FOLDER)
