"""The command line: `python -m nnfit demo` and `python -m nnfit config`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one of the commands.

    Args:
        arguments: The words after `python -m nnfit`; by default those of the command line.
    """
    parser = argparse.ArgumentParser(prog="python -m nnfit", description="The Keras training API on a C++ core.")
    commands = parser.add_subparsers(dest="command", required=True)
    demo = commands.add_parser("demo", help="train a small network on the embedded digits")
    demo.add_argument("--epochs", type=int, default=30, help="passes over the training data (default: %(default)s)")
    demo.add_argument("--seed", type=int, default=0, help="seed of weights and shuffles (default: %(default)s)")
    commands.add_parser("config", help="show the version, instruction set, threads and compiler")
    options = parser.parse_args(arguments)

    if options.command == "demo":
        from nnfit.demo import train_on_digits

        train_on_digits(epochs=options.epochs, seed=options.seed)
    else:
        import nnfit

        nnfit.show_config()


if __name__ == "__main__":
    main()
