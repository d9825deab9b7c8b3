"""What the parts of the check share: the browser, the page, the program.

A page is opened with `page(...)`, from a file or from a server on a port that the system gives out.
Whatever it writes to the console, and whatever it asks for that is not its own, fails the part.
"""

import contextlib
import functools
import http.server
import json
import os
import pathlib
import subprocess
import threading
import time

from playwright.sync_api import sync_playwright

HERE = pathlib.Path(__file__).resolve().parent.parent
ROOT = HERE.parent.parent
LEVELS = 24  # of a stack, as `machine/src/answer.rs` has it


# What the views show at the moment, read off the page.
SHOWN = """({
    moment: Number(document.getElementById("scrubber").value),
    last: Number(document.getElementById("scrubber").max),
    state: document.getElementById("standing").textContent.split(" ")[1],
    active: [...document.querySelectorAll("#drawing g.active")].map(g => g.dataset.state),
    taken: [...document.querySelectorAll("#drawing path.arrow.taken")].map(p => [p.dataset.from, p.dataset.to]),
    stack: [...document.querySelectorAll("#stack .level")].map(level => [
        level.querySelector(".level-words").textContent,
        level.querySelector("b") ? Number(level.querySelector("b").textContent) : null,
    ]).reverse(),
    depth: document.getElementById("depth").textContent,
    consumed: document.querySelectorAll("#bytes .byte.consumed").length,
    made: document.querySelectorAll("#bytes .byte").length,
    now: [...document.querySelectorAll("#bytes .group.now .byte")].map(byte => Number(byte.dataset.at)),
    kept: [...document.querySelectorAll("#bytes .byte.kept")].map(byte => Number(byte.dataset.at)),
    resume: [...document.querySelectorAll("#bytes .byte.resume")].map(byte => Number(byte.dataset.at)),
    fault: [...document.querySelectorAll("#bytes .byte.fault")].map(byte => Number(byte.dataset.at)),
    facts: Object.fromEntries([...document.querySelectorAll("#story .facts > div")].map(
        row => [row.querySelector("dt").textContent, row.querySelector("dd").textContent])),
    story: document.getElementById("story").textContent,
    spoken: document.getElementById("spoken").textContent,
    frames: document.getElementById("frames").textContent,
})"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@contextlib.contextmanager
def browser():
    handler = functools.partial(Quiet, directory=str(HERE.parent))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(
                executable_path=os.environ["CHROMIUM"], args=["--no-sandbox"]
            )
            yield Browser(chromium, server.server_port)
            chromium.close()
    finally:
        server.shutdown()


class Browser:
    def __init__(self, chromium, port):
        self.chromium = chromium
        self.file = (HERE / "index.html").as_uri()
        self.server = f"http://127.0.0.1:{port}/playground/index.html"

    @contextlib.contextmanager
    def page(self, fragment="", *, url=None, **options):
        """The page, when it is ready; `options` are those of a browser context."""
        options = {"viewport": {"width": 1280, "height": 900}, **options}
        context = self.chromium.new_context(**options)
        page = context.new_page()
        said = []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        url = url or self.file
        own = url.rsplit("/", 1)[0] + "/"
        page.on("request", lambda request: request.url.startswith((own, "data:")) or said.append(request.url))
        page.goto(url + fragment)
        page.wait_for_selector("body[data-ready]", state="attached")
        yield page
        assert not said, f"the page said, or asked for: {said}"
        context.close()


def until(page, expression):
    """Waits until the expression holds. (The browser's own way is forbidden by the page's policy.)"""
    deadline = time.monotonic() + 30
    while not page.evaluate(expression):
        assert time.monotonic() < deadline, f"never: {expression}"
        page.wait_for_timeout(20)


def unescaped(text):
    """Bytes from the escapes that the page and the program use."""
    return text.encode("latin-1").decode("unicode_escape").encode("latin-1")


def trace(data, cuts=(), dialect="resp3", levels=LEVELS):
    """The program's trace: its items, and how deep the stack of each is; stacks cut as the page's."""
    command = [os.environ["PROGRAM"], "trace", "--format", "json", "--dialect", dialect]
    if cuts:
        command += ["--cuts", ",".join(map(str, cuts))]
    # The exit code says how the input ends; the trace does too.
    output = subprocess.run(command, input=data, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    items, depths, known = [], [], {}
    for line in output.stdout.splitlines():
        item = json.loads(line)
        depths.append(len(item["stack"]) if "stack" in item else depths[-1] if depths else 0)
        if "stack" in item:
            # A thousand stacks of a thousand levels have few that differ.
            item["stack"] = [known.setdefault(tuple(level.items()), level) for level in item["stack"][-levels:]]
        items.append(item)
    return items, depths


def choose(page, name):
    page.select_option("#example", name)
    page.click("#first")


def moments(items):
    """The items that a moment shows: one each, and with the last read's end that of the input in a frame."""
    if items[-1]["kind"] != "incomplete":
        return [(item,) for item in items]
    same(items[-2]["kind"], "chunk", "what the end of the input follows")
    return [(item,) for item in items[:-2]] + [(items[-2], items[-1])]


def examples(page):
    """All examples, with their bytes."""
    found = page.evaluate("resp.examples")
    for example in found:
        example["bytes"] = page.evaluate(
            "name => Array.from(resp.text.unescape(resp.examples.find(e => e.name === name).input))",
            example["name"],
        )
        example["bytes"] = bytes(example["bytes"])
    assert len({example["name"] for example in found}) == len(found), "two examples of one name"
    return found


def same(found, wanted, what):
    assert found == wanted, f"{what}:\n  found  {found!r}\n  wanted {wanted!r}"
