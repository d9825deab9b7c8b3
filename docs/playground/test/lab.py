"""The broken-parser lab: each exercise is unsolved at its start, and solved as a learner would.

The solutions here are what keeps the exercises possible. What the machine is said to look at is held
against the library's promise: never more than two looks at a byte that comes alone.
"""

from common import browser, same

LANES = """() => [...document.querySelectorAll("#lanes .lane")].map(lane => ({
    name: lane.querySelector("h3").textContent,
    good: lane.classList.contains("good"),
    verdict: lane.querySelector(".verdict").textContent,
    visited: Number(lane.querySelector(".lane-visits b").textContent.replace(/,/g, "")),
    bars: lane.querySelectorAll("rect").length,
}))"""


def solved(page):
    return page.evaluate("[...document.querySelectorAll('.exercise.solved')].map(each => each.id)")


def begin(page, name):
    """The exercise, loaded, is not solved by that."""
    before = solved(page)
    if not page.is_visible(f"#exercise-{name} button"):
        page.click(f"#exercise-{name} summary >> nth=0")
    page.click(f"#exercise-{name} button")
    same(solved(page), before, f"{name}: loading is no solution")


def finish(page, name):
    assert f"exercise-{name}" in solved(page), f"{name}: {page.inner_text(f'#exercise-{name}')}"
    assert page.is_visible(f"#exercise-{name} .answer"), "why it fails is told"


SOLVES = """name => resp.exercises.find(each => each.id === name)
    .check(resp.lab.find(resp.store.get()))"""


def load(page, text, cuts):
    page.evaluate("([text, cuts]) => resp.store.change({ bytes: resp.text.unescape(text), cuts })", [text, cuts])


def others(page):
    """Only the exercise that is open is solved, and where only cuts may move, only with its bytes."""
    page.click("#exercise-half summary >> nth=0")
    goal = page.locator("#exercise-half .goal")
    load(page, r"+a\r\n$8\r\nab\r\n+cde\r\n", [12])
    same(page.evaluate(SOLVES, "half"), True, "other bytes at which it happens")
    same(solved(page), [], "are no solution where only cuts may move")
    assert "other bytes" in goal.inner_text(), goal.inner_text()
    page.click("#exercise-again summary >> nth=0")
    load(page, r"*40\r\n" + r":1\r\n" * 40, [])
    page.click("#cut-all")
    same(page.evaluate(SOLVES, "again"), True, "other bytes at which it happens, of another exercise")
    same(solved(page), [], "are no solution there either")
    # What would solve those that are not open.
    load(page, r"*999999999\r\n", [])
    same(page.evaluate(SOLVES, "room"), True, "what solves another exercise")
    same(solved(page), [], "solves none that is closed")
    page.click("#exercise-again button")
    page.evaluate("resp.store.change({ cuts: [28] })")
    same(page.evaluate(SOLVES, "half"), True, "the bytes of two exercises are the same")
    same(solved(page), [], "and only the one that is open counts")


def exercises(page):
    begin(page, "again")
    whole = {lane["name"]: lane for lane in page.evaluate(LANES)}
    assert all(lane["good"] for lane in whole.values()), f"all are right on one read: {whole}"
    length = page.evaluate("resp.store.get().bytes.length")
    same([lane["bars"] for lane in whole.values()], [0] * 4, "no bars of one read")
    assert page.is_hidden("#bars-legend"), "and no words about them"
    ratio = whole["Restarts"]["visited"] / whole["The machine"]["visited"]
    assert 0.8 < ratio < 1.25, f"the task says that it is about as many: {ratio}"
    same(whole["Splits lines"]["visited"], length, "splitting looks at everything, once")
    assert whole["The machine"]["visited"] < length, "what is inside a string is only counted"
    page.click("#cut-all")
    lanes = {lane["name"]: lane for lane in page.evaluate(LANES)}
    same(lanes["The machine"]["bars"], length, "a bar for each read")
    assert "bar for each read" in page.locator("#bars-legend:visible").inner_text()
    assert whole["The machine"]["visited"] <= lanes["The machine"]["visited"] <= 2 * length, lanes["The machine"]
    assert lanes["Restarts"]["visited"] > 5 * whole["Restarts"]["visited"], lanes["Restarts"]
    same(lanes["Trusts"]["good"], False, "a line without an end is too much for it")
    finish(page, "again")

    assert "Click between two" in page.inner_text("#look-for"), page.inner_text("#look-for")
    begin(page, "forge")
    goal, look = page.locator("#exercise-forge .goal"), page.locator("#look-for")
    assert "in the editor" in look.inner_text() and "cut" not in look.inner_text(), look.inner_text()
    page.fill("#text", "$6\\r\\nhello!\\r\\n+bye\\r\\n")
    assert "same as the machine" in goal.inner_text(), goal.inner_text()
    same("→" in look.inner_text(), False, "the lab has no steps")
    page.click("#tab-machine")
    same("→" in look.inner_text(), True, "the machine has")
    page.click("#tab-lab")
    page.fill("#text", "$4\\r\\na\\r\\n+b\\r\\n")
    assert "are to be valid" in goal.inner_text(), goal.inner_text()
    page.fill("#text", "$12\\r\\nhello\\r\\n+fake\\r\\n+bye\\r\\n")
    same(goal.inner_text(), "It delivers 1 value that nobody sent.", "what is said beside “solved”")
    verdict = page.evaluate(LANES)[2]["verdict"]
    assert "3 values where 2 were sent: “hello”, “fake”, “bye”." in verdict, f"the forged one is shown: {verdict}"
    page.fill("#text", "$9\\r\\nhello\\r\\n:1\\r\\n+bye\\r\\n")
    lanes = {lane["name"]: lane for lane in page.evaluate(LANES)}
    assert "Wrong: value 1 is “hello” instead of" in lanes["Splits lines"]["verdict"], lanes["Splits lines"]
    same(lanes["The machine"]["good"], True, "the machine reads it as it is meant")
    finish(page, "forge")

    begin(page, "half")
    # In a line: an error, which is no solution. In a string: a wrong value.
    goal = page.locator("#exercise-half .goal")
    assert "no cut yet" in goal.inner_text(), goal.inner_text()
    page.evaluate("resp.cuts.toggle(5)")
    assert "stops with an error" in goal.inner_text(), goal.inner_text()
    assert "exercise-half" not in solved(page), "a cut that is noticed is no solution"
    page.locator("#sweep").focus()
    for _ in range(40):
        if "exercise-half" in solved(page):
            break
        page.keyboard.press("ArrowRight")
    finish(page, "half")
    assert "a wrong value" in goal.inner_text(), goal.inner_text()

    begin(page, "room")
    page.fill("#text", "*999999999\\r\\n")
    assert "8.0 GB" in page.inner_text("#exercise-room"), page.inner_text("#exercise-room")
    trusts = page.evaluate(LANES)[3]
    assert "Stops: the read ends where an element is due." in trusts["verdict"], trusts
    finish(page, "room")
    same(len(solved(page)), page.evaluate("resp.exercises.length"), "every exercise has its solution here")


FOUND = """() => {
    const { machine, ...found } = resp.lab.find(resp.store.get());
    const plain = value => JSON.stringify(value);
    return { machine: { ...machine, values: machine.values.map(plain), error: Boolean(machine.error) },
        parsers: ["restarting", "splitting", "trusting"].map(name => ({
            values: found[name].values.map(plain), thrown: found[name].thrown, endless: found[name].endless, outcome: found.outcome[name] })) };
}"""


def happened(said, machine):
    """What a verdict has to say, from what was delivered: its beginning, and what else must be in it."""
    wrong = [at for at, value in enumerate(said["values"]) if value not in machine["values"][at : at + 1]]
    short = len(machine["values"]) - len(said["values"])
    thrown = said["thrown"]
    if wrong:
        extra = wrong[0] >= len(machine["values"])
        beside = "nobody sent" if machine["whole"] else "refuses the input" if machine["error"] else "needs more"
        return "Wrong: value %d is " % (wrong[0] + 1), [beside if extra else "instead of"] + ([thrown] if thrown else [])
    if thrown and (said["endless"] or short > 0 or not machine["error"]):
        return f"Stops: {thrown}.", [f"not delivered {short} value"] if short else ["The machine"]
    if short > 0:
        return "Waits for more", [f"not delivered {short} value"]
    if machine["error"]:
        return (f"Refuses it too: {thrown}.", []) if thrown else ("Has noticed nothing", ["the machine refuses"])
    return "Right: ", ["." if machine["whole"] else "waits for more"]


def told(page):
    """Every example, whole and in single bytes: a verdict says what happened, no more and no less."""
    beginnings = set()
    for name in page.evaluate("resp.examples.map(each => each.name)"):
        page.select_option("#example", name)
        for cut in ("nowhere", "everywhere"):
            page.evaluate(f"resp.cuts.{cut}()")
            if page.is_visible("#lab-large"):
                continue
            found, lanes = page.evaluate(FOUND), page.evaluate(LANES)[1:]
            for said, lane in zip(found["parsers"], lanes):
                beginning, inside = happened(said, found["machine"])
                verdict = lane["verdict"][2:]
                what = f"{name}, cut {cut}, {lane['name']}: {verdict}"
                assert verdict.startswith(beginning), f"{what}\n  wanted {beginning}"
                for words in inside:
                    assert words in verdict, f"{what}\n  wanted {words}"
                assert " 0 values" not in verdict or verdict.startswith("Right: 0 values"), what
                same(lane["good"], beginning.startswith(("Right", "Refuses")), what)
                beginnings.add(beginning.split()[0])
    same(beginnings, {"Wrong:", "Stops:", "Waits", "Has", "Refuses", "Right:"}, "every kind of verdict is met")


def verdicts(page):
    """They say what is wrong, and count on the same bytes as the page shows."""
    page.select_option("#example", "HTTP")
    lanes = page.evaluate(LANES)
    assert "Refuses it at byte 0" in lanes[0]["verdict"], lanes[0]
    page.select_option("#example", "A length too small")
    lanes = {lane["name"]: lane for lane in page.evaluate(LANES)}
    same(lanes["Splits lines"]["good"], False, "it does not look at the length at all")
    page.select_option("#example", "Nested too deep")
    assert page.is_visible("#lab-large"), "what is too large for the lab is said to be"
    sources = page.evaluate("[...document.querySelectorAll('.source-code pre')].map(e => e.textContent)")
    same(len(sources), 3, "sources")
    for source in sources:
        assert "function read(bytes)" in source, source


# Lengths and counts that are none, or that nobody can wait for; the last is larger than the page's time.
SIZES = ["", "x", "-", "1x", "0x10", "1e3", "-0.5", "Infinity", "007", "1000000000"]


def ended(opened):
    """No parser keeps the page, whatever it takes for a length or a count."""
    count = 0
    with opened.page("#i=KjEwMDAwMDAwMDANCiR4DQo&d=resp3&s=0&t=lab") as page:
        for lane in (page.evaluate(LANES)[at] for at in (1, 3)):
            assert lane["verdict"].startswith("✗ Stops: it reads the same bytes for ever"), lane
            assert "The machine refuses the input." in lane["verdict"], lane
        for size in SIZES:
            for other in SIZES:
                for text in (rf"*{size}\r\n${other}\r\nab\r\n+c\r\n", rf"+a\r\n${size}\r\n*{other}\r\n"):
                    load(page, text, [4])
                    for lane in page.evaluate(LANES):
                        assert "NaN" not in str(lane), f"{text}: {lane}"
                    count += 1
    return count


def main():
    with browser() as opened:
        sizes = ended(opened)
    with browser() as opened, opened.page() as page:
        page.click("#tab-lab")
        others(page)
        exercises(page)
        told(page)
        verdicts(page)
    print(f"lab: every exercise, from its start to its solution; {sizes} inputs with wrong sizes")


main()
