"""The result of a benchmark: rows, the machine, and everything needed to repeat them.

Importing this module is cheap; reading a result needs neither torch nor a network.

MB are 1e6 bytes, multiply-adds are for one photo, milliseconds are for one call of a whole batch.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property

FORMAT = 1  # of the files; increased by changes that older versions cannot read
CALLS_FOR_P95 = 20
BUILTIN_SUFFIX = "/builtin"


class NetworkGroup(StrEnum):
    """Group of networks that may share an axis: width and classes differ between groups."""

    IMAGENET = "imagenet"
    BUILTIN = "builtin"


class Dtype(StrEnum):
    """Data type of parameters, photos and computation, by torch's names."""

    FLOAT32 = "float32"
    BFLOAT16 = "bfloat16"
    FLOAT16 = "float16"


class MemoryFormat(StrEnum):
    """Memory layout of a batch."""

    CONTIGUOUS = "contiguous"
    CHANNELS_LAST = "channels-last"


class RunState(StrEnum):
    """How far a run got; its rows are readable in every state."""

    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    BROKEN_OFF = "broken off"


@dataclass(frozen=True)
class Setup:
    """What one row measures.

    Attributes:
        model: name in `explorer.costs.benchmark_models`: "resnet50", "vgg16", "resnet50/builtin".
        batch_size: number of photos in one call.
        device: "cpu", "cuda", "cuda:1" or "mps".
        dtype: data type of parameters and photos.
        resolution: height and width of a photo in pixels.
        memory_format: memory layout of a batch.
        compiled: whether `torch.compile` was used.
    """

    model: str
    batch_size: int = 1
    device: str = "cpu"
    dtype: Dtype = Dtype.FLOAT32
    resolution: int = 224
    memory_format: MemoryFormat = MemoryFormat.CONTIGUOUS
    compiled: bool = False

    @property
    def variant(self) -> str:
        """Name of the variant, e.g. "resnet50" for "resnet50/builtin"."""
        return self.model.removesuffix(BUILTIN_SUFFIX)

    @property
    def family(self) -> NetworkGroup:
        """Group of networks with which it may share an axis."""
        return (
            NetworkGroup.BUILTIN if self.model.endswith(BUILTIN_SUFFIX) else NetworkGroup.IMAGENET
        )


@dataclass(frozen=True)
class Latency:
    """How long single calls took.

    Attributes:
        calls: number of timed calls.
        median: median call time in ms.
        q1: first quartile of the call times in ms.
        q3: third quartile of the call times in ms.
        p95: 95th percentile of the call times in ms; None for fewer than 20 calls.
    """

    calls: int
    median: float
    q1: float
    q3: float
    p95: float | None

    @classmethod
    def of(cls, calls_ms: tuple[float, ...]) -> Latency:
        """Summarise the times of at least one call, in ms; quantiles as in NumPy."""
        if len(calls_ms) == 1:
            return cls(1, calls_ms[0], calls_ms[0], calls_ms[0], None)
        q1, median, q3 = statistics.quantiles(calls_ms, n=4, method="inclusive")
        p95 = None
        if len(calls_ms) >= CALLS_FOR_P95:
            p95 = statistics.quantiles(calls_ms, n=20, method="inclusive")[-1]
        return cls(len(calls_ms), median, q1, q3, p95)


@dataclass(frozen=True)
class Row:
    """The measurements of one setup, complete or so far.

    Attributes:
        setup: measured settings.
        wanted: number of calls after which the row is no longer provisional.
        params: number of parameters; 0 if they have not been counted yet.
        macs: multiply-adds of one photo; 0 if they have not been counted yet.
        size_mb: size of parameters and buffers at the dtype in MB.
        rounds_ms: times of the calls of each round in ms, in order.
        peak_memory_mb: size of the network and its batch plus the largest growth of memory in use
            during a call, in MB: memory of the process on the CPU, of torch's tensors on a GPU;
            None where it cannot be measured.
        compile_seconds: time of the first call with `torch.compile` in seconds; None if it was not
            used.
        problem: reason why there are no calls, or no more, e.g. that memory ran out; or "".
    """

    setup: Setup
    wanted: int
    params: int = 0
    macs: int = 0
    size_mb: float = 0.0
    rounds_ms: tuple[tuple[float, ...], ...] = ()
    peak_memory_mb: float | None = None
    compile_seconds: float | None = None
    problem: str = ""

    @cached_property
    def calls_ms(self) -> tuple[float, ...]:
        """Times of all calls in ms, in order."""
        return tuple(call for calls in self.rounds_ms for call in calls)

    @cached_property
    def latency(self) -> Latency | None:
        """Summary of the calls; None if there are none yet."""
        return Latency.of(self.calls_ms) if self.calls_ms else None

    @property
    def provisional(self) -> bool:
        """Whether the row has fewer calls than wanted."""
        return len(self.calls_ms) < self.wanted

    @property
    def throughput(self) -> float | None:
        """Photos per second at the median time."""
        return 1000 * self.setup.batch_size / self.latency.median if self.latency else None

    @property
    def gflops(self) -> float | None:
        """Achieved GFLOP/s at the median time, with two operations for each multiply-add."""
        if self.latency is None or not self.macs:
            return None
        return 2 * self.macs * self.setup.batch_size / self.latency.median / 1e6


@dataclass(frozen=True)
class Ceiling:
    """The fastest product of two large matrices measured on a machine.

    Attributes:
        dtype: data type of the matrices; float32 on CUDA is TF32 if torch's convolutions use it.
        gflops: speed in GFLOP/s.
        size: number of rows and columns of the square matrices.
    """

    dtype: Dtype
    gflops: float
    size: int


@dataclass(frozen=True)
class Machine:
    """Hardware and software of a measurement; nothing names the machine or its owner.

    Attributes:
        device: "cpu", "cuda" or "mps".
        device_name: model name of the device, e.g. "AMD EPYC" or "NVIDIA H100".
        cpu: model name of the processor, also if the device is a GPU.
        cores: number of processor cores that the process may use.
        threads: number of torch threads.
        memory_mb: total memory of the device in MB.
        system: operating system and processor architecture, e.g. "Linux x86_64".
        versions: versions of packages, Python and CUDA, by name.
    """

    device: str
    device_name: str
    cpu: str
    cores: int
    threads: int
    memory_mb: float
    system: str
    versions: Mapping[str, str]

    @property
    def model(self) -> str:
        """Name that distinguishes devices: "AMD EPYC, 2 threads" or "NVIDIA H100"."""
        if self.device != "cpu":
            return self.device_name
        return f"{self.device_name}, {self.threads} thread{'s' if self.threads > 1 else ''}"


@dataclass(frozen=True)
class Effort:
    """How long to measure.

    Attributes:
        calls: number of timed calls wanted of each row.
        calls_per_round: largest number of timed calls of a row in one round.
        slot_seconds: time of a row in one round in seconds, after which no call begins, except the
            second one of a later round.
        warm_up_seconds: duration in seconds of the untimed calls before a row's first round, at
            least one; before each later round there is one call.
        seconds: time in seconds since the start of the measuring process after which no round of a
            row begins, except its first; None for no limit.
    """

    calls: int
    calls_per_round: int
    slot_seconds: float
    warm_up_seconds: float
    seconds: float | None


SECONDS_PER_ROW = 5.0  # of a quick run; its first round may take longer
QUICK = Effort(calls=20, calls_per_round=5, slot_seconds=0.25, warm_up_seconds=0.1, seconds=50.0)
THOROUGH = Effort(calls=60, calls_per_round=6, slot_seconds=2.0, warm_up_seconds=0.5, seconds=None)


def quick_effort(rows: int) -> Effort:
    """Return the quick effort with a time limit for this number of rows."""
    return replace(QUICK, seconds=SECONDS_PER_ROW * max(rows, 1))


@dataclass(frozen=True)
class Run:
    """A whole benchmark: the one object that is shown, stored, exported and compared.

    Attributes:
        started: start time, as ISO 8601 in UTC.
        state: progress of the run.
        effort: requested duration and number of calls.
        rows: rows in the order of the request.
        machine: machine it ran on; None until the measuring process has reported it.
        ceilings: fastest matrix product of each dtype.
        seconds: time from the start to the last update in seconds.
        others_cores: average number of processor cores that everything else on this machine kept
            busy; None if unknown.
        sessions: largest number of other analyses that this app ran at the same time.
        notes: sentences that the reader should know, e.g. that the measuring process was killed.
        format: version of the file format.
    """

    started: str
    state: RunState
    effort: Effort
    rows: tuple[Row, ...]
    machine: Machine | None = None
    ceilings: tuple[Ceiling, ...] = ()
    seconds: float = 0.0
    others_cores: float | None = None
    sessions: int = 0
    notes: tuple[str, ...] = ()
    format: int = field(default=FORMAT)

    def ceiling(self, dtype: Dtype) -> Ceiling | None:
        """Return the ceiling of a dtype, if it was measured."""
        return next((ceiling for ceiling in self.ceilings if ceiling.dtype == dtype), None)

    def share_of_ceiling(self, row: Row) -> float | None:
        """Return the speed of a row as a share of the matrix-product ceiling; 1 is all of it."""
        ceiling = self.ceiling(row.setup.dtype)
        return row.gflops / ceiling.gflops if row.gflops and ceiling else None
