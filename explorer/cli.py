"""The command `resnet-explorer`: runs a subcommand, and prints its errors as one line.

Each subcommand is a module of `explorer.commands` with two functions, `add_arguments(parser)` and
`run(arguments) -> exit code`. Only the chosen one is imported, because torch takes seconds.
"""

from __future__ import annotations

import argparse
import importlib
import io
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import metadata
from types import FrameType
from typing import NoReturn

from explorer.errors import ExplorerError

COMMANDS = {
    "app": "open the app in the browser (the default)",
    "explain": "explain photos without a browser",
    "benchmark": "measure what networks cost on this machine",
    "weights": "list, fetch or verify weights",
    "train": "train a network on folders of photos, or evaluate one",
    "teach": "teach a pretrained network the classes of a folder of photos",
    "index": "make a collection of the photos in a folder, to be searched",
    "search": "find the photos of a collection that look most like a photo",
    "collections": "list, verify or drop collections",
}
OK, UNUSABLE_REQUEST, INTERRUPTED = 0, 2, 130


class _Parser(argparse.ArgumentParser):
    """A parser that reports an error as one line, without the whole usage."""

    def error(self, message: str) -> NoReturn:
        """Exit with the message and the exit code of an unusable request."""
        self.exit(UNUSABLE_REQUEST, f"{self.prog}: {message} (see {self.prog} --help)\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        argv: command-line arguments after the program's name; None takes those of the process.

    Returns:
        The exit code: 0 on success, 1 if some photos failed, 2 on an unusable request, 130 if
        interrupted.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        # Characters that the terminal cannot encode must not end the command.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        with _interruptible_imports():
            arguments = _parse(_with_command(sys.argv[1:] if argv is None else argv))
            code: int = arguments.run(arguments)
        sys.stdout.flush()
    except ExplorerError as error:
        print(f"resnet-explorer: {error}", file=sys.stderr)
        return UNUSABLE_REQUEST
    except BrokenPipeError:  # the program that reads the output has exited, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except KeyboardInterrupt:
        return INTERRUPTED
    return code


@contextmanager
def _interruptible_imports() -> Iterator[None]:
    """Let Ctrl-C end the command during imports, too.

    While it is imported, torch takes a KeyboardInterrupt for a missing library, and continues.
    """
    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield  # Ctrl-C is ignored, or another handler is installed
        return
    signal.signal(signal.SIGINT, _interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _interrupt(signum: int, frame: FrameType | None) -> None:
    while frame is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            os._exit(INTERRUPTED)
        frame = frame.f_back
    raise KeyboardInterrupt


def _with_command(argv: Sequence[str]) -> list[str]:
    """Insert the default command if none is given."""
    if not argv or (argv[0].startswith("-") and argv[0] not in ("-h", "--help", "--version")):
        return ["app", *argv]
    return list(argv)


def _parse(argv: Sequence[str]) -> argparse.Namespace:
    """Parse the arguments; only the chosen command's options are added to the parser."""
    parser = _Parser(prog="resnet-explorer", description="See how a ResNet decides.")
    version = f"%(prog)s {metadata.version('resnet-explorer')}"
    parser.add_argument("--version", action="version", version=version)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, summary in COMMANDS.items():
        command = commands.add_parser(name, help=summary, description=summary.capitalize() + ".")
        if name == argv[0]:
            module = importlib.import_module(f"explorer.commands.{name}")
            module.add_arguments(command)
            command.set_defaults(run=module.run)
    return parser.parse_args(argv)
