"""Errors that a reader can act on.

ExplorerError
├── ImageError              the file is not an image that can be opened
├── WeightsError            the weights do not exist, do not fit, or are not safe to open
│   └── WeightsUnavailableError   the weights exist, but are not on this machine
├── RequestError            no such variant, block, class or method
├── DeviceError             the device is not on this machine, or cannot run the request
├── DataError               the training photos cannot be used
├── SearchError             the collection cannot be searched, kept or reached
│   ├── CollectionInUseError      another process has it open
│   └── StoreUnreachableError     the server that keeps it does not answer
└── ResultError             the file contains no readable measurements
"""

from __future__ import annotations


class ExplorerError(Exception):
    """A problem the reader can act on; pages show its message unchanged.

    Args:
        message: what happened, and what to do next.
        for_visitors: the same for visitors from other machines, if the message names a path of
            this machine; "" if it names none.

    Attributes:
        for_visitors: the message without any path of this machine.
    """

    def __init__(self, message: str = "", *, for_visitors: str = "") -> None:
        super().__init__(message)
        self.for_visitors = for_visitors or message


class ImageError(ExplorerError):
    """The file is not an image, is damaged, or is too large to open safely."""


class WeightsError(ExplorerError):
    """The weights do not exist, do not fit the network, or are not safe to open."""


class WeightsUnavailableError(WeightsError):
    """The weights exist, but are not on this machine and could not be downloaded."""


class RequestError(ExplorerError):
    """The request names a variant, block, class or method that does not exist."""


class DeviceError(ExplorerError):
    """The device is not on this machine, or cannot run the request."""


class DataError(ExplorerError):
    """The photos given for training cannot be used."""


class SearchError(ExplorerError):
    """The collection does not exist, does not fit the query, is damaged, or cannot be reached."""


class CollectionInUseError(SearchError):
    """Another process has the collection open."""


class StoreUnreachableError(SearchError):
    """The server that keeps the collection does not answer."""


class ResultError(ExplorerError):
    """The file contains no measurements, is damaged, or is from a newer version of this app."""
