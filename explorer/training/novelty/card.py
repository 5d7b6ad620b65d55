"""The part of a built-in network's card on photos that are like nothing it learned."""

from __future__ import annotations

from explorer.explain.novelty import NoveltyRecord
from explorer.networks.variants import find_variant
from explorer.training.novelty.features import PER_CATEGORY, QUALITY, SHORT_SIDE, VAL
from explorer.weights import builtin
from explorer.weights.model_cards import read_card

_PART = """
## Like nothing it learned

Under a photo of the reader's own, the app adds "It may be none of them" if the detector in bold
finds the photo. That it does not find a photo says nothing, since no detector finds most.

{table}

The table shows the share of photos that a detector finds, in %; of validation photos, these are
false alarms. Scores are put on the scale of the validation photos before they are combined. Scales
and thresholds were fitted on one half of the validation photos, and the detector was chosen, for
all depths, on one half of the other sets. The shares are those of the other halves, split by a hash
of the file names: {photos}. Photos of other sets were first made like the
validation photos: short side {side} pixels, JPEG quality {quality}. The statistics come from
{train} training photos, {each} of each category; the nearest photo is sought among {kept} of
them, which the app carries along.

Other sets: the 34 categories of Caltech-101 that the network never saw (CC BY 4.0); fruit and
vegetables from GroceryStoreDataset (Klasson, Zhang, Kjellström, WACV 2019; MIT); clothes from
clothing-dataset-small (CC0); pictures of noise, clouds, stripes, gradients, one colour and discs.

To measure it again: `{command}`
"""


def part(record: NoveltyRecord) -> str:
    """Write the part of the card."""
    photos = ", ".join(f"{count} {_title(kind)}" for kind, count in record.photos.items())
    return _PART.format(
        table=_table(record),
        photos=photos,
        side=SHORT_SIDE,
        quality=QUALITY,
        train=f"{record.train_photos:,}",
        each=PER_CATEGORY,
        kept=record.neighbours,
        command=record.command,
    )


def write_card(record: NoveltyRecord) -> None:
    """Write the card of a built-in network with this part."""
    path = builtin.path_of(find_variant(record.variant))
    text = read_card(path).markdown + part(record)
    path.with_suffix(".md").write_text(text, encoding="utf-8")


def _table(record: NoveltyRecord) -> str:
    head = ["detector", *map(_title, record.photos)]
    rows = [head, ["---"] * len(head)]
    for title, rates in record.rates.items():
        name = f"**{title}**" if title == record.detector.title else title
        rows.append([name, *(f"{rates[kind]:.1f}" for kind in record.photos)])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _title(kind: str) -> str:
    return "validation" if kind == VAL else kind
