"""One setting of the C library, for speed."""

from __future__ import annotations

import ctypes
import sys

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # from glibc's malloc.h
ONE_GIB = 2**30
LARGEST_MMAP_THRESHOLD = 2**25  # 32 MiB: older versions of glibc refuse more


def keep_freed_memory() -> None:
    """Tells the allocator of Linux to keep freed tensors' memory for the next ones; elsewhere does nothing.

    By default it hands large blocks back to the system at once, and each step fetches them again page by page.
    """
    if not sys.platform.startswith("linux"):
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # musl has none
    if mallopt is not None:
        mallopt(M_MMAP_THRESHOLD, LARGEST_MMAP_THRESHOLD)
        mallopt(M_TRIM_THRESHOLD, ONE_GIB)
