"""Keep the numerical libraries to the threads that the settings allow: more than free cores stall each product."""

import os

from threadpoolctl import threadpool_limits  # pyright: ignore[reportMissingTypeStubs] (it has none)

VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
"""Read by a library when it is loaded."""


def limit_threads(count: int) -> None:
    """Limit the libraries that are loaded, and those that will be."""
    for variable in VARIABLES:
        os.environ.setdefault(variable, str(count))
    threadpool_limits(count)
