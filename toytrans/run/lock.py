"""One process at a time trains a run. The system releases the lock when that process ends, however it ends."""

from __future__ import annotations

from pathlib import Path

from filelock import AcquireReturnProxy, FileLock, Timeout

LOCK = ".lock"
"""The file in a run directory that is locked. It stays there, empty."""


def hold(path: Path) -> AcquireReturnProxy[FileLock]:
    """Locks a run directory until the end of a `with`, `lock.release()`, or the end of the process.

    The same process may hold it several times. `BlockingIOError` where another process holds it.
    """
    lock = FileLock(path.resolve() / LOCK, is_singleton=True, thread_local=False)
    try:
        return lock.acquire(blocking=False)
    except Timeout:
        raise BlockingIOError(f"{path} is being trained by another process: wait for its end, or stop it") from None
