"""The command `resnet-explorer`: finds the subcommand, and turns its errors into one line.

Each subcommand is a module of `explorer.commands` with two functions, `add_arguments(parser)` and
`run(arguments) -> exit code`. Only the one that was asked for is imported: torch takes seconds.
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
}
OK, UNUSABLE_REQUEST, INTERRUPTED = 0, 2, 130


class _Parser(argparse.ArgumentParser):
    """A parser whose complaint is one line, not the whole usage."""

    def error(self, message: str) -> NoReturn:
        """Leave with the line and the exit code of an unusable request."""
        self.exit(UNUSABLE_REQUEST, f"{self.prog}: {message} (see {self.prog} --help)\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        argv: the arguments after the program's name; None reads them from the process.

    Returns:
        The exit code: 0 on success, 1 if some photos failed, 2 on an unusable request.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A label or file name that the terminal's encoding lacks must not end the command.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        with _interruptible_imports():
            arguments = _parse(_with_command(sys.argv[1:] if argv is None else argv))
            code: int = arguments.run(arguments)
        sys.stdout.flush()
    except ExplorerError as error:
        print(f"resnet-explorer: {error}", file=sys.stderr)
        return UNUSABLE_REQUEST
    except BrokenPipeError:  # the reader of our output has enough, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except KeyboardInterrupt:
        return INTERRUPTED
    return code


@contextmanager
def _interruptible_imports() -> Iterator[None]:
    """Let Ctrl-C end the command during imports, too.

    While torch is imported it takes a KeyboardInterrupt for a missing library, and goes on.
    """
    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield  # someone else, or nobody, takes care of Ctrl-C
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
    """Put the default command in front where none is named."""
    if not argv or (argv[0].startswith("-") and argv[0] not in ("-h", "--help", "--version")):
        return ["app", *argv]
    return list(argv)


def _parse(argv: Sequence[str]) -> argparse.Namespace:
    """Parse the arguments with a parser that knows the options of the chosen command only."""
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
