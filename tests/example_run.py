"""A benchmark that nobody measured: fifteen networks with times that follow their multiply-adds."""

from __future__ import annotations

from torchvision.models import get_model_weights

from explorer.costs.measurements import QUICK, Ceiling, Dtype, Machine, Row, Run, RunState, Setup
from explorer.networks.variants import CONTRAST, VARIANTS

BUILTIN = ("resnet18/builtin", "resnet34/builtin", "resnet50/builtin")
MACHINE = Machine(
    device="cpu",
    device_name="Example CPU",
    cpu="Example CPU",
    cores=2,
    threads=2,
    memory_mb=8000.0,
    system="Linux x86_64",
    versions={"torch": "2.15.0", "python": "3.11.7"},
)


def row(model: str, batch_size: int = 1, problem: str = "", faster: float = 1.0) -> Row:
    """A row of four rounds of five calls each; a failed one has none."""
    setup = Setup(model, batch_size, resolution=160 if model in BUILTIN else 224)
    variant = setup.variant if setup.variant in VARIANTS | CONTRAST else "resnet18"
    facts = next(iter(get_model_weights(variant))).meta
    narrow = 16 if model in BUILTIN else 1
    params, gmacs = facts["num_params"] // narrow, facts["_ops"] / narrow
    middle = (4 + 9 * gmacs) * batch_size**0.8 / faster
    calls = tuple(middle * (0.95 + 0.005 * number) for number in range(20))
    return Row(
        setup,
        wanted=20,
        params=params,
        macs=int(gmacs * 1e9),
        size_mb=4 * params / 1e6,
        rounds_ms=() if problem else tuple(calls[at::4] for at in range(4)),
        peak_memory_mb=None if problem else 4 * params / 1e6 + 80 * batch_size,
        problem=problem,
    )


def example_run(
    rows: tuple[Row, ...] | None = None, name: str = "Example CPU", faster: float = 1.0
) -> Run:
    """A finished run of all networks, two of them at batch 4, too; or of the rows given."""
    if rows is None:
        rows = (
            *(row(model, faster=faster) for model in (*VARIANTS, *CONTRAST)),
            *(row(model, 4, faster=faster) for model in ("resnet18", "resnet50")),
            *(row(model, faster=faster) for model in BUILTIN),
        )
    versions = MACHINE.versions
    machine = Machine("cpu", name, name, 2, 2, 8000.0, MACHINE.system, versions)
    return Run(
        started="2026-01-02T03:04:05+00:00",
        state=RunState.DONE,
        effort=QUICK,
        rows=rows,
        machine=machine,
        ceilings=(Ceiling(Dtype.FLOAT32, 120.0, 1024),),
        seconds=40.0,
        others_cores=0.1,
    )
