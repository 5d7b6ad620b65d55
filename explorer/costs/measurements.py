"""What a benchmark found: rows, the machine they were measured on, and all it takes to repeat them.

Importing this module costs nothing; neither torch nor a network is needed to read a result.

MB are 1e6 bytes, multiply-adds are of one photo, milliseconds are of one call of a whole batch.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property

FORMAT = 1  # of the files; a change that older versions cannot read counts it up
CALLS_FOR_P95 = 20
BUILTIN_SUFFIX = "/builtin"


class NetworkGroup(StrEnum):
    """Networks that may share an axis: the others have another width and other categories."""

    IMAGENET = "imagenet"
    BUILTIN = "builtin"


class Dtype(StrEnum):
    """What parameters and photos are stored in, and computed in; the names are torch's."""

    FLOAT32 = "float32"
    BFLOAT16 = "bfloat16"
    FLOAT16 = "float16"


class MemoryFormat(StrEnum):
    """How a batch lies in memory."""

    CONTIGUOUS = "contiguous"
    CHANNELS_LAST = "channels-last"


class RunState(StrEnum):
    """How far a run came; whatever it is, the rows it has are readable."""

    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    BROKEN_OFF = "broken off"


@dataclass(frozen=True)
class Setup:
    """What one row measures.

    Attributes:
        model: a name of `explorer.costs.benchmark_models`: "resnet50", "vgg16", "resnet50/builtin".
        batch_size: photos in one call.
        device: "cpu", "cuda", "cuda:1" or "mps".
        dtype: of parameters and photos.
        resolution: rows, and columns, of a photo in pixels.
        memory_format: how a batch lies in memory.
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
        """The architecture, e.g. "resnet50" for "resnet50/builtin"."""
        return self.model.removesuffix(BUILTIN_SUFFIX)

    @property
    def family(self) -> NetworkGroup:
        """With which others it may share an axis."""
        return (
            NetworkGroup.BUILTIN if self.model.endswith(BUILTIN_SUFFIX) else NetworkGroup.IMAGENET
        )


@dataclass(frozen=True)
class Latency:
    """How long single calls took.

    Attributes:
        calls: how many were timed.
        median: in ms, as all that follow.
        q1: the first quartile.
        q3: the third quartile.
        p95: 95 of 100 calls were not slower; None for fewer than 20 calls.
    """

    calls: int
    median: float
    q1: float
    q3: float
    p95: float | None

    @classmethod
    def of(cls, calls_ms: tuple[float, ...]) -> Latency:
        """Summarise at least one call; quantiles are interpolated as numpy does."""
        if len(calls_ms) == 1:
            return cls(1, calls_ms[0], calls_ms[0], calls_ms[0], None)
        q1, median, q3 = statistics.quantiles(calls_ms, n=4, method="inclusive")
        p95 = None
        if len(calls_ms) >= CALLS_FOR_P95:
            p95 = statistics.quantiles(calls_ms, n=20, method="inclusive")[-1]
        return cls(len(calls_ms), median, q1, q3, p95)


@dataclass(frozen=True)
class Row:
    """What was found out about one setup, so far or in the end.

    Attributes:
        setup: what was measured.
        wanted: calls after which the row is no longer provisional.
        params: parameters; 0 while nobody has counted.
        macs: multiply-adds of one photo; 0 while nobody has counted.
        size_mb: parameters and buffers at the dtype.
        rounds_ms: for each round the timed calls, in order.
        peak_memory_mb: the network, its batch, and by how much memory in use grew at its highest
            while it was called: that of the process on the CPU, of torch's tensors on a GPU; None
            where it cannot be measured.
        compile_seconds: what `torch.compile` took before the first call; None if it was not used.
        problem: why there are no calls, or no more of them, e.g. that memory ran out; or "".
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
        """All timed calls, in order."""
        return tuple(call for calls in self.rounds_ms for call in calls)

    @cached_property
    def latency(self) -> Latency | None:
        """The summary of the calls; None while there are none."""
        return Latency.of(self.calls_ms) if self.calls_ms else None

    @property
    def provisional(self) -> bool:
        """Whether more calls were wanted than there are."""
        return len(self.calls_ms) < self.wanted

    @property
    def throughput(self) -> float | None:
        """Photos per second, from the median."""
        return 1000 * self.setup.batch_size / self.latency.median if self.latency else None

    @property
    def gflops(self) -> float | None:
        """Achieved GFLOP/s: two for each multiply-add, from the median."""
        if self.latency is None or not self.macs:
            return None
        return 2 * self.macs * self.setup.batch_size / self.latency.median / 1e6


@dataclass(frozen=True)
class Ceiling:
    """The fastest product of two large matrices that this machine was seen to do.

    Attributes:
        dtype: of the matrices; float32 on CUDA is TF32 where torch's convolutions use that.
        gflops: GFLOP/s.
        size: rows, and columns, of the square matrices that were tried.
    """

    dtype: Dtype
    gflops: float
    size: int


@dataclass(frozen=True)
class Machine:
    """What measured; nothing here names the machine or its owner.

    Attributes:
        device: "cpu", "cuda" or "mps".
        device_name: the device's own name, e.g. "AMD EPYC" or "NVIDIA H100".
        cpu: name of the processor, which feeds a GPU, too.
        cores: processor cores that the process may use.
        threads: of torch.
        memory_mb: of the device.
        system: operating system and kind of processor, e.g. "Linux x86_64".
        versions: package -> version, Python and CUDA among them.
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
        """What tells devices apart: "AMD EPYC, 2 threads" or "NVIDIA H100"."""
        if self.device != "cpu":
            return self.device_name
        return f"{self.device_name}, {self.threads} thread{'s' if self.threads > 1 else ''}"


@dataclass(frozen=True)
class Effort:
    """How long to measure.

    Attributes:
        calls: timed calls wanted of each row.
        calls_per_round: the most that a row gets in one round.
        slot_seconds: a row's time in one round: no call begins after it, the second of a later
            round excepted.
        warm_up_seconds: of untimed calls before a row's first round, at least one; before each
            later round there is one call.
        seconds: no round of a row begins later, the first excepted, counted from the start of the
            measuring process; None for no limit.
    """

    calls: int
    calls_per_round: int
    slot_seconds: float
    warm_up_seconds: float
    seconds: float | None


SECONDS_PER_ROW = 5.0  # of a quick run, whose first round may take longer
QUICK = Effort(calls=20, calls_per_round=5, slot_seconds=0.25, warm_up_seconds=0.1, seconds=50.0)
THOROUGH = Effort(calls=60, calls_per_round=6, slot_seconds=2.0, warm_up_seconds=0.5, seconds=None)


def quick_effort(rows: int) -> Effort:
    """Return the quick effort with as much time as so many rows deserve."""
    return replace(QUICK, seconds=SECONDS_PER_ROW * max(rows, 1))


@dataclass(frozen=True)
class Run:
    """A whole benchmark: the one object that is shown, kept, exported and compared.

    Attributes:
        started: when, as ISO 8601 in UTC.
        state: how far it came.
        effort: how long was measured.
        rows: in the order in which they were asked for.
        machine: what measured; None until the measuring process has said so.
        ceilings: one per dtype, the best seen.
        seconds: from the start to the last news.
        others_cores: processor cores that everything else on this machine kept busy, on average;
            None if unknown.
        sessions: the most other analyses that this app was busy with at once.
        notes: what the reader should know, e.g. that the measuring process was killed.
        format: of the file.
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
        """Return what share of the matrix-product ceiling a row achieves; 1 is all of it."""
        ceiling = self.ceiling(row.setup.dtype)
        return row.gflops / ceiling.gflops if row.gflops and ceiling else None
