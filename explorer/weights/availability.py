"""Which weights are at hand, which can be fetched, and how.

Asking for built-in or untrained weights does not need torch, so that a page can list them before it
is there; where ImageNet weights are kept and published, torch and torchvision must be asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.errors import WeightsError
from explorer.networks.variants import CONTRAST, VARIANTS, Variant, find_variant
from explorer.networks.weight_sources import WeightSource
from explorer.weights import builtin
from explorer.weights.cards import read_card

if TYPE_CHECKING:
    from explorer.weights.download import DownloadProgress

MEBIBYTE = 2**20  # bytes; torchvision states file sizes in it, and calls it MB


@dataclass(frozen=True)
class Availability:
    """Whether weights are at hand, without opening them.

    Attributes:
        variant: name in the catalogue.
        source: the kind of weights.
        title: for people, e.g. "Built-in (66 categories)".
        here: whether they can be loaded without the internet. Not whether the file is whole.
        path: where the file is, or will be; None for weights without a file.
        url: where it can be fetched; None for weights that are not published.
        size_mb: size of the file in MB of 2**20 bytes, as torchvision counts; None without a file.
    """

    variant: str
    source: WeightSource
    title: str
    here: bool
    path: Path | None = None
    url: str | None = None
    size_mb: float | None = None

    @property
    def name(self) -> str:
        """The name on the command line, e.g. "resnet50/imagenet-new"."""
        return f"{self.variant}/{self.source}"

    @property
    def exists(self) -> bool:
        """Whether there are such weights at all, here or elsewhere."""
        return self.here or self.url is not None

    @property
    def download_mb(self) -> float | None:
        """MB that a fetch would transfer; None if there is nothing to fetch."""
        return None if self.here else self.size_mb


def availability(variant: str, source: WeightSource | str) -> Availability:
    """Tell whether weights are at hand, without opening them and without the internet.

    Args:
        variant: name in the catalogue.
        source: the kind of weights. Untrained ones are always at hand; so are a reader's own.

    Raises:
        RequestError: if there is no such variant.
    """
    entry, source = find_variant(variant), WeightSource(source)
    if source is WeightSource.BUILTIN:
        return _builtin_availability(entry)
    if source.downloads:
        return _imagenet_availability(entry, source)
    return Availability(entry.name, source, source.heading, here=True)


def inventory() -> tuple[Availability, ...]:
    """List all weights that exist as files, here or elsewhere: built-in ones, then ImageNet's."""
    sources = (WeightSource.BUILTIN, *(source for source in WeightSource if source.downloads))
    names = VARIANTS | CONTRAST
    listed = (availability(name, source) for source in sources for name in names)
    return tuple(weights for weights in listed if weights.exists)


def fetch(variant: str, source: WeightSource | str) -> Iterator[DownloadProgress]:
    """Bring ImageNet weights into torch's own cache folder, with their hash checked.

    Yields:
        The progress; once, and without a request, if the file is there and whole.

    Raises:
        RequestError: if there is no such variant.
        WeightsError: if there is nothing to fetch by that name, or no room for it.
        WeightsUnavailableError: if it cannot be fetched, or arrives damaged.
    """
    source = WeightSource(source)
    if not source.downloads:
        raise WeightsError(f"{source.heading} weights need no download. Use them as they are.")
    from explorer.weights import imagenet

    yield from imagenet.fetch(imagenet.find(find_variant(variant), source))


def parse_name(name: str) -> tuple[str, WeightSource]:
    """Take a name such as "resnet50/imagenet-new" apart.

    Raises:
        RequestError: if there is no such variant.
        WeightsError: if it names no weights that are kept as a file.
    """
    variant, _, source = name.partition("/")
    kept = [kind.value for kind in WeightSource if kind is WeightSource.BUILTIN or kind.downloads]
    if source not in kept:
        raise WeightsError(
            f"{name!r} names no weights. Give a variant, a slash and one of {', '.join(kept)}, "
            "as in resnet50/imagenet-new."
        )
    return find_variant(variant).name, WeightSource(source)


def _builtin_availability(variant: Variant) -> Availability:
    path = builtin.path_of(variant)
    if not path.is_file():
        return Availability(
            variant.name, WeightSource.BUILTIN, WeightSource.BUILTIN.heading, here=False
        )
    return Availability(
        variant.name,
        WeightSource.BUILTIN,
        builtin.title(read_card(path)),
        here=True,
        path=path,
        size_mb=path.stat().st_size / MEBIBYTE,
    )


def _imagenet_availability(variant: Variant, source: WeightSource) -> Availability:
    from explorer.weights import imagenet

    published = imagenet.published(variant).get(source)
    if published is None:
        return Availability(variant.name, source, source.heading, here=False)
    path = imagenet.cached_path(published)
    return Availability(
        variant.name,
        source,
        source.heading,
        here=path.is_file(),
        path=path,
        url=published.url,
        size_mb=published.meta["_file_size"],
    )
