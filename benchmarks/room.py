"""Use the app as thirty people at once, each with their own photo and choices.

    python benchmarks/room.py [--sessions 30] [--rounds 3]

The app is started with its own command and used as by a browser: one websocket per person, uploads
over HTTP. First each person comes alone, which gives the expected result; then all come at once,
`--rounds` times. Every result must equal the expected one, and the predicted class must be that of
`explorer.analyze` in this process. Memory is that of the server process, read while nobody is
connected: before the first round and after each one.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import io
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlencode

import psutil
import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from explorer import analyze, load, read_image
from explorer.photos.geometry import Framing
from explorer.photos.samples import SAMPLES
from explorer.serving.policy import DEFAULT_SESSIONS

COMMAND = Path(sys.executable).with_name("resnet-explorer")
# Seconds for which the server keeps the session of a closed tab, and until its next cleanup.
SESSION_TTL, CLEANUP = 120, 15
NETWORKS = (("resnet18", "builtin"), ("resnet34", "random:0"), ("resnet50", "random:0"))
BLOCKS = ("layer4.1", "layer3.0", "layer2.1", "stem")
QUIET_SECONDS = 0.5  # without a message after which a page is finished; included in all times
MESSAGE_LIMIT = 64 << 20  # bytes
MEGABYTE = 1e6
PICTURES = ("bidi_component", "plotly_chart")
VISIBLE = ("markdown", "heading", "alert", *PICTURES)


@dataclass(frozen=True)
class Person:
    """The photo and choices of one person.

    Attributes:
        photo: PNG file that nobody else has.
        choices: values of the link parameters variant, weights, layer, signed and framing.
        rank: position of the class that they ask for in the sorted list of classes, from 0.
    """

    photo: bytes
    choices: dict[str, str]
    rank: int


@dataclass(frozen=True)
class Seen:
    """The final screen of one person.

    Attributes:
        headline: first heading, such as the predicted class and its probability.
        digest: hash of every picture, bar and sentence of the page except its milliseconds.
        errors: error messages on the page.
        seconds: times from the connection to the end of each step, such as the first page, in
            seconds.
    """

    headline: str
    digest: str
    errors: tuple[str, ...]
    seconds: tuple[float, ...]


@dataclass
class Tab:
    """A browser tab: the websocket, the elements on the screen, and the values of the widgets."""

    url: str
    socket: Any
    token: str
    query: str
    page: str = ""  # path in its URL; "" for the first page
    session_id: str = ""
    running: bool = False
    elements: dict[tuple[int, ...], Any] = field(default_factory=dict)
    cached: dict[str, ForwardMsg] = field(default_factory=dict)
    widgets: dict[str, Any] = field(default_factory=dict)

    async def run(self) -> None:
        """Request a run with the current widgets, and wait until the page is finished."""
        message = BackMsg()
        message.rerun_script.query_string = self.query
        message.rerun_script.page_name = self.page
        for widget_id, value in self.widgets.items():
            state = message.rerun_script.widget_states.widgets.add(id=widget_id)
            if isinstance(value, str):
                state.string_value = value
            elif isinstance(value, list):
                state.string_array_value.data.extend(value)
            else:
                state.file_uploader_state_value.uploaded_file_info.append(value)
        await self.socket.send(message.SerializeToString())
        await self._until("script_finished")
        await self._until_quiet()

    async def _until_quiet(self) -> None:
        """Read until no message arrives for a while: the app may rerun by itself."""
        while True:
            try:
                await asyncio.wait_for(self._receive(), None if self.running else QUIET_SECONDS)
            except TimeoutError:
                return

    async def _until(self, kind: str) -> ForwardMsg:
        while True:
            message = await self._receive()
            if message.WhichOneof("type") == kind:
                return message

    async def _receive(self) -> ForwardMsg:
        message = ForwardMsg.FromString(await self.socket.recv())
        if message.WhichOneof("type") == "ref_hash":
            cached = self.cached[message.ref_hash]
            metadata = message.metadata
            message = ForwardMsg()
            message.CopyFrom(cached)
            message.metadata.CopyFrom(metadata)
        elif message.metadata.cacheable:
            self.cached[message.hash] = message
        kind = message.WhichOneof("type")
        if kind in ("new_session", "script_finished"):
            self.running = kind == "new_session"
        if kind == "new_session":
            self.session_id = message.new_session.initialize.session_id
            self.elements.clear()
        elif kind == "delta":
            self._apply_delta(message)
        return message

    def _apply_delta(self, message: ForwardMsg) -> None:
        path = tuple(message.metadata.delta_path)
        if message.delta.WhichOneof("type") == "new_element":
            self.elements[path] = message.delta.new_element
        elif message.delta.WhichOneof("type") == "add_block":
            for inner in [key for key in self.elements if key[: len(path)] == path]:
                del self.elements[inner]

    def find(self, kind: str, key: str = "") -> Any:
        """Return the first element of a kind whose id contains a key."""
        for _, element in sorted(self.elements.items()):
            widget = getattr(element, kind) if element.WhichOneof("type") == kind else None
            if widget is not None and key in widget.id:
                return widget
        raise LookupError(f"there is no {kind} {key!r} on the page")

    async def upload(self, content: bytes, name: str = "photo.png", key: str = "") -> None:
        """Upload a file through the first file uploader of the page whose id contains a key."""
        request = BackMsg()
        request.file_urls_request.request_id = uuid.uuid4().hex
        request.file_urls_request.session_id = self.session_id
        request.file_urls_request.file_names.append(name)
        await self.socket.send(request.SerializeToString())
        urls = (await self._until("file_urls_response")).file_urls_response.file_urls[0]
        await asyncio.to_thread(_upload, self.url + urls.upload_url, self.token, content, name)
        from streamlit.proto.Common_pb2 import UploadedFileInfo

        info = UploadedFileInfo(name=name, size=len(content), file_id=urls.file_id)
        info.file_urls.CopyFrom(urls)
        uploader = self.find("file_uploader", key)
        self.widgets[uploader.id] = info
        await self.run()
        del self.widgets[uploader.id]  # the app has replaced the uploader by a new one

    def seen(self, seconds: list[float], level: str = "h2") -> Seen:
        """Describe the screen; its headline is the first heading of a level."""
        digest = hashlib.blake2b(digest_size=16)
        errors = []
        for path, element in sorted(self.elements.items()):
            kind = element.WhichOneof("type")
            if path[0] == 0 and kind in VISIBLE:
                digest.update(repr(path).encode() + _content(element, kind))
            if kind == "alert" and element.alert.format == element.alert.ERROR:
                errors.append(element.alert.body)
        headings = [e.heading.body for _, e in sorted(self.elements.items())
                    if e.WhichOneof("type") == "heading" and e.heading.tag == level]  # fmt: skip
        return Seen(headings[0] if headings else "", digest.hexdigest(), tuple(errors),
                    tuple(seconds))  # fmt: skip


def _content(element: Any, kind: str) -> bytes:
    """Return the content of an element without the milliseconds that it mentions."""
    message = getattr(element, kind)
    if kind in PICTURES:
        return bytes(message.SerializeToString(deterministic=True))
    return re.sub(r"\d+ ms", "", message.body).encode()


def _upload(url: str, token: str, content: bytes, name: str) -> None:
    boundary = uuid.uuid4().hex
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    )
    body = head.encode() + content + f"\r\n--{boundary}--\r\n".encode()
    headers = {
        "Content-Type": f"multipart/form-data; boundary={boundary}",
        "Cookie": f"_streamlit_xsrf={token}",
        "X-Xsrftoken": token,
    }
    request = urllib.request.Request(url, body, headers, method="PUT")
    with urllib.request.urlopen(request, timeout=60):
        pass


def _token(url: str) -> str:
    with urllib.request.urlopen(f"{url}/_stcore/health", timeout=30) as answer:
        return SimpleCookie(answer.headers["Set-Cookie"])["_streamlit_xsrf"].value


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[tuple[websockets.ClientConnection, str]]:
    """Connect as the app's own page does; yield the socket and the token for uploads."""
    token = await asyncio.to_thread(_token, url)
    async with websockets.connect(
        f"{url.replace('http', 'ws')}/_stcore/stream",
        origin=websockets.Origin(url),
        subprotocols=[websockets.Subprotocol("streamlit"), websockets.Subprotocol(token)],
        additional_headers={"Cookie": f"_streamlit_xsrf={token}"},
        max_size=MESSAGE_LIMIT,
        open_timeout=60,
    ) as socket:
        yield socket, token


async def visit(url: str, person: Person, everyone_is_done: asyncio.Barrier | None = None) -> Seen:
    """Open the app, upload the photo, choose another class; stay until everyone is done."""
    started, seconds = time.perf_counter(), []
    async with connected(url) as (socket, token):
        tab = Tab(url, socket, token, urlencode(person.choices))
        await tab.run()
        seconds.append(time.perf_counter() - started)
        await tab.upload(person.photo)
        seconds.append(time.perf_counter() - started)
        search = tab.find("selectbox", "class_search")
        tab.widgets[search.id] = sorted(search.options)[person.rank]
        await tab.run()
        seconds.append(time.perf_counter() - started)
        result = tab.seen(seconds)
        if everyone_is_done is not None:
            await everyone_is_done.wait()
    return result


def people(count: int) -> list[Person]:
    """Return people, no two with the same photo."""
    persons = []
    names = list(SAMPLES)
    for number in range(count):
        image = SAMPLES[names[number % len(names)]].open()
        image = image.rotate(7 * number, expand=False).resize((320 + 4 * number, 300 + 3 * number))
        buffer = io.BytesIO()
        image.save(buffer, "PNG")
        variant, weights = NETWORKS[number % len(NETWORKS)]
        choices = {"variant": variant, "weights": weights, "layer": BLOCKS[number % len(BLOCKS)]}
        if number % 2:
            choices["signed"] = "yes"
        if number % 5 == 0:
            choices["framing"] = "whole"
        persons.append(Person(buffer.getvalue(), choices, number))
    return persons


def expected_headline(person: Person) -> str:
    """Return the label predicted in this process, without the app."""
    network = load(person.choices["variant"], person.choices["weights"])
    framing = Framing(person.choices.get("framing", Framing.CROP))
    best = analyze(network, read_image(person.photo), framing).predictions[0]
    return best.label.replace("_", " ")


@contextmanager
def serving(sessions: int) -> Iterator[tuple[str, psutil.Process]]:
    """Start the app; yield its URL and process; stop it at the end."""
    environment = os.environ | {
        "PYTHONUNBUFFERED": "1",
        "OMP_NUM_THREADS": "1",
    }
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            [COMMAND, "--port", "0", "--headless", "--sessions", str(sessions)],
            env=environment, stdout=output, stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            yield _url(process, output), psutil.Process(process.pid)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=60)
            output.seek(0)
            log = output.read().decode()
            analyses, tracebacks = log.count('"event": "analysis"'), log.count("Traceback")
            print(f"lines in the log: {analyses} analyses, {tracebacks} tracebacks")


def _url(process: subprocess.Popen[bytes], output: Any) -> str:
    while process.poll() is None:
        time.sleep(0.1)
        printed = re.search(rb"http://127\.0\.0\.1:\d+", os.pread(output.fileno(), 4096, 0))
        if printed:
            return printed[0].decode()
    raise SystemExit("The app did not start.")


async def crowd(url: str, everyone: list[Person]) -> list[Seen]:
    """Return the screens of all people, who use the app at the same time."""
    done = asyncio.Barrier(len(everyone))
    return list(await asyncio.gather(*(visit(url, person, done) for person in everyone)))


async def emptied(server: psutil.Process) -> float:
    """Wait until all sessions have been dropped; return the server's memory in MB."""
    await asyncio.sleep(SESSION_TTL + CLEANUP)
    return float(server.memory_info().rss / MEGABYTE)


async def measure(url: str, server: psutil.Process, everyone: list[Person], rounds: int) -> bool:
    """Run the comparison, print it, and return whether everything was right."""
    await visit(url, everyone[0])  # imports torch and loads a network
    serial = [await visit(url, person) for person in everyone]
    wrong = [
        number
        for number, (person, seen) in enumerate(zip(everyone, serial, strict=True))
        if not seen.headline.startswith(expected_headline(person)) or seen.errors
    ]
    steps = [seen.seconds for seen in serial]
    print(f"alone: {len(serial)} people, {len(wrong)} not as computed without the app {wrong}")
    print(f"  different results: {len({seen.digest for seen in serial})}")
    print(f"  seconds to page, own photo, other class: {_medians(steps)}")
    before = await emptied(server)
    print(f"  memory of the server, empty: {before:.0f} MB")
    good = not wrong
    for number in range(1, rounds + 1):
        seen = await crowd(url, everyone)
        full = server.memory_info().rss / MEGABYTE
        mixed = [n for n, (a, b) in enumerate(zip(serial, seen, strict=True))
                 if (a.headline, a.digest) != (b.headline, b.digest)]  # fmt: skip
        errors = [error for screen in seen for error in screen.errors]
        after = await emptied(server)
        print(f"crowd {number}: {len(seen)} at once, {len(errors)} errors, {len(mixed)} mixed up "
              f"{mixed}")  # fmt: skip
        print(f"  seconds to page, own photo, other class: {_medians([s.seconds for s in seen])}, "
              f"slowest {max(s.seconds[-1] for s in seen):.1f}")  # fmt: skip
        print(f"  memory of the server: {full:.0f} MB full, {after:.0f} MB empty again")
        good = good and not mixed and not errors
    return good


def _medians(steps: list[tuple[float, ...]]) -> str:
    return ", ".join(f"{median(column):.1f}" for column in zip(*steps, strict=True))


def main() -> None:
    """Start the app, compare, and exit with 1 if anything was wrong."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--sessions", type=int, default=30)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    everyone = people(options.sessions)
    with serving(max(options.sessions, DEFAULT_SESSIONS)) as (url, server):
        good = asyncio.run(measure(url, server, everyone, options.rounds))
    sys.exit(not good)


if __name__ == "__main__":
    main()
