"""Compares every op with its reference and prints what differs: `NNFIT_ISA=baseline python tests/reference`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from reference import REFERENCES
from reference.compare import check_forward, check_gradient, types_of

failures = 0
for name, reference in REFERENCES.items():
    for case in reference.cases:
        for dtype in types_of(case):
            try:
                check_forward(name, reference, case, dtype)
                if reference.adjoint is not None and case.gradient:
                    check_gradient(name, reference, case, dtype)
            except Exception as error:  # every difference is wanted, not the first alone
                failures += 1
                print(f"{name}{case} in {dtype}: {type(error).__name__}: {error}")
print(f"{failures} differences")
sys.exit(failures > 0)
