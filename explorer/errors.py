"""Errors that a reader can act on.

ExplorerError
├── ImageError              this file is no picture we can show
├── WeightsError            these weights do not fit, or are not safe to open
│   └── WeightsUnavailableError   they fit, but are not on this machine
├── RequestError            no such variant, block, class or method
├── DeviceError             this device is not here, or cannot do it
├── DataError               these training photos cannot be used
└── ResultError             this file holds no measurements that we can read
"""

from __future__ import annotations


class ExplorerError(Exception):
    """A problem the reader can act on; pages show its message as it stands."""


class ImageError(ExplorerError):
    """The file is not a picture, is damaged, or is too large to open safely."""


class WeightsError(ExplorerError):
    """The weights do not exist, do not fit the network, or are not safe to open."""


class WeightsUnavailableError(WeightsError):
    """The weights exist, but neither this machine nor the network has them now."""


class RequestError(ExplorerError):
    """The request names a variant, block, class or method that is not there."""


class DeviceError(ExplorerError):
    """The device is not on this machine, or cannot run what was asked of it."""


class DataError(ExplorerError):
    """The photos offered for training cannot be used as they are."""


class ResultError(ExplorerError):
    """The file holds no measurements, is damaged, or comes from a newer version of this app."""
