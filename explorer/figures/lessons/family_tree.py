"""Drawings of how information flows through a few blocks in a row."""

from __future__ import annotations

from explorer.figures.svg import Drawing, Tone
from explorer.lessons.family_tree import FamilyMember, InformationFlow, Layer, Merge

WIDTH, HEIGHT = 360.0, 124.0
LEVEL, AROUND, LABELS = 72.0, 20.0, 120.0  # y of the layers' centre, of the shortcut, of labels
LEFT, RIGHT = 18.0, 342.0


def svg(member: FamilyMember) -> str:
    """Draw the information flow of a member of the family as SVG."""
    drawing, flow = Drawing(WIDTH, HEIGHT), member.flow
    drawing.text((8, LEVEL + 3), "x", size=11)
    span = (RIGHT - LEFT) / flow.blocks
    for number in range(flow.blocks):
        start = LEFT + number * span
        if flow.merge is Merge.CONCATENATION:
            _dense(drawing, flow, number, span)
        else:
            _block(drawing, flow, start, start + span)
    return drawing.arrow([(RIGHT, LEVEL), (WIDTH - 4, LEVEL)]).svg(member.alt)


def _block(drawing: Drawing, flow: InformationFlow, start: float, end: float) -> None:
    """Draw one block between two x positions."""
    merge = end - (34.0 if flow.behind else 10.0)
    gate = merge - 26
    inner = {Merge.NONE: end, Merge.GATE: gate - 6}.get(flow.merge, merge - 6)
    _layers(drawing, flow, start, inner)
    if flow.merge is Merge.NONE:
        return
    drawing.line([(start + 3, LEVEL), (start + 3, AROUND), (merge, AROUND)], Tone.ACCENT)
    drawing.arrow([(merge, AROUND), (merge, LEVEL - 6.5)], Tone.ACCENT)
    if flow.merge is Merge.GATE:
        _gate(drawing, gate, merge)
    drawing.sign((merge, LEVEL), "+", Tone.ACCENT)
    if flow.behind:
        drawing.line([(merge + 6, LEVEL), (merge + 10, LEVEL)])
        drawing.box((merge + 10, LEVEL - 9), (20, 18), tone=Tone.QUIET)
        drawing.text((merge + 20, LABELS), flow.behind, size=8)
        drawing.line([(merge + 30, LEVEL), (end, LEVEL)])
    else:
        drawing.line([(merge + 6, LEVEL), (end, LEVEL)])


def _gate(drawing: Drawing, gate: float, merge: float) -> None:
    """Draw the gate of both paths: T times the layers, 1 - T times the shortcut."""
    drawing.sign((gate, LEVEL), "·", Tone.WARM).text((gate, LEVEL - 10), "T", Tone.WARM)
    drawing.arrow([(gate + 6, LEVEL), (merge - 6, LEVEL)])
    drawing.sign((gate, AROUND), "·", Tone.WARM).text((gate, AROUND - 9), "1 − T", Tone.WARM)  # noqa: RUF001


def _layers(drawing: Drawing, flow: InformationFlow, start: float, end: float) -> None:
    """Draw the layers of a block with arrows between them; heights show their channels."""
    gap = 11.0
    width = (end - start - gap) / len(flow.layers) - gap
    x = start
    for layer in flow.layers:
        drawing.arrow([(x, LEVEL), (x + gap, LEVEL)])
        _layer(drawing, layer, flow.branches, (x + gap, width))
        x += gap + width
    drawing.arrow([(x, LEVEL), (end, LEVEL)])


def _layer(drawing: Drawing, layer: Layer, branches: int, extent: tuple[float, float]) -> None:
    x, width = extent
    height = 12 + 62 * layer.width
    branch_height = height / branches
    for number in range(branches):
        top = LEVEL - height / 2 + number * branch_height
        drawing.box((x, top), (width, branch_height - (2 if branches > 1 else 0)))
    drawing.text((x + width / 2, LABELS), layer.label, size=8)


def _dense(drawing: Drawing, flow: InformationFlow, number: int, span: float) -> None:
    """Draw a layer that reads a growing stack of maps, and the connections from earlier blocks."""
    start = LEFT + number * span
    stack = 12 + 13 * number
    drawing.arrow([(start, LEVEL), (start + 14, LEVEL)])
    drawing.box((start + 14, LEVEL - stack / 2), (9, stack), tone=Tone.ACCENT)
    drawing.arrow([(start + 23, LEVEL), (start + 35, LEVEL)])
    _layer(drawing, flow.layers[0], 1, (start + 35, span - 35))
    for earlier in range(number):
        origin = LEFT + earlier * span + 6
        height = LEVEL - 30 - 9 * (number - earlier)
        drawing.line([(origin, LEVEL), (origin, height), (start + 18.5, height)], Tone.ACCENT)
        drawing.arrow([(start + 18.5, height), (start + 18.5, LEVEL - stack / 2)], Tone.ACCENT)
