"""The value so far, at every moment, against the program's `decode` and `trace`.

What the page shows at a moment is made here without the page. What has been consumed by then is made
whole by bytes of this file (`closing`), and decoded: that gives the values that there are, and, behind
them, those that this file has added and that are still missing. How many these are is in the stack of
the trace; if it were wrong, `decode` would not find a whole frame.
"""

import base64
import concurrent.futures
import json
import os
import subprocess
import sys

from common import browser, examples, moments, same, trace

EVERY = 400  # moments; of a longer input both ends are looked at, and every 31st between
DEEPEST = 1024  # what the machine takes
FRAMES, ELEMENTS, PLACES, DEPTH = 6, 40, 4, 8  # shown at a time

ADDED = b"$1\r\n?\r\n"  # in place of a value that has not come, in every dialect
ENDS = {b"": b"?\r\n", b":": b"0\r\n", b"#": b"t\r\n", b",": b"0\r\n", b"(": b"0\r\n",
        b"=": b"4\r\ntxt:\r\n", b";": b"1\r\n?\r\n", b"$": b"0\r\n\r\n", b"!": b"0\r\n\r\n"}
COUNTED = (b"*", b"%", b"~", b"|", b">")
BEGUN = {b"": "inline command", b"+": "simple string", b"-": "simple error", b":": "integer", b"_": "null",
         b"#": "boolean", b",": "double", b"(": "big number", b"$": "bulk string", b"!": "bulk error",
         b"=": "verbatim string", b"*": "array", b"%": "map", b"~": "set", b"|": "attribute", b">": "push",
         b";": "chunk"}
TYPES = {"simple": "simple string", "error": "simple error", "bulk": "bulk string", "bulkerror": "bulk error",
         "int": "integer", "bignum": "big number", "null": "null", "bool": "boolean", "double": "double",
         "verbatim": "verbatim string", "array": "array", "set": "set", "push": "push", "map": "map",
         "attr": "attribute", "inline": "inline command", "chunk": "chunk"}

# What no example has: more than is shown at a time, and what lies inside one another.
MORE = [
    (b"*60\r\n" + b":1\r\n" * 59 + b"$5\r\nhello\r\n", [200], "resp3"),
    (b"%25\r\n" + b"+k\r\n#f\r\n" * 25, [], "resp3"),
    (b"+OK\r\n" * 9 + b"*1\r\n" + b">0\r\n" * 8 + b"_\r\n", [], "resp3"),
    (b"|1\r\n+a\r\n:1\r\n" * 17 + b"*1\r\n+v\r\n", [], "resp3"),
    (b"*2\r\n" + b"|1\r\n+a\r\n:1\r\n" * 45 + b"+v\r\n+w\r\n", [], "resp3"),
    (b"*2\r\n|1\r\n+k\r\n:1\r\n|1\r\n+l\r\n:2\r\n>1\r\n+p\r\n+v\r\n:2\r\n", [], "resp3"),
    (b">1\r\n|1\r\n+k\r\n|1\r\n+in\r\n*0\r\n+under\r\n*1\r\n|0\r\n~1\r\n_\r\n", [], "resp3"),
    (b"*1\r\n" * 12 + b">1\r\n*1\r\n+deep\r\n+end\r\n", [], "resp3"),
    (b"|1\r\n" * 11 + b"+k\r\n:1\r\n", [], "resp3"),
    (b"%?\r\n$?\r\n;2\r\nab\r\n;1\r\nc\r\n;0\r\n*?\r\n=7\r\nmkd:a\"'\r\n.\r\n+k\r\n~?\r\n.\r\n.\r\n", [9, 12, 40], "resp3"),
    (b":+5\r\n,+1.50\r\n(+007\r\n,-inf\r\n#t\r\n!4\r\nE\r\n!\r\n$70\r\n" + b"\\" * 70 + b"\r\n", [44, 60], "resp3"),
    (b"*-1\r\n$-1\r\n*2\r\n$0\r\n\r\n*0\r\n", [], "resp2"),
    (b"\r\nSET \"a\\x00b\" 'it'\r\n*0\r\n*2\r\n$3\r\nGET\r\n$1\r\nk\r\n", [2], "request"),
]


class Moment:
    """Where the machine stands, as the items of its trace say, one after the other."""

    def __init__(self):
        self.stack, self.came = [], []  # the open levels, and how many values each has had
        self.consumed, self.reads = 0, 0
        self.begun = self.body = None  # the marker of what is read; where its bytes begin, how many they are
        self.interrupting = False  # that is a push in the middle of another frame
        self.closing_stream = False  # what is read is the end of a stream, and no value
        self.ended = False  # a value has just ended, and is not counted yet
        self.births = 0
        self.open, self.whole = [], []  # frames, by when they began; the whole ones as they are delivered
        self.pushes = set()  # those that interrupted

    def after(self, item):
        self.reads += item["kind"] == "chunk"
        stack, self.stack = self.stack, item.get("stack", self.stack)
        if item["kind"] != "transition":
            return
        rule, bytes_, event = item["rule"], item["bytes"].encode(), item["event"] or {}
        self.consumed = item["end"]
        self.came = (self.came + [0])[: len(self.stack)]
        if rule == "EndElement":
            self.came[-1] += 1
        if item["from"] == "Start":
            self.closing_stream = rule == "StartStreamEnd"
            self.interrupting = rule == "StartInterruption"
            if not self.closing_stream:
                self.begun = bytes_
                self.begin(stack)
        elif item["to"] == "Body":
            self.body = (item["end"], int(bytes_.split(b"\\")[0]))
        else:
            self.begun = self.body = None
            self.closing_stream = self.interrupting = False
        self.ended = item["to"] == "End" and not event.get("interrupts")
        if item["to"] == "End" and (event.get("interrupts") or self.alone(self.stack)):
            self.whole.append(self.open.pop())

    def alone(self, stack):
        """Whether a value behind it is a frame: attributes that await it are no aggregate around it."""
        return all(level.get("awaits_value") for level in stack)

    def begin(self, stack):
        if not self.interrupting and not self.alone(stack):
            return
        if stack and not self.interrupting:
            self.open.pop()  # the attributes before it, which are shown with it
        self.open.append(self.births)
        if self.interrupting:
            self.pushes.add(self.births)
        self.births += 1

    def levels(self):
        """The open levels of each frame that is not whole: how many are due, whether one has begun."""
        groups = []
        for at, level in enumerate(self.stack):
            if at + 1 < len(self.stack):
                inner = not self.stack[at + 1].get("interrupts")
            else:
                inner = self.ended or (self.begun is not None and not self.interrupting)
            due = None if level["remaining"] is None else level["remaining"] - inner
            if not groups or level.get("interrupts"):
                groups.append([])
            groups[-1].append({**level, "due": due, "inner": inner, "came": self.came[at]})
        if self.begun is not None and (self.interrupting or not self.stack):
            groups.append([])
        if self.ended and self.alone(self.stack):
            groups = []  # attributes, which go with the value that has ended
        return groups

    def closing(self):
        """Bytes that make all of it whole."""
        text = b""
        if self.begun is not None:
            if self.body:
                blob = b"txt:" * (self.begun == b"=")
                text = blob + b"?" * (self.body[1] - len(blob)) + b"\r\n"
            elif self.begun in COUNTED:
                text = b"0\r\n" + ADDED * (self.begun == b"|")
            else:
                text = ENDS.get(self.begun, b"\r\n")
        levels = [level for group in self.levels() for level in group]
        if self.closing_stream:
            text += b"\r\n"
            levels.pop()
        for level in reversed(levels):
            if level["type"] == "streamed string":
                text += b";0\r\n"
            elif level["due"] is None:
                owes = level["type"] == "map" and (level["came"] + level["inner"]) % 2
                text += ADDED * owes + b".\r\n"
            else:
                # What an attribute describes is missing with it.
                describes = level["type"] == "attribute" and not level.get("awaits_value")
                text += ADDED * (level["due"] + describes)
        return text


def decode(data, dialect):
    command = [os.environ["PROGRAM"], "decode", "--dialect", dialect]
    done = subprocess.run(command, input=data, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert done.returncode == 0, f"what was added makes no whole frames: {data!r}: {done.stderr.decode()}"
    return [json.loads(line) for line in done.stdout.splitlines()]


def plural(count, word):
    return f"{count} {word}" + ("" if count == 1 else "s")


def escape(data):
    special = {13: "\\r", 10: "\\n", 9: "\\t", 92: "\\\\"}
    return "".join(special.get(byte) or (chr(byte) if 32 <= byte < 127 else f"\\x{byte:02x}") for byte in data)


def quoted(data):
    text = escape(data[:60])
    return "“" + (text[:59] + "…" if len(data) > 60 or len(text) > 60 else text) + "”"


def said(node):
    """A whole value, in words."""
    kind, bytes_ = node["t"], base64.b64decode
    if kind == "null":
        return "null"
    if kind == "bool":
        return "true" if node["v"] else "false"
    if kind in ("double", "bignum"):
        return node.get("text", node["v"])
    if kind == "int":
        return node["v"]
    if kind == "inline":
        return " ".join(f"“{escape(bytes_(word))}”" for word in node["args"]) or "no words"
    for inside, word in (("chunks", "chunk"), ("pairs", "pair"), ("items", "element")):
        if inside in node:
            return plural(len(node[inside]), word)
    return quoted(bytes_(node["b64"]))


def elements(node):
    if "pairs" in node:
        return [each for pair in node["pairs"] for each in pair]
    if "chunks" in node:
        return [{"t": "chunk", "b64": chunk} for chunk in node["chunks"]]
    return node.get("items")


# A row is a value as it is shown, but for the limits: `rows` inside it, and `places` of what is missing.


def whole(node, role=""):
    described = []
    while node["t"] == "attr":
        described.append(row(node, "described by"))
        node = node["of"]
    return row(node, role, described=described)


def row(node, role="", *, described=(), said_so=None, rows=None, places=()):
    parts = elements(node)
    if rows is None and parts is not None:
        rows = [whole(part, name(node, at)) for at, part in enumerate(parts)]
    return {
        "role": role,
        "type": "streamed string" if "chunks" in node else TYPES[node["t"]],
        "said": said_so or said(node),
        "building": said_so is not None,
        "open": said_so is not None,
        "described": list(described),
        "rows": rows,
        "places": list(places),
    }


def name(node, at):
    return str(at + 1) if "pairs" not in node else "value" if at % 2 else "key"


class Building:
    """The rows of frames that are not whole."""

    def __init__(self, moment, received):
        self.moment, self.received = moment, received

    def slot(self, node, role, levels):
        """What stands at the place of a value that has these levels open in it, and what is read.

        That is the value; or, while it has not begun, the attributes before it.
        """
        before, levels = [], list(levels)
        while node["t"] == "attr":
            if levels and not levels[0].get("awaits_value"):
                return [row(each) for each in before] + [self.aggregate(node, "", (), levels)]
            if self.moment.begun == b"|" and not levels:
                return [row(each) for each in before] + [self.read("", ())]
            before.append(node)
            node = node["of"]
            if levels and not levels.pop(0)["inner"]:
                return [row(each) for each in before]
        described = [row(each, "described by") for each in before]
        if levels:
            return [self.aggregate(node, role, described, levels)]
        if self.moment.begun is not None:
            return [self.read(role, described)]
        return [row(node, role, described=described)]

    def aggregate(self, node, role, described, levels):
        level, parts = levels[0], elements(node)
        # Without what was added.
        there = level["came"] + level["inner"] if level["due"] is None else len(parts) - level["due"]
        rows = []
        for at, part in enumerate(parts[:there]):
            here = level["inner"] and at == there - 1
            rows += self.slot(part, name(node, at), levels[1:]) if here else [whole(part, name(node, at))]
        values = [each for each in rows if each["type"] != "attribute"]
        count, came = level["count"], sum(not each["building"] for each in values)
        if count is None:
            due = "its value is due" if len(values) % 2 else "a key is due, or the end"
            words, places = "streamed, not closed", [due if "pairs" in node else "more, or the end"]
        else:
            words, missing = f"{came} of {plural(count, 'value')}", count - len(values)
            places = [name(node, len(values) + at) + "missing" for at in range(min(missing, PLACES))]
            places += [f"{missing - PLACES} more are missing"] * (missing > PLACES)
        return row(node, role, described=described, said_so=words, rows=rows, places=places)

    def read(self, role, described):
        """The value that is read, of which nothing is known but its type and, perhaps, its length."""
        words = "its line is not read yet"
        if self.moment.body:
            start, length = self.moment.body
            words = f"{max(0, min(length, self.received - start))} of {plural(length, 'byte')} received"
        return {"role": role, "type": BEGUN[self.moment.begun], "said": words, "building": True, "open": False,
                "described": list(described), "rows": None, "places": []}


def shown(moment, received, frames):
    """All that the view has to show."""
    making = Building(moment, received)
    groups = moment.levels()
    same(len(frames), len(moment.whole) + len(groups), "frames, whole and not")
    found = [(birth, [whole(frame)], f"frame {at + 1}") for at, (birth, frame) in enumerate(zip(moment.whole, frames))]
    for birth, levels, frame in zip(moment.open, groups, reversed(frames[len(moment.whole) :])):
        found.append((birth, making.slot(frame, "", levels), "not whole"))
    rows, path = [], []
    for birth, some, role in sorted(found, key=lambda each: each[0]):
        for each in some:
            rows.append({**each, "role": role, "interrupts": birth in moment.pushes})
            if each["open"]:
                path = way(rows[-1])
    if len(rows) == 1:
        rows[0]["role"] = ""
    done = [each for each in rows if not each["building"]]
    hidden = done[: max(0, len(done) - FRAMES)]
    text = left_out(hidden, "frame")
    for each in rows:
        if len(path) > DEPTH and each is path[0]:
            text += [plural(len(path) - DEPTH, "outer level"), limited({**path[-DEPTH], "role": ""}, 0)]
        elif not any(each is other for other in hidden):
            text.append(limited(each, 0))
    return text


def way(row):
    """From an open row to the innermost one in it."""
    path = []
    while row:
        path.append(row)
        row = next((child for child in row["rows"] if child["open"]), None)
    return path


def left_out(rows, what):
    attributes = sum(each["type"] == "attribute" for each in rows)
    counts = ((len(rows) - attributes, what), (attributes, "attribute"))
    return [plural(count, f"earlier {word}") for count, word in counts if count]


def last(rows, what, depth):
    hidden = max(0, len(rows) - ELEMENTS)
    return left_out(rows[:hidden], what) + [limited(each, depth) for each in rows[hidden:]]


def limited(each, depth):
    """The row as it is on the page, where not all is shown."""
    inside = None
    if each["rows"] is not None:
        inside = last(each["rows"], "element", depth + 1) + each["places"]
        if depth >= DEPTH:
            inside = ["deeper levels are not drawn"]
    return {
        **{key: each[key] for key in ("role", "type", "said", "building")},
        "interrupts": each.get("interrupts", False),
        "described": last(each["described"], "attribute", depth + 1),
        "inside": inside,
    }


# The view at each of these moments.
READ = """moments => {
    const list = (item, which) => {
        const found = item.querySelector(":scope > ul" + which);
        return found && [...found.children].map(read);
    };
    const read = item => {
        const node = item.querySelector(":scope > .node");
        if (!node) return item.textContent;
        const texts = [...node.children].map(part => [part.className, part.textContent]);
        const known = texts.filter(([name]) => name !== "role" && name !== "type").map(([, text]) => text);
        return {
            role: (texts.find(([name]) => name === "role") || [])[1] || "",
            type: texts.find(([name]) => name === "type")[1],
            said: known[0],
            building: node.classList.contains("building"),
            interrupts: known[1] === "interrupts",
            described: list(item, ".described") || [],
            inside: list(item, ":not(.described)"),
        };
    };
    return moments.map(at => {
        resp.stepper.go(at);
        return {
            at: resp.store.get().at,
            rows: [...document.getElementById("value").children].map(read),
            frames: document.getElementById("frames").textContent,
        };
    });
}"""


def steps(data, cuts, dialect):
    """For each moment that is looked at: what has to be shown."""
    stops = moments(trace(data, cuts, dialect, levels=DEEPEST)[0])
    last = len(stops)
    looked = {at for at in range(last + 1) if last < EVERY or min(at, last - at) < 90 or at % 31 == 0}
    moment, ends, wanted = Moment(), [*cuts, len(data)], {}

    def look(at, item=None):
        here = item and item["kind"] == "chunk"
        received = item["end"] if here else ends[min(moment.reads, len(cuts))]
        frames = decode(data[: moment.consumed] + moment.closing(), dialect)
        wanted[at] = (shown(moment, received, frames), plural(len(moment.whole), "whole frame"))

    look(0)
    for at, (item, *_) in enumerate(stops, 1):
        moment.after(item)
        if at in looked:
            look(at, item)
    return wanted


def main():
    sys.setrecursionlimit(20000)
    with browser() as opened, opened.page() as page, concurrent.futures.ThreadPoolExecutor() as pool:
        inputs = [(each["name"], each["bytes"], each.get("cuts", []), each.get("dialect", "resp3")) for each in examples(page)]
        inputs += [(repr(each[0][:40]), *each) for each in MORE]
        count = 0
        for (what, data, cuts, dialect), wanted in zip(inputs, pool.map(lambda each: steps(*each[1:]), inputs)):
            situation = [list(data), cuts, dialect]
            page.evaluate(
                "([bytes, cuts, dialect]) => resp.store.change({ bytes: Uint8Array.from(bytes), cuts, dialect, at: 0 })",
                situation,
            )
            for found, at in zip(page.evaluate(READ, list(wanted)), wanted):
                same(found["at"], at, f"{what}: a step")
                rows, frames = wanted[at]
                same(found["rows"], rows, f"{what}, moment {at}: the value")
                same(found["frames"], frames, f"{what}, moment {at}: frames")
                count += 1
    print(f"value: {count} moments, as the program decodes them")


main()
