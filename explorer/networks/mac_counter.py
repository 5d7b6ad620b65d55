"""Count multiply-adds while a network runs, on the meta device or any other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import flop_registry


class MacCounter(TorchDispatchMode):
    """Counts by torch's own formulas what is multiplied within a `with` block.

    Not with torch's `FlopCounterMode`: to tell modules apart it hooks every module of the process,
    also those that other sessions are computing with.

    Attributes:
        macs: multiply-adds so far; half of what torch calls flops.
    """

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # torch's own has no annotations
        self.macs = 0

    def __torch_dispatch__(
        self,
        func: Any,  # an operator of torch
        types: object,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        """Run an operation, and add what it multiplies."""
        result = func(*args, **(kwargs or {}))
        flops: Callable[..., int] | None = flop_registry.get(func._overloadpacket)
        if flops is not None:
            self.macs += flops(*args, **(kwargs or {}), out_val=result) // 2
        return result
