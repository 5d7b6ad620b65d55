"""The provenance of an explanation: the record that every export carries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from explorer.explain import origin
from explorer.explain.finding import Finding
from explorer.explain.origin import Origin
from explorer.explain.shared_scale import SharedScale
from explorer.wording import percent, spoken, written


@dataclass(frozen=True)
class Provenance:
    """Where a map comes from; every value is text or a number and can be written to a file.

    Attributes:
        photo: a description of the photo, or the name of the reader's file.
        seen: the part of the photo that the network saw.
        variant: the title of the architecture, e.g. "ResNet-18".
        weights: one line that identifies the weights.
        recipe: how the weights were trained, as a link or a sentence.
        sha256: SHA-256 of the weights' file, in hexadecimal; "" for untrained weights.
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
        device: the kind and name of the device.
        precision: the floating-point type that the network computed in.
        versions: package name -> installed version.
        made: when the record was made, as ISO 8601 in UTC.
    """

    photo: str
    seen: str
    variant: str
    weights: str
    recipe: str
    sha256: str
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
    device: str
    precision: str
    versions: Mapping[str, str]
    made: str

    @classmethod
    def of(cls, finding: Finding, made: datetime | None = None) -> Provenance:
        """Describe a finding, with the device as it is now."""
        of, high = Origin.of(finding.photo, finding.network, finding.framing, made), finding.high
        return cls(
            photo=of.photo,
            seen=of.seen,
            variant=of.variant,
            weights=of.weights,
            recipe=of.recipe,
            sha256=of.sha256,
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
            device=of.device,
            precision=of.precision,
            versions=of.versions,
            made=of.made,
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
            ("Photo", self.photo),
            ("Seen by the network", self.seen),
            ("Network", self.variant),
            ("Weights", self.weights),
            ("Recipe", self.recipe),
            ("SHA-256 of the weights", self.sha256 or "none: they are made from a seed"),
            ("Class", f"{self.question}, probability {percent(self.target_probability)}"),
            ("Calibration", self.calibration),
            ("Method", self.method),
            ("Block", f"{self.block}, map of {self.rows} rows and {self.columns} columns"),
            ("Scale", self.scale_in_words),
            ("Changed", self.changed or "nothing"),
            ("Device", f"{self.device}, {self.precision}"),
            ("Versions", self.versions_in_words),
            ("Made", self.made.replace("T", " ").replace("+00:00", " UTC")),
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
    def versions_in_words(self) -> str:
        """The packages and their versions as one line."""
        return origin.in_words(self.versions)

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
