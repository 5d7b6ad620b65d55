"""Count the multiply-adds of a running network, on the meta device or any other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import flop_registry


class MacCounter(TorchDispatchMode):
    """Counts the multiply-adds within a `with` block by torch's own formulas.

    torch's `FlopCounterMode` is not used, because it hooks every module of the process, including
    those that other sessions are computing with.

    Attributes:
        macs: number of multiply-adds so far; half of what torch calls flops.
    """

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # torch's constructor has no annotations
        self.macs = 0

    def __torch_dispatch__(
        self,
        func: Any,  # a torch operator
        types: object,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        """Run an operator, and add its multiply-adds."""
        result = func(*args, **(kwargs or {}))
        flops: Callable[..., int] | None = flop_registry.get(func._overloadpacket)
        if flops is not None:
            self.macs += flops(*args, **(kwargs or {}), out_val=result) // 2
        return result
