"""How much of a network's evidence lies on the object, in photos whose outline people drew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from PIL import Image

from explorer.array_types import Map
from explorer.explain.batches import explain_many
from explorer.networks.network import Network
from explorer.paths import SHIPPED_CLASSES
from explorer.photos.geometry import frame
from explorer.photos.outlines import Mask, Outline, read_outlines
from explorer.training.sharpness.measures import Interval, macro_mean
from explorer.transfer.labelled_photos import Indices, LabelledPhotos

OUTLINES = SHIPPED_CLASSES / "outlines.jsonl"

Outlines = Mapping[tuple[str, str], Outline]


@dataclass(frozen=True)
class EvidenceOnObject:
    """Where the evidence of some photos lies.

    Attributes:
        labels: the classes that have photos with an outline.
        photos: number of these photos.
        share: mean share of the evidence for a photo's own class that lies on the object, 0..1;
            classes count alike, and the 95 % interval is a bootstrap over their photos.
        area: mean share of the input that the object covers: what an even map would have on it.
    """

    labels: tuple[str, ...]
    photos: int
    share: Interval
    area: float


@cache
def shipped_outlines() -> Outlines:
    """Return the outlines of the photos that come with the app, by class and name of the photo."""
    return {
        (outline.category, outline.file.partition("/")[2]): outline
        for outline in read_outlines(OUTLINES)
    }


def evidence_on_object(
    network: Network, photos: LabelledPhotos, indices: Indices, outlines: Outlines
) -> EvidenceOnObject | None:
    """Measure where a network's evidence for the right class lies.

    Args:
        network: network whose classes are those of the photos.
        photos: the photos, with their names.
        indices: those that are looked at.
        outlines: outlines by class and name of the photo; photos without one are left out.

    Returns:
        The measurement; None if no photo has an outline.
    """
    known = [int(at) for at in indices if _key(photos, int(at)) in outlines]
    if not known:
        return None
    shares, areas, classes = [], [], []
    for at, heatmap in _maps(network, photos, known):
        seen = frame(photos.photos[at], network.weights.preprocessing)
        covered = _covered(outlines[_key(photos, at)].mask(seen), heatmap.shape)
        total = float(heatmap.sum())
        shares.append(float((heatmap * covered).sum()) / total if total > 0 else 0.0)
        areas.append(float(covered.mean()))
        classes.append(photos.labels[photos.classes[at]])
    return EvidenceOnObject(
        labels=tuple(dict.fromkeys(classes)),
        photos=len(known),
        share=macro_mean(np.array(shares), classes),
        area=macro_mean(np.array(areas), classes).value,
    )


def _key(photos: LabelledPhotos, at: int) -> tuple[str, str]:
    return photos.labels[photos.classes[at]], photos.names[at] if photos.names else ""


def _maps(
    network: Network, photos: LabelledPhotos, indices: Sequence[int]
) -> Iterator[tuple[int, Map]]:
    """Yield Grad-CAM's map of each photo's own class at the last block, class by class."""
    for own in sorted({int(photos.classes[at]) for at in indices}):
        places = [at for at in indices if photos.classes[at] == own]
        opened = [photos.photos[at].copy for at in places]
        results = [one for batch in explain_many(network, opened, target=own) for one in batch]
        yield from zip(places, (result.heatmap for result in results), strict=True)


def _covered(mask: Mask, shape: tuple[int, ...]) -> Map:
    """Return the share of each cell that a mask of pixels covers."""
    rows, columns = shape
    pixels = Image.fromarray(mask.astype(np.float32))
    covered: Map = np.asarray(pixels.resize((columns, rows), Image.Resampling.BOX))
    return covered
