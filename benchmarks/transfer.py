"""Measure what learning from few photos costs: features, the probe, and the learning curve.

    python benchmarks/transfer.py [--rounds 5]

Features are compared with the raw forward passes over the same photos, decoded from the same files,
in turn; medians of the processor's time are printed, so that other programs matter little. The
probe is fitted on made features of 700 photos of 34 classes, its strength chosen on the way. From
100 files in four classes to the table of the page Teach is compared with the raw passes likewise:
near copies, features, class means and probe with cross-validation; then the probe on an untrained
network, too, which takes the passes once more.
"""

from __future__ import annotations

import argparse
import io
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from statistics import median

import numpy as np
import torch
from PIL import Image

from explorer import load, read_image
from explorer.array_types import Map
from explorer.features.extraction import BATCH, extract, run_to_end
from explorer.features.feature_store import FeatureStore
from explorer.networks.network import Network
from explorer.photos.geometry import to_tensor
from explorer.photos.samples import SAMPLES
from explorer.transfer.checking import check_head
from explorer.transfer.labelled_photos import Indices, LabelledPhotos, labelled
from explorer.transfer.linear_heads import LinearHead, fit_probe, nearest_mean
from explorer.transfer.splits import plan
from explorer.transfer.taught_record import How
from explorer.transfer.teaching import run_to_end as teach_to_end
from explorer.transfer.teaching import teaching, untrained

RATIO_AIM = 1.15
PROBE_AIMS = {128: 1.0, 512: 3.0}  # features -> seconds
PHOTOS, CLASSES = 700, 34
SIDE, COUNT = 256, 96  # short side of the decoded photos in pixels, and their number
TABLE_AIM, TABLE_PHOTOS, TABLE_CLASSES = 3.0, 100, 4


class Files(Sequence[Image.Image]):
    """Photos that are decoded at each access."""

    def __init__(self, contents: list[bytes]) -> None:
        self._contents = contents

    def __len__(self) -> int:
        return len(self._contents)

    def some(self, indices: Iterable[int]) -> Files:
        """Return some of the photos."""
        return Files([self._contents[index] for index in indices])

    def __getitem__(self, index: int) -> Image.Image:  # type: ignore[override]
        return read_image(self._contents[index])


def files(count: int = COUNT) -> Files:
    """Return crops of the shipped photos as JPEG files."""
    random, contents = np.random.default_rng(0), []
    samples = [sample.open() for sample in SAMPLES.values()]
    for index in range(count):
        photo = samples[index % len(samples)]
        left = int(random.integers(0, photo.width // 4))
        crop = photo.crop((left, 0, photo.width, photo.height))
        buffer = io.BytesIO()
        crop.resize((SIDE * 4 // 3, SIDE)).save(buffer, "JPEG", quality=86)
        contents.append(buffer.getvalue())
    return Files(contents)


@torch.inference_mode()
def raw(network: Network, photos: Files) -> None:
    """Run the whole torchvision model over the photos, batch by batch."""
    for start in range(0, len(photos), BATCH):
        batch = [photos[at] for at in range(start, min(start + BATCH, len(photos)))]
        network.module(
            torch.cat([to_tensor(photo, network.weights.preprocessing) for photo in batch])
        )


def extracted(network: Network, photos: Files) -> None:
    """Extract the features of the photos, of which nothing is known."""
    digests = [str(index) for index in range(len(photos))]
    run_to_end(extract(network, photos, digests=digests, store=FeatureStore()))


def seconds(work: Callable[[], object]) -> float:
    """Return the processor's time of a call in seconds."""
    start = time.process_time()
    work()
    return time.process_time() - start


def features(rounds: int) -> None:
    """Compare the extraction of features with raw forward passes."""
    photos = files()
    for variant in ("resnet18", "resnet50"):
        network = load(variant)
        both = [
            (
                seconds(partial(raw, network, photos)),
                seconds(partial(extracted, network, photos)),
            )
            for _ in range(rounds)
        ]
        ratio = median(ours / plain for plain, ours in both)
        each = 1000 * median(ours for _, ours in both) / len(photos)
        verdict = "" if ratio <= RATIO_AIM else f", more than {RATIO_AIM}"
        print(f"{variant}: {each:.1f} ms a photo, {ratio:.2f} times the raw passes{verdict}")


def probe(rounds: int) -> None:
    """Time the probe with the choice of its strength."""
    random = np.random.default_rng(0)
    classes = random.permutation(np.arange(PHOTOS) % CLASSES)
    for channels, aim in PROBE_AIMS.items():
        centres = random.normal(size=(CLASSES, channels))
        noise = 3 * random.normal(size=(PHOTOS, channels))
        vectors = np.maximum(centres[classes] + noise, 0).astype(np.float32)
        work = partial(fit_probe, vectors, classes, CLASSES)
        took = median(seconds(work) for _ in range(rounds))
        verdict = "" if took <= aim else f", more than {aim}"
        print(f"probe of {PHOTOS} photos x {channels} features: {took:.2f} s{verdict}")


def learned(network: Network, by_class: Sequence[Files]) -> tuple[float, float]:
    """Learn from files as the page does; return the seconds of the table, and with its last row."""
    start = time.process_time()
    photos = labelled([f"class {own}" for own in range(TABLE_CLASSES)], by_class)
    splits, store = plan(photos), FeatureStore()
    vectors = features_of(network, photos, store)

    def fit_mean(own: Map, learn: Indices) -> LinearHead:
        return nearest_mean(own[learn], photos.classes[learn], TABLE_CLASSES)

    def fit(own: Map, learn: Indices) -> LinearHead:
        groups = photos.groups[learn]
        return fit_probe(own[learn], photos.classes[learn], TABLE_CLASSES, groups=groups)

    check_head(fit_mean, vectors, photos, splits)
    teach_to_end(teaching(network, photos, How.PROBE, splits, store), lambda step: None)
    first = time.process_time() - start
    check_head(fit, features_of(untrained(network), photos, store), photos, splits)
    return first, time.process_time() - start


def features_of(network: Network, photos: LabelledPhotos, store: FeatureStore) -> Map:
    """Return the features of photos, kept in a store."""
    return run_to_end(extract(network, photos.photos, digests=photos.digests, store=store)).vectors


def table(rounds: int) -> None:
    """Compare the way from files to the table of results with raw forward passes."""
    every = files(TABLE_PHOTOS)
    by_class = [every.some(range(own, TABLE_PHOTOS, TABLE_CLASSES)) for own in range(TABLE_CLASSES)]
    for variant in ("resnet18", "resnet50"):
        network = load(variant)
        all_rounds = [
            (seconds(partial(raw, network, every)), learned(network, by_class))
            for _ in range(rounds)
        ]
        ratio, whole = (
            median(ours[part] / plain for plain, ours in all_rounds) for part in range(2)
        )
        verdict = "" if ratio <= TABLE_AIM else f", more than {TABLE_AIM}"
        print(
            f"{variant}: {TABLE_PHOTOS} files to the table, {ratio:.2f} times the raw passes"
            f"{verdict}; with the untrained network {whole:.2f}"
        )


def main() -> None:
    """Run all measurements."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    torch.set_num_threads(1)
    features(rounds)
    probe(rounds)
    table(rounds)


if __name__ == "__main__":
    main()
