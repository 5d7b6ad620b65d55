"""Types of arrays that many rooms hand on."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# A heatmap or a channel; its shape, and whether it may be negative, is said where it is returned.
Map = NDArray[np.float32]
