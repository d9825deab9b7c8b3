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


def exercises(page):
    begin(page, "again")
    whole = {lane["name"]: lane for lane in page.evaluate(LANES)}
    assert all(lane["good"] for lane in whole.values()), f"all are right on one read: {whole}"
    length = page.evaluate("resp.store.get().bytes.length")
    same(whole["Splits lines"]["visited"], length, "splitting looks at everything, once")
    assert whole["The machine"]["visited"] < length, "what is inside a string is only counted"
    page.click("#cut-all")
    lanes = {lane["name"]: lane for lane in page.evaluate(LANES)}
    same(lanes["The machine"]["bars"], length, "a bar for each read")
    assert whole["The machine"]["visited"] <= lanes["The machine"]["visited"] <= 2 * length, lanes["The machine"]
    assert lanes["Restarts"]["visited"] > 5 * whole["Restarts"]["visited"], lanes["Restarts"]
    same(lanes["Trusts"]["good"], False, "a line without an end is too much for it")
    finish(page, "again")

    begin(page, "forge")
    page.fill("#text", "$9\\r\\nhello\\r\\n:1\\r\\n+bye\\r\\n")
    lanes = {lane["name"]: lane for lane in page.evaluate(LANES)}
    assert "Wrong: value 1 is “hello” instead of" in lanes["Splits lines"]["verdict"], lanes["Splits lines"]
    same(lanes["The machine"]["good"], True, "the machine reads it as it is meant")
    finish(page, "forge")

    begin(page, "half")
    # In a line: an error, which is no solution. In a string: a wrong value.
    page.evaluate("resp.cuts.toggle(5)")
    assert "exercise-half" not in solved(page), "a cut that is noticed is no solution"
    page.locator("#sweep").focus()
    for _ in range(40):
        if "exercise-half" in solved(page):
            break
        page.keyboard.press("ArrowRight")
    finish(page, "half")

    begin(page, "room")
    page.fill("#text", "*999999999\\r\\n")
    assert "8.0 GB" in page.inner_text("#exercise-room"), page.inner_text("#exercise-room")
    finish(page, "room")
    same(len(solved(page)), page.evaluate("resp.exercises.length"), "every exercise has its solution here")


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


def main():
    with browser() as opened, opened.page() as page:
        page.click("#tab-lab")
        exercises(page)
        verdicts(page)
    print("lab: every exercise, from its start to its solution")


main()
