"""Functions over numbers, compiled to machine code."""

from collections.abc import Callable
from typing import Any

from numba import njit


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compiled to machine code, which is kept on disk where there is a place to write to.

    It is kept until the function's file changes, and looks at no other: what a compiled function calls or reads must
    stand in the same file.
    """
    try:
        return njit(cache=True, nogil=True)(function)
    except RuntimeError:  # numba found none: every process compiles anew
        return njit(nogil=True)(function)
