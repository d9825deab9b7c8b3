"""The drawing of the states: what stands on it can be read, and what is lit or has the focus is seen.

Labels are looked at as pixels: hiding the arrows must change nothing in a label's box, or an arrow
strikes it through; taking a letter away must change something, or it was not to be seen.
"""

from common import browser, same

ARROWS = "[...document.querySelectorAll('#drawing path.arrow')]"
WITHOUT = "#drawing path { visibility: hidden }"

# What a label's box touches that is not its own: another arrow, a state, another label.
TOUCHED = """() => {
    const labels = [...document.querySelectorAll("#drawing text.label")];
    const inside = (box, x, y, room) => Math.hypot(
        Math.max(box.x - x, 0, x - box.x - box.width), Math.max(box.y - y, 0, y - box.y - box.height)) < room;
    return labels.flatMap(label => {
        const box = label.getBBox();
        const { from, to } = label.dataset;
        const states = [...document.querySelectorAll("#drawing g circle")].filter(
            circle => inside(box, circle.cx.baseVal.value, circle.cy.baseVal.value, circle.r.baseVal.value));
        const arrows = [...document.querySelectorAll("#drawing path.arrow")].filter(path =>
            (path.dataset.from !== from || path.dataset.to !== to) &&
            Array.from({ length: path.getTotalLength() }, (_, at) => path.getPointAtLength(at))
                .some(point => inside(box, point.x, point.y, 0.5)));
        const others = labels.filter(other => {
            const its = other.getBBox();
            return other !== label && its.x < box.x + box.width && box.x < its.x + its.width &&
                its.y < box.y + box.height && box.y < its.y + its.height;
        });
        return [...states.map(circle => circle.parentNode), ...arrows, ...others].map(
            thing => label.textContent + " touches " + JSON.stringify({ ...thing.dataset }));
    });
}"""

# Lines of one label that run into each other.
CROWDED = """() => [...document.querySelectorAll("#drawing text.label")].filter(label => {
    let end = 0;
    const starts = [...label.children].map(line => (end += line.textContent.length) - line.textContent.length);
    const size = parseFloat(getComputedStyle(label).fontSize);
    const at = starts.map(start => label.getStartPositionOfChar(start).y);
    return at.some((y, line) => line > 0 && y - at[line - 1] < 1.1 * size);
}).map(label => label.textContent)"""

# Labels that touch a state when they are bold.
BOLD = """() => [...document.querySelectorAll("#drawing text.label")].filter(label => {
    label.classList.add("taken");
    const box = label.getBBox();
    label.classList.remove("taken");
    return [...document.querySelectorAll("#drawing g circle")].some(({ cx, cy, r }) => Math.hypot(
        Math.max(box.x - cx.baseVal.value, 0, cx.baseVal.value - box.x - box.width),
        Math.max(box.y - cy.baseVal.value, 0, cy.baseVal.value - box.y - box.height)) < r.baseVal.value + 2);
}).map(label => label.textContent)"""

LETTER = """([label, letter]) => {
    const line = [...document.querySelectorAll("#drawing text.label")][label];
    const box = line.getExtentOfChar(line.textContent.indexOf(letter));
    const place = line.getScreenCTM();
    const at = new DOMPoint(box.x, box.y).matrixTransform(place);
    return { x: at.x, y: at.y, width: box.width * place.a, height: box.height * place.d };
}"""


def labels(opened):
    for width in (1280, 800):
        for scheme in ("light", "dark"):
            with opened.page(viewport={"width": width, "height": 1400}, color_scheme=scheme) as page:
                what = f"{width} pixels, {scheme}"
                same(page.evaluate(TOUCHED), [], f"{what}: labels apart from what is not theirs")
                same(page.evaluate(CROWDED), [], f"{what}: room between a label's lines")
                same(page.evaluate(BOLD), [], f"{what}: bold, as when its arrow is taken, a label is apart from the states")
                found = page.locator("#drawing text.label")
                boxes = [label.bounding_box() for label in found.all()]
                same(len(boxes), page.evaluate(f"{ARROWS}.length"), f"{what}: a label for each arrow")
                drawn = [page.screenshot(clip=box) for box in boxes]
                style = page.evaluate_handle(
                    "text => { const sheet = new CSSStyleSheet(); sheet.replaceSync(text);"
                    " document.adoptedStyleSheets = [sheet]; return sheet; }",
                    WITHOUT,
                )
                for label, box, before in zip(found.all(), boxes, drawn):
                    inner = {"x": box["x"] + 1, "y": box["y"] + 1, "width": box["width"] - 2, "height": box["height"] - 2}
                    assert len(before) > 100
                    without = page.screenshot(clip=inner)
                    style.evaluate("sheet => { sheet.disabled = true; }")
                    same(page.screenshot(clip=inner) == without, True, f"{what}: {label.text_content()} is not struck through")
                    style.evaluate("sheet => { sheet.disabled = false; }")
                style.evaluate("sheet => { sheet.disabled = true; }")
                letters(page, what)


def letters(page, what):
    """Each marker of a label leaves ink: `_` too, below which another line stands."""
    texts = page.locator("#drawing text.label").all_text_contents()
    seen = 0
    for label, text in enumerate(texts):
        if "inline" not in text:
            continue
        for letter in "+-:_#,(.":
            clip = page.evaluate(LETTER, [label, letter])
            before = page.screenshot(clip=clip)
            erase = """([label, from, to]) => {
                for (const line of document.querySelectorAll("#drawing text.label")[label].children)
                    line.textContent = line.textContent.replace(from, to);
            }"""
            page.evaluate(erase, [label, letter, "\u2007"])
            assert page.screenshot(clip=clip) != before, f"{what}: {letter} is not to be seen"
            page.evaluate(erase, [label, "\u2007", letter])
            seen += 1
    same(seen, 8, f"{what}: markers")


def narrow(opened):
    """Where there is no room for labels, the one that matters stands in words above the drawing."""
    with opened.page(viewport={"width": 390, "height": 844}) as page:
        same(page.locator("#drawing text.label:visible").count(), 0, "no label in the small drawing")
        for at, arrow in enumerate(page.evaluate(f"{ARROWS}.map(path => ({{ ...path.dataset }}))")):
            page.evaluate("arrow => resp.store.change({ selection: { kind: 'arrow', from: arrow.from, to: arrow.to } })", arrow)
            words = page.evaluate(
                "at => [...document.querySelectorAll('#drawing text.label')][at].children.length &&"
                " [...[...document.querySelectorAll('#drawing text.label')][at].children].map(e => e.textContent).join(' ')",
                at,
            )
            told = page.locator("#arrow-words")
            assert told.is_visible() and told.inner_text().endswith(f" on {words}"), f"{words}: {told.inner_text()}"
            same(told.evaluate("e => e.scrollWidth <= e.clientWidth"), True, f"{words}: there is room")


def arrows(opened):
    """An arrow that is clicked has no box around it, keeps its head, and shows the focus of the keyboard."""
    looks = """() => {
        const path = document.activeElement;
        const style = getComputedStyle(path);
        const [halo, arrow] = [path.nextElementSibling, path.nextElementSibling.nextElementSibling];
        return { outline: style.outlineStyle, stroke: style.stroke, width: parseFloat(style.strokeWidth),
            halo: getComputedStyle(halo).stroke, haloWidth: parseFloat(getComputedStyle(halo).strokeWidth),
            head: getComputedStyle(arrow).markerEnd, key: path.dataset.from + path.dataset.to,
            same: arrow.getAttribute("d") === path.getAttribute("d") };
    }"""
    unseen = "rgba(0, 0, 0, 0)"
    for width in (1280, 390):
        with opened.page(viewport={"width": width, "height": 900}, reduced_motion="reduce") as page:
            for at in range(page.evaluate(f"{ARROWS}.length")):
                page.evaluate("resp.store.change({ selection: null })")
                place = page.evaluate(
                    f"""at => {{
                    const path = {ARROWS}[at];
                    path.scrollIntoView({{ block: "center" }});
                    const target = document.querySelectorAll("#drawing path.target")[at];
                    for (let part = 0.1; part < 0.9; part += 0.02) {{
                        const on = path.getPointAtLength(path.getTotalLength() * part).matrixTransform(path.getScreenCTM());
                        if (document.elementFromPoint(on.x, on.y) === target) return [on.x, on.y];
                    }}
                }}""",
                    at,
                )
                page.mouse.click(*place)
                found = page.evaluate(looks)
                what = f"{found['key']} at {width} pixels"
                same((found["outline"], found["stroke"]), ("none", unseen), f"{what}: no box for the pointer")
                assert "drawing-head" in found["head"], f"{what}: clicked, it has lost its head"
                assert found["halo"] != unseen and found["same"], f"{what}: it is not lit along its way"
                # By the keyboard: away, and back.
                page.keyboard.press("Tab")
                page.keyboard.press("Shift+Tab")
                found = page.evaluate(looks)
                same(found["outline"], "none", f"{what}: no box for the keyboard")
                assert found["stroke"] not in (unseen, found["halo"]), f"{what}: the focus is not shown along it"
                assert found["width"] > found["haloWidth"] + 4, f"{what}: the focus is hidden by what is lit"


def main():
    with browser() as opened:
        for part in (labels, narrow, arrows):
            part(opened)
    print("drawing: labels to be read wide and narrow, light and dark; arrows keep their heads")


main()
