"""Which weights are on this machine, which can be downloaded, and how.

Looking up built-in or untrained weights needs no torch, so that a page can list them before torch
is loaded. Looking up ImageNet weights needs torch for the cache folder and torchvision for the URL.
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
from explorer.weights.model_cards import read_card

if TYPE_CHECKING:
    from explorer.weights.download import DownloadProgress

MEGABYTE = 10**6  # bytes
_MEBIBYTE = 2**20  # bytes; torchvision states file sizes in it, and calls it MB


@dataclass(frozen=True)
class Availability:
    """Whether weights are on this machine, found out without opening them.

    Attributes:
        variant: name of the variant in the catalogue.
        source: the weights source.
        title: name for people, e.g. "Built-in (66 categories)".
        here: whether the weights can be loaded without the internet; the file may be damaged.
        path: path of the file, which need not exist yet; None for weights without a file.
        url: address of the download; None for weights that are not published.
        size_mb: size of the file in MB (1e6 bytes); None without a file.
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
        """Whether there are such weights at all, on this machine or elsewhere."""
        return self.here or self.url is not None

    @property
    def download_mb(self) -> float | None:
        """Size of the download in MB (1e6 bytes); None if there is nothing to fetch."""
        return None if self.here else self.size_mb


def availability(variant: str, source: WeightSource | str) -> Availability:
    """Tell whether weights are on this machine, without opening them or using the internet.

    Args:
        variant: name of the variant in the catalogue.
        source: the weights source; untrained weights and a reader's own are always available.

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
    """List all weights that exist as files, local or published: built-in first, then ImageNet."""
    sources = (WeightSource.BUILTIN, *(source for source in WeightSource if source.downloads))
    names = VARIANTS | CONTRAST
    candidates = (availability(name, source) for source in sources for name in names)
    return tuple(weights for weights in candidates if weights.exists)


def fetch(variant: str, source: WeightSource | str) -> Iterator[DownloadProgress]:
    """Download ImageNet weights into torch's own cache folder and check their hash.

    Yields:
        The progress; once, and without a request, if the file is already there and undamaged.

    Raises:
        RequestError: if there is no such variant.
        WeightsError: if no such weights are published, or the file cannot be written.
        WeightsUnavailableError: if the download fails or the file arrives damaged.
    """
    source = WeightSource(source)
    if not source.downloads:
        raise WeightsError(f"{source.heading} weights need no download. Use them as they are.")
    from explorer.weights import imagenet

    yield from imagenet.fetch(imagenet.find(find_variant(variant), source))


def parse_name(name: str) -> tuple[str, WeightSource]:
    """Split a name such as "resnet50/imagenet-new" into variant and weights source.

    Raises:
        RequestError: if there is no such variant.
        WeightsError: if the source is not one whose weights are files.
    """
    variant, _, source = name.partition("/")
    sources = [
        kind.value for kind in WeightSource if kind is WeightSource.BUILTIN or kind.downloads
    ]
    if source not in sources:
        raise WeightsError(
            f"{name!r} names no weights. Give a variant, a slash and one of {', '.join(sources)}, "
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
        size_mb=path.stat().st_size / MEGABYTE,
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
        size_mb=published.meta["_file_size"] * _MEBIBYTE / MEGABYTE,
    )
