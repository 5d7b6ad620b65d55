"""Writes the outlines of the photos that the page Teach opens on.

    python -m explorer.transfer.outlined.shipped_outlines OUTLINES

OUTLINES holds the outlines that people drew of photos of the data set, one JSON object a line, with
the category and the name of the photo as `file`; kept are those of the photos that come with the
app.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from explorer.atomic_write import atomic_write
from explorer.paths import SHIPPED_CLASSES
from explorer.photos.outlines import Outline, read_outlines
from explorer.transfer.outlined.evidence_on_object import OUTLINES


def shipped(outlines: Sequence[Outline], folder: Path = SHIPPED_CLASSES) -> list[Outline]:
    """Return the outlines of photos that lie in a folder, with `train` and `test` in it."""
    here = {f"{path.parent.name}/{path.name}" for path in folder.glob("*/*/*.jpg")}
    return [each for each in outlines if each.file in here and each.outline is not None]


def main(argv: Sequence[str] | None = None) -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("outlines", type=Path)
    parser.add_argument("--output", type=Path, default=OUTLINES)
    arguments = parser.parse_args(argv)
    lines = [json.dumps(asdict(each)) for each in shipped(read_outlines(arguments.outlines))]
    with atomic_write(arguments.output) as path:
        path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    print(f"{len(lines)} outlines")


if __name__ == "__main__":
    main()
