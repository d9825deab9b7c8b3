"""For whom the page is: no violation that axe-core finds, phones, fingers, few motions, the keyboard.

axe-core comes from its package; it is put into the page by the browser's debugger, which the page's
policy does not bind.
"""

import os
import pathlib

from common import browser, same

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
DESK = {"viewport": {"width": 1280, "height": 900}}

# What is on the page when it is looked at, and what brings it there.
SCENES = {
    "first visit": "",
    "editor": "resp.input.edit()",
    "an error": "resp.input.choose('A length too large'); resp.stepper.toEnd()",
    "end of a read": "resp.input.choose('Half a frame'); resp.stepper.toReadEnd()",
    "an arrow": "resp.selection.select({ kind: 'arrow', from: 'Start', to: 'Line' })",
    "a state": "resp.selection.select({ kind: 'state', state: 'Start' })",
    "a byte": "resp.selection.select({ kind: 'byte', at: 3 })",
    "a clean end": "resp.input.choose('Every type'); resp.stepper.toEnd()",
    "keys": "document.querySelector('.help').open = true",
    "lab": "resp.store.change({ tab: 'lab' }); resp.cuts.everywhere()",
    "lab, solved": "resp.store.change({ tab: 'lab' }); resp.cuts.everywhere();"
    " document.querySelectorAll('#lab details').forEach(e => { e.open = true; })",
    "nothing to run to": "resp.input.choose('Integer'); resp.stepper.toState('Body')",
    "an attribute": "resp.input.choose('An attribute without pairs'); resp.stepper.by(3)",
    "a damaged link": "document.getElementById('damaged').hidden = false;"
    " document.getElementById('damaged').textContent = 'This link is damaged.'",
    "deep": "resp.input.choose('Nested too deep'); resp.stepper.toEnd()",
}

SMALL = """() => [...document.querySelectorAll("button, select, summary, textarea, input[type=file], label:has(input[type=radio], input[type=checkbox])")]
    .filter(e => e.checkVisibility({ visibilityProperty: true }) && !e.closest(".unseen"))
    .map(e => [e.id || e.textContent.trim().slice(0, 30), e.getBoundingClientRect()])
    .filter(([, box]) => box.height < 43.5 || box.width < 43.5)
    .map(([name, box]) => name + " " + Math.round(box.width) + "x" + Math.round(box.height))"""

# All rules in one scheme; in the other, those that colours decide.
AXE = """async rules => (await axe.run(document, {
    preload: false, resultTypes: ["violations"], ...(rules ? { runOnly: rules } : {}),
})).violations.map(v => v.id + ": " + v.help + ": " +
    v.nodes.slice(0, 3).map(n => n.target + " " + n.failureSummary).join(" | "))"""


def scenes(opened):
    axe = pathlib.Path(os.environ["AXE"]).read_text()
    for device, options in (("desk", DESK), ("phone", PHONE)):
        for scene, script in SCENES.items():
            with opened.page(reduced_motion="reduce", color_scheme="light", **options) as page:
                page.evaluate(script + "; undefined")
                page.evaluate(axe + "; undefined")
                same(page.evaluate(AXE), [], f"axe-core, {scene}, {device}, light")
                page.emulate_media(color_scheme="dark")
                same(page.evaluate(AXE, ["color-contrast"]), [], f"axe-core, {scene}, {device}, dark")
                width = options["viewport"]["width"]
                same(page.evaluate("document.documentElement.scrollWidth"), width, f"{scene}: no scrolling sideways")
                if device == "phone":
                    same(page.evaluate(SMALL), [], f"{scene}: 44 pixels for a finger")


def fingers(opened):
    """By touch alone: step, cut, see an arrow's rows."""
    with opened.page(**PHONE) as page:
        page.tap("#step")
        assert page.inner_text("#ticker"), "what happened is in sight of the buttons"
        page.tap("#first")
        page.tap("#bytes .byte[data-at='4']")
        page.tap("#cut-byte")
        assert 4 in page.evaluate("resp.store.get().cuts")
        page.tap("#drawing g[data-state='End']")
        assert "END End" in page.inner_text("#inspector-title")


def motion(opened):
    with opened.page(reduced_motion="reduce") as page:
        page.click("#step")
        same(page.locator("#drawing .dot.runs").count(), 0, "nothing runs for who wants it still")
    with opened.page(reduced_motion="no-preference") as page:
        page.click("#step")
        same(page.locator("#drawing .dot").count(), 1, "the dot is there")


def heard(opened):
    """The moment is spoken politely, and each part of the page has a name."""
    with opened.page() as page:
        same(page.get_attribute("#spoken", "aria-live"), "polite", "the live region")
        page.select_option("#example", "Integer")
        page.click("#first")
        page.click("#step")
        same(
            page.inner_text("#spoken"),
            "Byte colon, offset 0. Start to Line. Stack empty. Integer: its line follows.",
            "what is spoken",
        )
        label = page.get_attribute("#bytes .byte[data-at='1']", "aria-label")
        same(label, "- 2d, minus, offset 1, not consumed", "a byte, spoken")


def main():
    with browser() as opened:
        for part in (scenes, fingers, motion, heard):
            part(opened)
    print(f"access: axe-core finds nothing in {len(SCENES)} scenes, wide and narrow, light and dark; 360 pixels are enough")


main()
