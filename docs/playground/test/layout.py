"""Where things stand: in sight on a first visit, apart from each other, in low windows and in frames."""

from common import SHOWN, browser, choose, same


# What a first look at the bytes needs: nothing scrolled, and all of them in sight.
IN_SIGHT = """() => {
    const strip = document.getElementById("bytes");
    const hand = document.querySelector(".hand").getBoundingClientRect();
    const below = getComputedStyle(document.querySelector(".hand")).position === "fixed" ? hand.top : innerHeight;
    const outer = strip.getBoundingClientRect();
    return {
        scrolled: [scrollX, scrollY, strip.scrollTop, strip.scrollLeft],
        whole: strip.scrollHeight <= strip.clientHeight && strip.scrollWidth <= strip.clientWidth,
        out: [...strip.querySelectorAll(".byte")].filter(byte => {
            const box = byte.getBoundingClientRect();
            return box.top < outer.top || box.bottom > Math.min(below, outer.bottom) || box.left < 0 || box.right > innerWidth;
        }).length,
    };
}"""


def first_visit(opened):
    """At the beginning of a short example, whole in sight, with a line that says what one sees."""
    for width, height in ((1280, 900), (800, 1000), (390, 844), (360, 740)):
        phone = {"has_touch": True, "is_mobile": True} if width < 500 else {}
        with opened.page(viewport={"width": width, "height": height}, **phone) as page:
            shown = page.evaluate(SHOWN)
            same((shown["moment"], shown["made"]), (0, 8), "a first visit begins a short example at its beginning")
            found = page.evaluate(IN_SIGHT)
            same(found, {"scrolled": [0, 0, 0, 0], "whole": True, "out": 0}, f"the bytes at {width} pixels")
            legend = page.locator("#legend")
            words = legend.inner_text()
            assert legend.is_visible() and "→" in words and "stack" in words, f"what one sees, and the key: {words}"
            if width >= 1280:
                lines = legend.evaluate("e => Math.round(e.clientHeight / parseFloat(getComputedStyle(e).lineHeight))")
                same(lines, 1, "a legend of one line")
            page.keyboard.press("ArrowRight")
            same(page.evaluate(SHOWN)["moment"], 1, "and the key does what it says")
    # In a frame as small as a phone, too.
    with opened.page(viewport={"width": 390, "height": 420}, has_touch=True, is_mobile=True) as page:
        same(page.evaluate(IN_SIGHT)["whole"], True, "no scrolling inside the bytes of the first example")


# Whether the bytes' groups can be told from each other, and the rows of one that wraps from its own.
APART = """() => {
    const rows = new Map();
    const problems = [];
    for (const group of document.querySelectorAll("#bytes .group")) {
        const boxes = [...group.querySelectorAll(".byte")].map(byte => byte.getBoundingClientRect());
        boxes.forEach((box, at) => {
            const before = boxes[at - 1];
            if (before && box.top > before.top && box.top < before.bottom + 7) problems.push(["rows", group.textContent]);
        });
        const before = rows.get(group.offsetTop);
        if (before && boxes[0].left - before.right < 17) problems.push(["groups", group.textContent]);
        rows.set(group.offsetTop, boxes[boxes.length - 1]);
    }
    return problems;
}"""

# What is to be seen while one steps: the byte where the machine stands, and, if there is room, the states.
STEPPING = """() => {
    const strip = document.getElementById("bytes");
    const outer = strip.getBoundingClientRect();
    const here = (strip.querySelector(".byte.here") || strip.querySelector(".byte.fault") || strip.querySelector(".end.here"));
    const box = here.getBoundingClientRect();
    return {
        here: box.top >= outer.top && box.bottom <= outer.bottom + 1,
        states: Math.max(...[...document.querySelectorAll("#drawing g circle")].map(e => e.getBoundingClientRect().bottom)) <= innerHeight,
        sign: strip.classList.contains("more-below") === strip.scrollTop + strip.clientHeight < strip.scrollHeight - 4,
    };
}"""


def low(opened):
    """Stepping in a low window: bytes, which scroll and are seen to, over the whole drawing."""
    for width, height in ((1280, 900), (390, 844)):
        phone = {"has_touch": True, "is_mobile": True} if width < 500 else {}
        with opened.page(viewport={"width": width, "height": height}, **phone) as page:
            faded = 0
            for name in page.evaluate("resp.examples.map(each => each.name)"):
                choose(page, name)
                what = f"{name} at {width} pixels"
                same(page.evaluate(APART), [], f"{what}: bytes apart")
                last = page.evaluate(SHOWN)["last"]
                for at in range(0, last + 1, max(1, last // 6)):
                    page.evaluate(f"resp.stepper.go({at})")
                    found = page.evaluate(STEPPING)
                    wanted = {"here": True, "states": width > 500, "sign": True}
                    same(found, wanted, f"{what}, moment {at}")
                faded += page.evaluate("document.querySelector('#bytes').scrollHeight > document.querySelector('#bytes').clientHeight")
            assert faded > 10, f"examples that scroll: {faded}"
            if width > 500:
                continue
            choose(page, "Array")
            page.evaluate("resp.store.change({ selection: { kind: 'arrow', from: 'Start', to: 'Line' } })")
            same(page.locator("#inspector .row:visible").count(), 0, "the rows are folded")
            page.click("#inspector summary")
            same(page.locator("#inspector .row:visible").count() > 5, True, "and can be had")


def framed(opened):
    """Inside a frame that may do nothing but run scripts, in a page of somebody else."""
    said = []
    page = opened.chromium.new_page()
    page.on("console", lambda message: said.append(message.text))
    page.set_content(
        f"<iframe width=700 height=500 sandbox=allow-scripts src='{opened.server}#i=K08NCg&d=resp3&s=0'></iframe>"
    )
    frame = page.frame_locator("iframe")
    frame.locator("body.framed[data-ready]").wait_for(state="attached")
    frame.locator("#step").click()
    assert "simple string" in frame.locator("#story").inner_text().lower()
    frame.locator("#share").click()
    assert frame.locator("#shared").inner_text(), "what became of the link is said"
    same(said, [], "the frame's console")
    page.close()


def main():
    with browser() as opened:
        for part in (first_visit, low, framed):
            part(opened)
    print("layout: the first visit, low windows, a frame")


main()
