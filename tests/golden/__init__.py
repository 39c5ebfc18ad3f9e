"""Golden programs: small programs over the Keras API whose results under Keras are kept in `recorded/`.

A program module has `FILE`, the name of its record, and `CASES`, which maps a case's name to a function of the
library under test (`keras` or `nnfit`) that returns that case's results by name. The recorder and the tests run the
same functions, so that nothing but the library can differ.
"""
