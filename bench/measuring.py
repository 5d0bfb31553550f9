"""Seconds and memory of this process, as the kernel counts them."""

import gc
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from time import perf_counter

_CLEAR_PEAK = "5"  # proc(5), clear_refs: the peak begins anew at what is resident now


class MemoryGrowth:
    """How much more than now is resident at most, from here on. Linux; elsewhere it says 0."""

    def __init__(self) -> None:
        gc.collect()
        with suppress(OSError):
            Path("/proc/self/clear_refs").write_text(_CLEAR_PEAK, "ascii")
        self._began = _kilobytes("VmRSS")

    @property
    def peak_mb(self) -> float:
        return max(0, _kilobytes("VmHWM") - self._began) / 1024


def seconds_to_parse(paths: Sequence[Path]) -> float:
    """The floor: what it takes to read the bytes and find the elements, and nothing more."""
    began = perf_counter()
    for path in paths:
        if path.suffix == ".xml":
            for _, element in ET.iterparse(path):  # noqa: S314 # files we have just written
                element.clear()
        else:
            path.read_bytes().split(b"\n:61:")
    return perf_counter() - began


def _kilobytes(name: str) -> int:
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text("ascii").splitlines():
            if line.startswith(f"{name}:"):
                return int(line.split()[1])
    return 0
