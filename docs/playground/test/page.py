"""The page, used: every example stepped to its end, the keys, the address, cutting, editing.

What a view shows is compared with what the program's `trace` says of the same input; never with
what the page's own scripts believe.
"""

from common import SHOWN, browser, choose, examples, moments, same, trace, unescaped, until

STEP_BY_STEP = 300  # moments; a longer example is stepped at both ends

SHOWN_LEVELS = 8  # of a stack

# Presses the button, and reads the page, from one moment to another.
STEPS = """([from, to]) => {
    resp.stepper.go(from);
    const shown = [];
    for (let at = from; at < to; at++) {
        document.getElementById("step").click();
        shown.push(%s);
    }
    return shown;
}""" % SHOWN


def n(level):
    """An attribute that has its pairs has no n left; the value that is due is not its element."""
    return 0 if level.get("awaits_value") else level["remaining"]


def in_words(level):
    if level.get("awaits_value"):
        return f"{level['type']} awaits its value"
    if level["remaining"] is None:
        return "streamed string" if "string" in level["type"] else f"streamed {level['type']}"
    return f"{level['type']} {level['remaining']} left" + (" (interrupts)" if level.get("interrupts") else "")


def compare(shown, example, item, ending, depth, consumed, what):
    """One moment, in all views but the value (which has `value.py`), against one item of the trace."""
    data = example["bytes"]
    if "state" in item or "to" in item:
        same(shown["state"], item.get("to") or item["state"], f"{what}: where it stands")
        same(shown["active"], [shown["state"]], f"{what}: the state that is lit")
    taken = [[item["from"], item["to"]]] if item["kind"] == "transition" else []
    same(shown["taken"], taken, f"{what}: the arrow that was taken")
    if "stack" in item:
        stack = [[in_words(level), n(level)] for level in item["stack"][-SHOWN_LEVELS:]]
        same(shown["stack"], stack, f"{what}: the stack")
    if shown["made"] == len(data):
        same(shown["consumed"], consumed, f"{what}: consumed bytes")
    if item["kind"] == "transition":
        if shown["made"] == len(data):
            same(shown["now"], list(range(item["start"], item["end"])), f"{what}: the bytes it read")
        assert f"{item['from']} to {item['to']}" in shown["spoken"], f"{what}: not spoken: {shown['spoken']}"
        offset = str(item["start"])
        assert offset in shown["spoken"], f"{what}: offset {offset} is not spoken: {shown['spoken']}"
        # Its first letter may be a large one.
        assert item["why"][1:] in shown["story"], f"{what}: {item['why']} is not in {shown['story']}"
        if 0 < depth <= SHOWN_LEVELS:
            spoken = "; ".join(words for words, _ in stack)
            assert f"Stack: {spoken}." in shown["spoken"], f"{what}: {spoken} is not in {shown['spoken']}"
        assert "undefined" not in shown["story"] and "NaN" not in shown["story"], f"{what}: {shown['story']}"
    elif item["kind"] == "chunk":
        if shown["made"] == len(data):
            same(shown["kept"], list(range(item["consumed"], item["end"])), f"{what}: kept bytes")
            inside = [item["resumes"]] if item["resumes"] < len(data) else []
            same(shown["resume"], inside, f"{what}: where it goes on")
        same(shown["facts"]["consumed"], f"up to {item['consumed']}", what)
        assert str(item["resumes"]) in shown["facts"]["goes on"], f"{what}: {shown['facts']}"
        for said in [item, *ending]:
            assert said["message"][1:] in shown["story"], f"{what}: {shown['story']}"
            assert said["message"][1:] in shown["spoken"], f"{what}: {shown['spoken']}"
        same("The input ends inside a frame" in shown["story"], ending != [], f"{what}: {shown['story']}")
    elif item["kind"] == "error":
        same(shown["fault"], [item["offset"]], f"{what}: the byte")
        same(shown["facts"]["expected"], item["expected"], what)
        same(shown["facts"]["found"], item["found"], what)
        for field, label in (("hint", "perhaps"), ("hiredis", "hiredis"), ("redis", "redis-server")):
            if item[field] is not None:
                same(shown["facts"][label], item[field], f"{what}: {field}")
        assert item["error"] in shown["story"], f"{what}: {shown['story']}"
    elif item["kind"] == "end":
        same(shown["frames"].split()[0], str(item["frames"]), f"{what}: frames")


def every_example(page):
    """Stepped to its end by the button, moment by moment."""
    rules, count = set(), 0
    for example in examples(page):
        items, depths = trace(example["bytes"], example.get("cuts", []), example.get("dialect", "resp3"))
        stops = moments(items)
        choose(page, example["name"])
        same(page.evaluate(SHOWN)["last"], len(stops), f"{example['name']}: moments")
        parts = [(0, len(stops))]
        if len(stops) > STEP_BY_STEP:
            parts = [(0, STEP_BY_STEP // 2), (len(stops) - 20, len(stops))]
        shown = {}
        for start, end in parts:
            shown.update(zip(range(start + 1, end + 1), page.evaluate(STEPS, [start, end])))
        consumed = 0
        for at, (item, *ending) in enumerate(stops, 1):
            if item["kind"] == "transition":
                consumed = max(consumed, item["end"])
                rules.add(item["rule"])
            if at in shown:
                same(shown[at]["moment"], at, f"{example['name']}: a step")
                what = f"{example['name']}, moment {at}"
                compare(shown[at], example, item, ending, depths[at - 1], consumed, what)
                count += 1
    missing = {row["rule"] for row in page.evaluate("resp.machine.table.rows")} - rules
    assert not missing, f"no example takes {sorted(missing)}"
    return count


def runs_to_nothing(opened):
    """A run to what does not come stays where it is, and says so."""
    with opened.page() as page:
        def stays(run, said):
            before = page.evaluate(SHOWN)["moment"]
            run()
            shown = page.evaluate(SHOWN)
            same(shown["moment"], before, f"{said}: it stays")
            assert page.is_visible("#stayed"), f"{said}: nothing is said"
            assert said in page.inner_text("#stayed"), f"{said}: {page.inner_text('#stayed')}"
            same(shown["spoken"], page.inner_text("#stayed"), f"{said}: in the live region")

        choose(page, "An array of one integer")
        stays(lambda: page.keyboard.press("4"), "C Body does not come in this input")
        page.click("#step")
        assert page.is_hidden("#stayed"), "what was said goes with the next step"
        assert "Start to Count" in page.inner_text("#spoken"), "and what happens is spoken again"
        page.evaluate("resp.store.change({ selection: { kind: 'state', state: 'Body' } })")
        run = page.locator("#run-to-selected")
        offered = lambda: (run.get_attribute("aria-disabled"), page.inner_text("#no-way"))
        same(offered(), ("true", "This input never comes to Body."), "a run to nowhere is not offered")
        stays(lambda: run.press("Enter"), "C Body does not come behind this moment")
        page.evaluate("resp.store.change({ selection: { kind: 'state', state: 'Line' } })")
        same(offered(), ("false", ""), "a run to what comes is")
        run.click()
        same(page.evaluate(SHOWN)["state"], "Line", "and it runs there")
        same(offered(), ("true", "It does not come to Line again behind this moment."), "once")
        page.click("#back")
        same(offered(), ("false", ""), "and again from before it")
        stays(lambda: page.select_option("#to-state", "Length"), "B Length does not come")
        page.click("#last")
        stays(lambda: page.click("#to-event"), "An event does not come behind this moment: the input ends between frames")
        stays(lambda: page.click("#to-read-end"), "The end of a read does not come")
        choose(page, "A count left out")
        page.click("#bytes .byte[data-at='5']")
        stays(lambda: page.click("#run-to-byte"), "Byte 5 is never consumed: the input ends in an error")
        stays(lambda: page.keyboard.press("b"), "Byte 5 is never consumed")
        stays(lambda: page.locator("#bytes .byte[data-at='7']").dblclick(), "Byte 7 is never consumed")
        stays(lambda: page.keyboard.press("e"), "An event does not come in this input: the input ends in an error")
        choose(page, "Cut short")
        page.click("#last")
        stays(lambda: page.keyboard.press("2"), "the input ends inside a frame")


def what_is_due(opened):
    """Behind a key its value is due, and not the end; the machine and the value say the same."""
    with opened.page() as page:
        choose(page, "Streamed map")
        due, places = [], []
        for at in range(page.evaluate(SHOWN)["last"] + 1):
            page.evaluate(f"resp.stepper.go({at})")
            if page.evaluate("resp.store.moment().item.rule") == "ElementsNext":
                due.append(page.evaluate("resp.store.moment().item.why"))
                places.append(page.locator("#value .place").last.inner_text())
        same(due, ["a key is due, or the end", "its value is due"] * 2 + ["a key is due, or the end"], "a streamed map")
        same(places, due, "the same in the value")
        choose(page, "Streamed array")
        page.evaluate("resp.stepper.go(3)")
        same(page.locator("#value .place").last.inner_text(), "more, or the end", "a streamed array")


def numbers(opened):
    """Frames are numbered as they are delivered; what is not whole has no number."""
    roles = """() => [...document.querySelectorAll("#value > li > .node")].map(node =>
        node.querySelector(".type").textContent + ": " + node.querySelector(".role")?.textContent)"""
    with opened.page() as page:
        choose(page, "Push inside an array")
        seen = []
        for at in range(page.evaluate(SHOWN)["last"] + 1):
            page.evaluate(f"resp.stepper.go({at})")
            found = page.evaluate(roles)
            if len(found) > 1 and found not in seen:
                seen.append(found)
        same(seen, [["array: not whole", "push: not whole"], ["array: not whole", "push: frame 1"],
                    ["array: frame 2", "push: frame 1"]], "the array and the push inside it")


def leaving(opened):
    """Esc goes from the editor back to the button that steps, and the keys are keys again."""
    with opened.page() as page:
        for inside in ("#text", "input[value=hex]", "#file"):
            if page.is_hidden("#editor"):
                page.keyboard.press("i")
            page.focus(inside)
            page.keyboard.press("Escape")
            same(page.evaluate("document.activeElement.id"), "step", f"Esc in {inside}")
            assert page.is_visible("#editor"), "the editor stays, to edit while stepping"
        before = page.evaluate(SHOWN)["moment"]
        page.keyboard.press("ArrowRight")
        same(page.evaluate(SHOWN)["moment"], before + 1, "the arrows step again")
        page.click("#tab-lab")
        page.focus("#text")
        page.keyboard.press("Escape")
        same(page.evaluate("document.activeElement.id"), "edit", "in the lab, which has no steps")


def keys(opened):
    with opened.page() as page:
        example = next(each for each in examples(page) if each["name"] == "Nested arrays, half read")
        items, _ = trace(example["bytes"], example["cuts"])
        at = lambda: page.evaluate(SHOWN)["moment"]
        first = lambda after, test: next(n for n, item in enumerate(items, 1) if n > after and test(item))
        press = page.keyboard.press
        page.select_option("#example", example["name"])
        page.evaluate("document.activeElement.blur()")
        press("Home")
        same(at(), 0, "Home")
        press("ArrowRight")
        press("ArrowRight")
        same(at(), 2, "two steps")
        press("ArrowLeft")
        same(at(), 1, "a step back")
        press("e")
        same(at(), first(1, lambda item: item.get("event")), "to the next event")
        here = at()
        press("r")
        same(at(), first(here, lambda item: item["kind"] == "chunk"), "to the end of the read")
        press("Home")
        for key, state in enumerate(["Start", "Line", "Length", "Body", "Count", "Elements", "End"], 1):
            here = at()
            wanted = [n for n, item in enumerate(items, 1) if n > here and item.get("to") == state]
            press(str(key))
            same(at(), wanted[0] if wanted else here, f"to {state}")
        press("End")
        same(at(), len(items), "End")
        press("j")
        same(page.inner_text("#reads"), "40 bytes in 1 read", "all reads joined")
        press("c")
        same(page.inner_text("#reads"), "40 bytes in 40 reads", "cut behind every byte")
        # In the bytes.
        press("j")
        press("Home")
        page.click("#bytes .byte[data-at='5']")
        assert page.inner_text("#byte-selected").startswith("Byte 5 is 3 (0x33)")
        press("x")
        same(page.evaluate("resp.store.get().cuts"), [5], "a cut by its key")
        page.keyboard.press("Shift+ArrowRight")
        same(page.evaluate("resp.store.get().cuts"), [6], "a cut moved by its key")
        press("b")
        same(at(), first(0, lambda item: item.get("end", 0) > 6 and item["kind"] == "transition") + 1,
             "to a byte, behind one end of a read")
        press("ArrowRight")
        same(page.evaluate("document.activeElement.dataset.at"), "7", "the focus moves on")
        press("Escape")
        # Playing goes on by itself, and stops at the end.
        page.select_option("#speed", "15")
        page.evaluate("document.activeElement.blur()")
        press("Home")
        press("p")
        until(page, "!document.body.classList.contains('playing')")
        shown = page.evaluate(SHOWN)
        same(shown["moment"], shown["last"], "played to the end")
        # Letters that are switched off, and letters that are written.
        page.evaluate("document.querySelector('.help').open = true")
        page.uncheck("#single-keys")
        press("Home")
        press("e")
        same(at(), 0, "single keys are off")
        page.check("#single-keys")
        page.click("#edit")
        before = at()
        page.keyboard.type("e")
        same(at(), before, "a letter is written, and is no key")


def address(opened):
    """A fragment restores all of it, in another page, and from a server what was copied from a file."""
    with opened.page() as page:
        page.select_option("#example", "Half a frame")
        page.keyboard.press("Home")
        page.click("#to-read-end")
        page.click("#tab-lab")
        until(page, "location.hash.includes('t=lab')")
        fragment = page.evaluate("location.hash")
        page.click("#tab-machine")
        shown = page.evaluate(SHOWN)
    with opened.page(fragment, url=opened.server) as page:
        assert page.is_visible("#lab") and not page.is_visible("#machine"), "the tab is restored"
        page.click("#tab-machine")
        same(page.evaluate(SHOWN), shown, "restored from the address")
        same(page.evaluate("resp.store.get().cuts"), [10], "cuts")
        # Another fragment in the same page, as when a link is followed.
        page.evaluate("location.hash = '#i=' + resp.text.toBase64(resp.text.unescape('*1')) + '&d=request'")
        until(page, "document.getElementById('dialect').value === 'request'")
        same(page.evaluate("document.getElementById('text').value"), "*1", "the new input")


def editing(opened):
    with opened.page() as page:
        page.select_option("#example", "One simple string")
        page.click("#first")
        page.click("#step")
        page.click("#edit")
        write = lambda text: page.fill("#text", text)
        write("+OK, and more\\r\\n")
        same(page.evaluate(SHOWN)["moment"], 1, "what happens before the edit is kept")
        write(":1\\r\\n")
        same(page.evaluate(SHOWN)["moment"], 0, "and nothing else")
        write("\\q")
        assert "is no escape" in page.inner_text("#input-error"), "a wrong escape is told"
        same(page.evaluate("resp.text.escape(resp.store.get().bytes)"), ":1\\r\\n", "the bytes stay")
        write("+é\\x00\\n")
        same(bytes(page.evaluate("Array.from(resp.store.get().bytes)")), b"+\xc3\xa9\0\n", "UTF-8 and escapes")
        page.check("input[value=hex]")
        same(page.input_value("#text"), "2b c3 a9 00 0a", "hexadecimal")
        write("2a 31 0d0a\n3a 31 0d 0a")
        same(bytes(page.evaluate("Array.from(resp.store.get().bytes)")), b"*1\r\n:1\r\n", "read again")
        write("2")
        assert "pairs" in page.inner_text("#input-error"), "half a byte is told"
        page.check("input[value=text]")
        write("")
        same(page.evaluate(SHOWN)["last"], 1, "no bytes: only the end")
        # Text with line breaks is lines.
        page.evaluate("""() => {
            const data = new DataTransfer();
            data.setData("text", "PING\\nECHO hi\\n");
            document.getElementById("text").dispatchEvent(
                new ClipboardEvent("paste", { clipboardData: data, cancelable: true, bubbles: true }));
        }""")
        same(page.evaluate("resp.text.escape(resp.store.get().bytes)"), "PING\\r\\nECHO hi\\r\\n", "pasted lines")
        # A file; an append-only file is requests.
        page.set_input_files("#file", {"name": "appendonly.aof", "mimeType": "", "buffer": b"*1\r\n$4\r\nPING\r\n"})
        until(page, "document.getElementById('dialect').value === 'request'")
        same(page.evaluate(SHOWN)["state"], "Start", "a file begins at its beginning")
        large = b"+%04d\r\n" * 6000 % tuple(range(6000))
        page.set_input_files("#file", {"name": "large", "mimeType": "", "buffer": large})
        until(page, "document.getElementById('input-error').textContent.includes('32768')")
        page.click("#last")
        shown = page.evaluate(SHOWN)
        assert shown["made"] < 2000, "of long input only what is near is made"
        assert "earlier frames" in page.inner_text("#value")


def cutting(opened):
    """By clicking between two bytes; the transitions stay, and the moment with them."""
    with opened.page() as page:
        page.select_option("#example", "Array")
        page.click("#first")
        for _ in range(4):
            page.click("#step")
        before = page.evaluate(SHOWN)
        page.locator("#bytes .gap[data-cut='6']").click(position={"x": 5, "y": 20})
        same(page.inner_text("#reads"), "25 bytes in 2 reads", "a cut")
        after = page.evaluate(SHOWN)
        same(after["taken"], before["taken"], "the same transition")
        page.click("#to-read-end")
        assert "need more" in page.inner_text("#story")
        page.locator("#bytes .gap[data-cut='6']").click(position={"x": 5, "y": 20})
        same(page.inner_text("#reads"), "25 bytes in 1 read", "joined")
        page.click("#bytes .byte[data-at='3']")
        page.click("#cut-byte")
        same(page.evaluate("resp.store.get().cuts"), [3], "by the button")
        page.click("#run-to-byte")
        assert 3 in page.evaluate(SHOWN)["now"], "run to the byte"
        page.locator("#bytes .byte[data-at='20']").dblclick()
        assert 20 in page.evaluate(SHOWN)["now"], "run by a double click"


def selecting(opened):
    """Each view lights the others."""
    lit = """() => ({
        bytes: [...document.querySelectorAll("#bytes .byte.lit")].map(byte => Number(byte.dataset.at)),
        states: [...document.querySelectorAll("#drawing g.lit")].map(g => g.dataset.state).sort(),
        arrows: [...document.querySelectorAll("#drawing path.arrow.lit")].map(p => p.dataset.from + p.dataset.to).sort(),
        levels: document.querySelectorAll("#stack .level.lit").length,
        nodes: [...document.querySelectorAll("#value .node.lit")].map(node => node.textContent),
    })"""
    with opened.page() as page:
        page.select_option("#example", "Arrays in an array")
        page.click("#first")
        page.evaluate("resp.stepper.toByte(12)")
        page.click("#bytes .byte[data-at='9']")
        found = page.evaluate(lit)
        same((found["bytes"], found["states"], found["arrows"]), ([9, 10, 11], ["Line"], ["LineEnd"]), "a byte")
        assert len(found["nodes"]) == 1 and "integer1" in found["nodes"][0], found
        page.keyboard.press("Escape")
        same(page.evaluate(lit)["bytes"], [], "nothing is selected")
        page.click("#stack li:first-child .level")
        found = page.evaluate(lit)
        same((found["bytes"], found["levels"]), (list(range(4, 13)), 1), "a level: what there is of it")
        assert found["nodes"] and "1 of 2 values" in found["nodes"][0], found
        page.click("#value .node >> nth=2")
        same(page.evaluate(lit)["bytes"], [8, 9, 10, 11], "a value")
        page.locator("#drawing g[data-state='Count']").click()
        found = page.evaluate(lit)
        same(found["bytes"], [1, 2, 3, 5, 6, 7, 17, 18, 19], "a state: what it reads")
        assert len(found["nodes"]) == 2 and found["levels"] == 2, found


def levels(opened):
    """What a level of the stack lights in the value is the aggregate that the level is, at every moment."""
    lights = """() => [...document.querySelectorAll("#stack .level")].map((_, at) => {
        const click = () => document.querySelectorAll("#stack .level")[at].click();
        click();
        const lit = [...document.querySelectorAll("#value .node[aria-pressed=true] .type")].map(e => e.textContent);
        click();
        return lit;
    }).reverse()"""
    with opened.page() as page:
        for name in ("Arrays in an array", "Two attributes in a row", "Attribute of an element", "Push inside an array",
                     "Streamed string", "Streamed map", "Map"):
            example = next(each for each in examples(page) if each["name"] == name)
            choose(page, name)
            for at, (item, *_) in enumerate(moments(trace(example["bytes"])[0]), 1):
                page.click("#step")
                if "stack" in item:
                    same(page.evaluate(lights), [[level["type"]] for level in item["stack"]], f"{name}, moment {at}")


def arrows(opened):
    """Each arrow shows its rows of the table; each row's shortest input takes it."""
    with opened.page() as page:
        rows = page.evaluate("resp.machine.table.rows")
        shown = []
        for arrow in page.locator("#drawing path.target").all():
            arrow.focus()
            page.keyboard.press("Enter")
            shown += page.evaluate("[...document.querySelectorAll('#inspector .row-name')].map(e => e.textContent)")
        same(sorted(shown), sorted(row["rule"] for row in rows), "the rows behind all arrows")
        for row in rows:
            arrow = f"#drawing path.target[data-from={row['from']}][data-to={row['to']}]"
            page.keyboard.press("Escape")
            page.locator(arrow).focus()
            page.keyboard.press("Enter")
            button = page.get_by_role("button", name=f"Try it: {row['rule']}", exact=True)
            button.click()
            same(bytes(page.evaluate("Array.from(resp.store.get().bytes)")), unescaped(row["example"]), row["rule"])
            same(page.evaluate("resp.store.moment().item.rule"), row["rule"], "the moment at which it is taken")


def main():
    with browser() as opened:
        with opened.page() as page:
            count = every_example(page)
        with opened.page(url=opened.server) as page:
            same(page.evaluate(SHOWN)["last"], 9, "from a server")
        for part in (runs_to_nothing, what_is_due, numbers, leaving, keys, address, editing, cutting, selecting, levels, arrows):
            part(opened)
    print(f"page: {count} moments of the examples, as the program traces them; keys, address, edits, cuts")


main()
