"""Tests of explorer/cli.py: what every subcommand shares."""

from __future__ import annotations

import argparse
import io
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from explorer import cli
from explorer.errors import ImageError


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A subcommand of ours, `echo TEXT`, that returns 1."""
    module = ModuleType("explorer.commands.echo")

    def run(arguments: argparse.Namespace) -> int:
        print(arguments.text)
        return 1

    module.add_arguments = lambda parser: parser.add_argument("text")
    module.run = run
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setitem(cli.COMMANDS, "echo", "say it again")
    return module


@pytest.mark.usefixtures("command")
def test_the_exit_code_is_the_subcommands(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["echo", "hello"]) == 1
    assert capsys.readouterr().out == "hello\n"


def test_an_error_that_the_reader_can_act_on_is_one_line(
    command: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(arguments: argparse.Namespace) -> int:
        raise ImageError(f"{arguments.text} is no picture.")

    monkeypatch.setattr(command, "run", run)
    assert cli.main(["echo", "x.jpg"]) == 2
    assert capsys.readouterr().err == "resnet-explorer: x.jpg is no picture.\n"


@pytest.mark.usefixtures("command")
@pytest.mark.parametrize("argv", [["explian"], ["echo"], ["echo", "a", "--loud"]])
def test_an_unusable_request_is_one_line_and_exit_code_2(
    argv: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as leaving:
        cli.main(argv)
    error = capsys.readouterr().err
    assert leaving.value.code == 2
    assert error.startswith("resnet-explorer")
    assert error.count("\n") == 1


def test_without_a_subcommand_the_app_is_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    served = []
    monkeypatch.setattr(
        "explorer.commands.app.serve",
        lambda opening, prepare: served.append((opening.port, opening.headless)),
    )
    assert cli.main([]) == 0
    assert cli.main(["--port", "9000", "--headless"]) == 0
    assert cli.main(["app", "--port", "0"]) == 0
    assert served == [(8501, False), (9000, True), (0, False)]


def test_help_names_every_subcommand(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as leaving:
        cli.main(["--help"])
    assert leaving.value.code == 0
    printed = capsys.readouterr().out
    assert all(name in printed for name in cli.COMMANDS)


def test_an_interruption_during_an_import_ends_the_command(tmp_path: Path) -> None:
    """In a process of its own: what is imported swallows a KeyboardInterrupt, as torch does."""
    (tmp_path / "swallowing.py").write_text(
        "import os, signal\ntry: os.kill(os.getpid(), signal.SIGINT)\nexcept BaseException: pass\n"
    )
    program = (
        "import sys, types; from explorer import cli\n"
        "command = types.ModuleType('explorer.commands.echo')\n"
        "command.add_arguments = lambda parser: __import__('swallowing')\n"
        "command.run = lambda arguments: 0\n"
        "sys.modules[command.__name__] = command\n"
        "cli.COMMANDS['echo'] = ''\n"
        "sys.exit(cli.main(['echo']))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (cli.INTERRUPTED, "")


@pytest.mark.usefixtures("command")
def test_a_name_that_the_terminal_cannot_show_is_escaped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    printed = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(printed, encoding="ascii"))
    assert cli.main(["echo", "caf\u00e9"]) == 1
    assert printed.getvalue() == b"caf\\xe9\n"
