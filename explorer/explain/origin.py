"""Where a figure comes from: photo, network, weights, device and versions.

It is the part of every record that does not depend on what the figure shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from explorer.networks.weight_sources import WeightSource
from explorer.photos.geometry import Framing

if TYPE_CHECKING:
    from explorer.networks.network import Network
    from explorer.networks.weights_info import Weights

PACKAGES = ("resnet-explorer", "torch", "torchvision", "captum")
_SEEN_PARTS = {Framing.CROP: "the centre of the photo", Framing.WHOLE: "the whole photo, padded"}


@dataclass(frozen=True)
class Origin:
    """Where a figure comes from; every value is text and can be written to a file.

    Attributes:
        photo: a description of the photo, or the name of the reader's file.
        seen: the part of the photo that the network saw.
        variant: the title of the architecture, e.g. "ResNet-18".
        weights: one line that identifies the weights.
        recipe: how the weights were trained, as a link or a sentence.
        sha256: SHA-256 of the weights' file, in hexadecimal; "" for untrained weights.
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
    device: str
    precision: str
    versions: Mapping[str, str]
    made: str

    @property
    def versions_in_words(self) -> str:
        """The packages and their versions as one line."""
        return ", ".join(f"{package} {number}" for package, number in self.versions.items())

    @property
    def line(self) -> str:
        """What made the figure, and whose photo it is, in one line."""
        return f"{self.variant}, {self.weights} · photo: {self.photo}"

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
            ("Device", f"{self.device}, {self.precision}"),
            ("Versions", self.versions_in_words),
            ("Made", self.made.replace("T", " ").replace("+00:00", " UTC")),
        )


@dataclass(frozen=True)
class FigureRecord:
    """The record of a figure that is no explanation of a class.

    Attributes:
        title: what the figure shows.
        origin: where it comes from.
        findings: what it says, as pairs of a name and a value.
    """

    title: str
    origin: Origin
    findings: tuple[tuple[str, str], ...]

    @property
    def made(self) -> str:
        """When the record was made, as ISO 8601 in UTC."""
        return self.origin.made

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """Everything as pairs of a name and a value, for people to read."""
        return (("Figure", self.title), *self.findings, *self.origin.facts)

    def record(self) -> dict[str, Any]:
        """Return everything by name, for JSON."""
        findings = {name.lower().replace(" ", "_"): value for name, value in self.findings}
        return {"figure": self.title, **findings, **asdict(self.origin)}


def origin_of(
    photo: str, network: Network, framing: Framing, made: datetime | None = None
) -> Origin:
    """Describe a network and its photo, with the device as it is now."""
    from explorer.networks.devices import describe

    weights = network.weights
    report = describe(network.device, network.precision)
    return Origin(
        photo=photo,
        seen=_seen(network, framing),
        variant=network.variant.title,
        weights=_without_file_name(weights.line, weights),
        recipe=_without_file_name(weights.recipe, weights),
        sha256=weights.sha256 or "",
        device=f"{report.device.upper()} ({report.name})",
        precision=report.precision.value,
        versions=versions(),
        made=(made or datetime.now(UTC)).isoformat(timespec="seconds"),
    )


@cache
def versions() -> Mapping[str, str]:
    """Look up the installed version of each package in `PACKAGES`."""
    return {package: version(package) for package in PACKAGES}


def _seen(network: Network, framing: Framing) -> str:
    """Return which part of the photo the network saw."""
    if network.weights.preprocessing.squash and framing is Framing.CROP:
        return "the whole photo, squashed to a square"
    return _SEEN_PARTS[framing]


def _without_file_name(text: str, weights: Weights) -> str:
    """Remove the name of a reader's own file from a text, because it is private."""
    if weights.source is not WeightSource.CHECKPOINT:
        return text
    shortened = text.replace(f" ({weights.name})", "")
    return shortened.replace(weights.name, "the file")
