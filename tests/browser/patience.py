"""How long a test waits for what must come, before it fails.

Tests wait for a state, never for a time, and a state comes when it comes: a busy machine may take
many times as long as an idle one. So there is one bound, and it is generous.
"""

from __future__ import annotations

PATIENCE = 120.0  # seconds
