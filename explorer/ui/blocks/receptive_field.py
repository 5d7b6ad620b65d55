"""The receptive field of one cell of a block: in theory and as measured on the photo."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from explorer.blocks.region_occlusion import InputRegion
from explorer.figures.explain.heatmaps import Scale, colour_bar, draw
from explorer.figures.pictures import png
from explorer.ui.blocks.link_choices import POINT
from explorer.ui.components import packed, pictures
from explorer.ui.components.block_strip import about, block_strip, chosen_block
from explorer.ui.components.photo_cache import cache_photos
from explorer.ui.components.photo_field import photo_field
from explorer.ui.components.photo_overlay import HIGHEST, parts
from explorer.ui.explain.prediction import target
from explorer.ui.frame import link_state, page_layout
from explorer.wording import times, written

if TYPE_CHECKING:
    from explorer.blocks.effective_field import EffectiveField
    from explorer.networks.layer_summary import ChainLink
    from explorer.networks.receptive_fields import Extent
    from explorer.photos.geometry import Frame
    from explorer.ui.explain.latest_explanation import Explanation
    from explorer.ui.photos.session_photos import Photo

_KEY = "field_stage"
_HINT = "Click a cell, or move with the arrow keys, to measure its receptive field."


def section(photo: Photo, explanation: Explanation) -> None:
    """Offer the blocks and their cells, and show the receptive field of the chosen cell."""
    from explorer.blocks.effective_field import effective_field
    from explorer.networks.layer_summary import layer_summary

    analysis = explanation.analysis
    network = analysis.network
    block = chosen_block(network.blocks)
    st.subheader("What one cell sees", anchor=False)
    about(network, block)
    block_strip(network, block)
    link = layer_summary(network).links[block]
    left, right = page_layout.columns()
    with right, st.container():  # holds the wait message
        row, column = _chosen_cell(link, explanation)
        effective = explanation.once(
            "field",
            (block, row, column),
            lambda: analysis.safely(
                lambda forward_pass: effective_field(forward_pass, link.field, block, row, column)
            ),
        )
    with left:
        _show(photo, analysis.frame, link, (row, column), effective)
        st.caption(_HINT)
    with right:
        _describe(link, analysis.frame, effective)


def _show(
    photo: Photo, frame: Frame, link: ChainLink, cell: tuple[int, int], effective: EffectiveField
) -> None:
    scale = Scale.of_pixels(effective.gradient)
    _, rows, columns = link.shape
    theory = link.field.of_cell(cell[0]), link.field.of_cell(cell[1])
    cache_photos(_KEY, {photo.id: photo.shown})
    photo_field(
        key=_KEY,
        data=packed(
            {
                "photo": photo.id,
                "pictures": pictures(
                    png(draw(effective.gradient, scale).convert("RGBA")),
                    png(colour_bar(signed=False).convert("RGB")),
                ),
                "ends": ["0", f"\N{GREATER-THAN OR EQUAL TO}{written(scale.high)}"],
                "size": photo.size,
                "highest": HIGHEST,
                "frame": parts(frame),
                "rows": rows,
                "columns": columns,
                "cell": {"row": cell[0], "column": cell[1]},
                "theory": _on_photo(theory, frame),
                "held": _on_photo(effective.square(effective.HELD), frame)
                if effective.side_of(effective.HELD)
                else None,
                "alt": f"{photo.title}. {in_words(link, effective)}",
            }
        ),
        on_point_change=_choose_point,
    )


def _on_photo(sides: tuple[Extent, Extent], frame: Frame) -> dict[str, float]:
    """Convert rows and columns of the input to a box on the photo, without the padding."""
    size = frame.input_size
    rows, columns = (side.within(size) for side in sides)
    return asdict(
        InputRegion(rows.first, columns.first, rows.end, columns.end, size).on_photo(frame)
    )


def _describe(link: ChainLink, frame: Frame, effective: EffectiveField) -> None:
    """Write the sizes of the fields, and how to read the picture."""
    if not effective.side_of(effective.HELD):
        st.info(
            "This cell is dead: all its channels are zero, so no pixel affects it. Choose another.",
            icon=":material/visibility_off:",
        )
        return
    st.markdown(in_words(link, effective))
    size = frame.input_size
    sides = {
        "in theory": link.field.size,
        f"that holds {100 * effective.HELD:.0f}\N{NO-BREAK SPACE}% of the gradient": round(
            effective.side_of(effective.HELD)
        ),
        "that holds half of the gradient": round(effective.side_of(0.5)),
    }
    rows = "\n".join(f"| {name} | {times((side, side))} |" for name, side in sides.items())
    st.markdown(f"| Square around the cell | Pixels |\n| :-- | --: |\n{rows}")
    st.caption(
        f"The network's input has {times((size, size))} pixels. Brightness is the gradient of the "
        "sum of the cell's channels: how much each pixel affects the cell. It differs between "
        "photos. The field is centred on the cell's upper left pixel, where strides begin."
    )


def in_words(link: ChainLink, effective: EffectiveField) -> str:
    """Compare the theoretical with the effective receptive field in words."""
    theoretical, held = link.field.size, round(effective.side_of(effective.HELD))
    beyond = ", more than the whole input" if theoretical > len(effective.gradient) else ""
    sentence = f"A cell of {link.name} could see {times((theoretical, theoretical))} pixels{beyond}"
    if not held:
        return f"{sentence}, but this one is dead."
    share = f"{100 * effective.HELD:.0f}\N{NO-BREAK SPACE}% of its gradient"
    return f"{sentence}; {share} lies in the {times((held, held))} pixels around it."


def _chosen_cell(link: ChainLink, explanation: Explanation) -> tuple[int, int]:
    """Return the cell at the point the reader chose; else Grad-CAM's strongest cell."""
    _, rows, columns = link.shape
    point = link_state.get(POINT)
    if point:
        y, x = map(float, point.split(","))
        return min(int(y * rows), rows - 1), min(int(x * columns), columns - 1)
    explained_index = target(explanation.analysis).index
    heatmap = explanation.ladder(explained_index, signed=False)[link.name]
    row, column = np.unravel_index(heatmap.argmax(), heatmap.shape)
    return int(row), int(column)


def _choose_point() -> None:
    link_state.choose(POINT, str(st.session_state[_KEY].point or ""))
