"""The committed module, one built now, and the program say the same.

This, and not the bytes of the module, is what "stale" means: a module from before a change that
alters nothing is as good as new. Turned red by a change to the machine, the trace or the table
without `docs/playground/build` and a commit of what it writes.
"""

import base64
import concurrent.futures
import json
import os
import pathlib
import re
import subprocess

from common import ROOT, browser, examples, same, trace

ASK = """questions => questions.map(([bytes, cuts, dialect]) => JSON.stringify(
    resp.machine.trace(Uint8Array.from(bytes), cuts, dialect)))"""
DIALECTS = ["resp2", "resp3", "request"]


def inputs(page):
    """(what, bytes, cuts, dialect)"""
    for example in examples(page):
        dialect = example.get("dialect", "resp3")
        yield example["name"], example["bytes"], example.get("cuts", []), dialect
        if len(example["bytes"]) < 200:
            yield example["name"] + ", cut", example["bytes"], range(1, len(example["bytes"])), dialect
    for seed in sorted((ROOT / "fuzz/seeds").glob("*/*")):
        # What a target takes before the stream is cut off; where it takes more it is a stream too.
        data = seed.read_bytes()[1:]
        for dialect in DIALECTS:
            yield f"{seed.parent.name}/{seed.name}", data, [len(data) // 2, len(data) - 1], dialect
    for file in sorted((ROOT / "tests/vectors").glob("*.jsonl")):
        for line in file.read_text().splitlines():
            vector = json.loads(line)
            data = base64.b64decode(vector.get("wire_b64") or "")
            if 0 < len(data) <= 4096:
                dialect = "request" if vector["direction"] == "request" else "resp3"
                yield vector.get("id", file.name), data, [len(data) // 2], dialect


def levels(page):
    """The words of each level are those that the program's trace prints."""
    count = 0
    for example in examples(page):
        data, dialect = example["bytes"], example.get("dialect", "resp3")
        command = [os.environ["PROGRAM"], "trace", "--dialect", dialect]
        printed = subprocess.run(command, input=data, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout.decode()
        lines = [line.rstrip() for line in printed.splitlines() if re.search(r"^.{30,} → (S|A|B|C|D|En|END) ", line)]
        answer = page.evaluate(
            "([bytes, dialect]) => resp.machine.trace(Uint8Array.from(bytes), [], dialect)", [list(data), dialect]
        )
        steps = [at for at, item in enumerate(answer["items"]) if item["kind"] == "transition"]
        same(len(lines), len(steps), f"{example['name']}: lines of the trace")
        for line, at in zip(lines, steps):
            words = " › ".join(words for words, _ in answer["levels"][at])
            # Of a deep stack the program leaves some out.
            if answer["depths"][at] <= 6 and words:
                assert line.endswith("  " + words), f"{example['name']}: {words} is not in {line}"
                count += 1
    assert count > 300, f"only {count} stacks"


# Each example, with one byte left out, or another in its place: the errors of which nothing is told.
UNTOLD = """bytes => resp.examples.flatMap(example => {
    const whole = resp.text.unescape(example.input);
    if (whole.length > 120) return [];
    const dialect = example.dialect || "resp3";
    const broken = [whole];
    whole.forEach((byte, at) => {
        broken.push(whole.filter((_, other) => other !== at));
        for (const other of bytes) if (other !== byte) broken.push(whole.map((byte, here) => here === at ? other : byte));
    });
    return broken.map(input => [resp.machine.trace(input, [], dialect).items.pop(), resp.text.escape(input)])
        .filter(([last]) => last.kind === "error")
        .map(([error, input]) => [error.error, input, dialect, dialect === "request" ? error.redis : error.hiredis]);
})"""


def elsewhere(page):
    """Of each error the page says what hiredis, or redis-server, makes of it: there is always an answer."""
    errors = page.evaluate(UNTOLD, list(b"+-:$*%|>;.?019xt\"'\r\n\0\xff"))
    kinds = {error for error, *_ in errors}
    untold = [[error, *rest] for error, *rest, said in errors if said is None]
    assert not untold, f"nothing is told of {untold[:5]}"
    assert len(kinds) > 20, f"only {sorted(kinds)}"
    return len(errors)


def table(page):
    """The page's table is the program's."""
    printed = subprocess.run(
        [os.environ["PROGRAM"], "states"], stdout=subprocess.PIPE, check=True, text=True
    ).stdout
    rows = []
    for line in printed.splitlines()[2:]:
        cells = [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        rows.append(cells)
    letters = {state["name"]: state["letter"] for state in page.evaluate("resp.machine.table.states")}
    shown = [
        [
            f"{letters[row['from']]} {row['from']}",
            f"`{row['on']}`" if row["from"] == "Start" and row["on"] != "any other byte" else row["on"],
            row["within"],
            f"{letters[row['to']]} {row['to']}",
            row["emits"],
            " ".join(row["dialects"]),
            f"`{row['example']}`",
            row["rule"],
        ]
        for row in page.evaluate("resp.machine.table.rows")
    ]
    same(shown, rows, "the table")
    return len(rows)


def main():
    fresh = base64.b64encode(pathlib.Path(os.environ["FRESH"]).read_bytes()).decode()
    with browser() as opened, opened.page() as committed, opened.page() as built:
        built.evaluate("async module => { await resp.machine.load(module); }", fresh)
        rows = table(committed)
        levels(committed)
        errors = elsewhere(committed)
        same(table(built), rows, "rows of the module built now")
        asked = [
            (what, data, sorted({cut for cut in cuts if 0 < cut < len(data)}), dialect)
            for what, data, cuts, dialect in inputs(committed)
        ]
        questions = [[list(data), cuts, dialect] for _, data, cuts, dialect in asked]
        with concurrent.futures.ThreadPoolExecutor() as pool:
            traces = pool.map(lambda each: trace(*each[1:]), asked)
            answers = zip(committed.evaluate(ASK, questions), built.evaluate(ASK, questions))
            for (what, _, _, dialect), (items, depths), (one, other) in zip(asked, traces, answers):
                same(one, other, f"{what} as {dialect}: the committed module, and one built now")
                answer = json.loads(one)
                same(answer["items"], items, f"{what} as {dialect}: the module, and the program")
                same(answer["depths"], depths, f"{what} as {dialect}: depths")
        count = len(asked)
        assert count > 500, f"only {count} inputs: where are the seeds and the vectors?"
    print(f"behaviour: {count} inputs and {rows} rows, the same from both modules and the program; {errors} errors told of")


main()
