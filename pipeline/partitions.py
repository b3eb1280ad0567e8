"""How work is spread: the only module that knows processes and clusters."""

import ctypes
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, suppress
from typing import Any, TypeVar

from joblib import Parallel, delayed, parallel_config
from joblib.externals.loky import get_reusable_executor
from threadpoolctl import threadpool_limits

from pipeline.config import ComputeConfig
from pipeline.errors import ConfigError

T = TypeVar("T")


def _single_threaded(function: Callable[..., T], item: object, shared: tuple[object, ...]) -> T:
    # BLAS and OpenMP threads of several workers spin against each other.
    with threadpool_limits(limits=1):
        return function(item, *shared)


def spread(
    function: Callable[..., T], items: Iterable[Any], *shared: object, compute: ComputeConfig
) -> list[T]:
    """Call ``function(item, *shared)`` for each item, spread over processes; results keep the items' order.

    ``function`` must be importable (a function at the top of a module) and pure but for files it writes by
    temporary name and rename, so that a task may be tried again. Math libraries use one thread in each.

    Raises:
        ConfigError: ``backend = "dask"`` without a scheduler's address, or without the ``dask`` extra.
    """
    listed = list(items)
    tasks = (delayed(_single_threaded)(function, item, shared) for item in listed)
    if compute.backend == "dask":
        return _on_dask(tasks, compute)
    processes = min(compute.processes, max(1, len(listed)))
    if processes == 1:
        return [_single_threaded(function, item, shared) for item in listed]
    # Large arrays reach the workers as files mapped copy-on-write: compiled code refuses read-only ones.
    results: list[T] = Parallel(n_jobs=processes, backend="loky", mmap_mode="c")(tasks)
    return results


def _on_dask(tasks: Iterable[Any], compute: ComputeConfig) -> list[Any]:
    if compute.scheduler is None:
        raise ConfigError(
            "[compute] backend is “dask”, but scheduler is missing. Add its address, tcp://host:8786."
        )
    try:
        from distributed import Client  # noqa: PLC0415  # an extra, present only on clusters
    except ImportError:
        raise ConfigError(
            "[compute] backend is “dask”: install it with pip install 'matinee-bot[dask]'."
        ) from None
    client: AbstractContextManager[object] = Client(compute.scheduler, set_as_default=True)  # type: ignore[no-untyped-call]
    with client, parallel_config(backend="dask"):
        results: list[Any] = Parallel()(tasks)
    return results


def give_memory_back() -> None:
    """End idle workers, and hand freed memory to the system, before something needs much of it at once."""
    get_reusable_executor().shutdown(wait=True)
    # What many arrays of a few megabytes leave behind, glibc keeps; elsewhere there is nothing to trim.
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
