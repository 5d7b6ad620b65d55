"""What came of teaching, below the table of results."""

from __future__ import annotations

from explorer.ui.transfer.teaching_run import TeachingRun


def draw(run: TeachingRun | None) -> None:
    """Draw the tabs below the table.

    Args:
        run: what the session learned; None for the example as it was recorded, with nothing
            learned in this session.
    """
