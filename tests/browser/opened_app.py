"""The app in a browser tab, as the browser tests drive it."""

from __future__ import annotations

from playwright.sync_api import Page, Request, expect

from patience import PATIENCE

# A click's request for a run is answered at once when the machine is idle, and late when it is
# not; until then the state is still the old one. 0x5a is the tag of `rerun_script` in BackMsg.
NOTE_REQUESTS = """() => {
    const send = WebSocket.prototype.send;
    const heard = new WeakSet();
    WebSocket.prototype.send = function (message) {
        if (!heard.has(this)) {
            heard.add(this);
            this.addEventListener('message', () => { window.unanswered = false; });
        }
        if (new Uint8Array(message.buffer ?? [])[message.byteOffset] === 0x5a) {
            window.unanswered = true;
        }
        return send.call(this, message);
    };
}"""

# A run shorter than a few hundred milliseconds never shows as "running". So: quiet means that the
# page has content, no request waits for its answer, and nothing runs, for a while.
QUIET = """milliseconds => {
    const app = document.querySelector('[data-testid=stApp]');
    const content = '[data-testid=stMain] [data-testid=stElementContainer]';
    const pending = '[data-stale=true], [data-testid=stSkeleton], [data-testid=stSpinner]';
    const idle = app && app.dataset.testScriptState === 'notRunning'
        && app.dataset.testConnectionState === 'CONNECTED' && document.querySelector(content)
        && !window.unanswered && !document.querySelector(pending);
    if (!idle) { window.quietSince = null; return false; }
    window.quietSince ??= performance.now();
    return performance.now() - window.quietSince >= milliseconds;
}"""


expect.set_options(timeout=1000 * PATIENCE)


class App:
    """The app as a person has it in front of them.

    Attributes:
        page: Playwright's page.
        url: the address of the app, without a path.
        elsewhere: addresses on other hosts that the page asked for; a test fails if there is one.
        crashes: errors that the page's scripts did not catch; likewise.
    """

    def __init__(self, page: Page, url: str) -> None:
        page.set_default_timeout(1000 * PATIENCE)
        self.page = page
        self.url = url
        self.elsewhere: list[str] = []
        self.crashes: list[str] = []
        page.add_init_script(f"({NOTE_REQUESTS})()")
        page.on("request", self._note)
        page.on("pageerror", lambda error: self.crashes.append(str(error)))

    def _note(self, request: Request) -> None:
        if not request.url.startswith((self.url, "data:", "blob:")):
            self.elsewhere.append(request.url)

    def open(self, path: str = "/") -> None:
        """Go to a page of the app, and wait until it is finished."""
        self.page.goto(self.url + path)
        self.page.wait_for_function("window.unanswered === false")  # its request is recognised
        self.settle()

    def settle(self, quiet_ms: int = 200) -> None:
        """Wait until nothing has been running for a while, as before a screenshot."""
        self.page.wait_for_function(QUIET, arg=quiet_ms, polling=50)
        self.page.evaluate("window.quietSince = null")
