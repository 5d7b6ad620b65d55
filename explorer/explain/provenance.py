"""The provenance of an explanation: the record that every export carries."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from explorer.explain.finding import Finding
from explorer.explain.origin import Origin, origin_of
from explorer.explain.shared_scale import SharedScale
from explorer.wording import percent, spoken, written


@dataclass(frozen=True)
class Provenance(Origin):
    """Where a map comes from; every value is text or a number and can be written to a file.

    Attributes:
        target: the label of the class that is explained.
        target_probability: the probability of that class, 0..1.
        calibration: how reliable the network's probabilities are, in words.
        rather_than: the label of the class that it is compared with; "" for none.
        method: the title and paper of the attribution method.
        block: the block that is explained; for some methods the pixels of the network's input.
        rows: number of rows of the map.
        columns: number of columns of the map.
        signed: whether evidence against the class was kept.
        scale: which maps share the colour scale: "own", "stage" or "network".
        low: the value at the lower end of the colours.
        high: the value at the upper end of the colours.
        strongest: the largest value of this map, or the largest magnitude of a signed one.
        changed: what of photo or network was changed before it answered; "" for nothing.
    """

    target: str
    target_probability: float
    calibration: str
    rather_than: str
    method: str
    block: str
    rows: int
    columns: int
    signed: bool
    scale: str
    low: float
    high: float
    strongest: float
    changed: str

    @classmethod
    def of(cls, finding: Finding, made: datetime | None = None) -> Provenance:
        """Describe a finding, with the device as it is now."""
        high = finding.high
        return cls(
            **vars(origin_of(finding.photo, finding.network, finding.framing, made)),
            target=finding.explained.label,
            target_probability=finding.explained.probability,
            calibration=finding.network.weights.calibration,
            rather_than=finding.rather_than.label if finding.rather_than else "",
            method=f"{finding.method.title} ({finding.method.paper})",
            block=finding.place,
            rows=finding.heatmap.shape[0],
            columns=finding.heatmap.shape[1],
            signed=finding.has_against,
            scale=finding.span.value if finding.of_ladder else SharedScale.OWN.value,
            low=-high if finding.has_against else 0.0,
            high=high,
            strongest=finding.strongest,
            changed=finding.changed,
        )

    @property
    def title(self) -> str:
        """What was asked, in a line."""
        changed = f", {self.changed}" if self.changed else ""
        return f"{self.method} for {self.question}{changed}"

    def record(self) -> dict[str, Any]:
        """Return all attributes by name, for JSON."""
        return asdict(self)

    @property
    def question(self) -> str:
        """The class that is explained and the class that it is compared with."""
        comparison = f" rather than {spoken(self.rather_than)}" if self.rather_than else ""
        return f"{spoken(self.target)}{comparison}"

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """All attributes as pairs of a name and a value, for people to read."""
        return (
            ("Class", f"{self.question}, probability {percent(self.target_probability)}"),
            ("Calibration", self.calibration),
            ("Method", self.method),
            ("Block", f"{self.block}, map of {self.rows} rows and {self.columns} columns"),
            ("Scale", self.scale_in_words),
            ("Changed", self.changed or "nothing"),
            *super().facts,
        )

    @property
    def scale_in_words(self) -> str:
        """Which maps share the scale, its ends, and how negative values were treated."""
        if not self.high:
            return "none, for the map is blank"
        sharing = {
            SharedScale.OWN: "the map's own",
            SharedScale.STAGE: "shared by the stage",
            SharedScale.NETWORK: "shared by all blocks",
        }[SharedScale(self.scale)]
        values = "signed" if self.signed else "positive values only"
        ends = f"{sharing}, {written(self.low)} to {written(self.high)}, {values}"
        reaches_end = self.strongest == self.high
        return ends if reaches_end else f"{ends}; this map reaches {written(self.strongest)}"

    @property
    def line(self) -> str:
        """One line to print under a picture; the recipe is left out."""
        return " · ".join(
            (
                f"{self.variant}, {self.weights}",
                f"{self.method} at {self.block} for {self.question}",
                f"scale: {self.scale_in_words}",
                f"{self.device}, {self.precision}",
                self.versions_in_words,
                self.made[:10],
            )
        )
