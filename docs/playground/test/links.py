"""Links: into the page, from the documents too, and out of it to the book.

A link that was damaged on its way is said to be, and so is what was opened in its place.
"""

import base64
import re
import urllib.request

from common import HERE, browser, same

# Every document may link to the page; a link to a moment is one sentence, and what it opens another.
DOCUMENTS = [HERE.parent.parent / "README.md", HERE / "README.md", *HERE.parent.glob("*.md"), *HERE.parent.glob("book/*.md")]
INTO = re.compile(r"\]\([\w./]*index\.html(#[^)]*)\)(?:\. It opens at offset (\d+), where (.*)\)\.$)?", re.M)
PLACE = """() => {
    const { item, consumed, kind } = resp.store.moment();
    const letter = state => resp.machine.states[state].letter;
    if (kind === "chunk") return [item.end, "the read ends (" + item.message];
    return [consumed, kind === "transition" ? letter(item.from) + " leads to " + letter(item.to) + " (" + item.why : kind];
}"""

NOW = "resp.text.escape(resp.store.get().bytes)"
FIRST = "*1\\r\\n:4\\r\\n"  # the first example
ARRAY = "#i=KjENCjo0DQo"  # the same, in a link

# Each fragment, the words of what is lost, and what is shown.
DAMAGED = [
    ("#i=%%%", "bytes", FIRST, []),
    ("#i=KjE*DQo&d=resp3&s=0", "bytes", FIRST, []),
    ("#hello", "bytes", FIRST, []),
    ("#d=resp3&s=2", "bytes", FIRST, []),
    ("#i=KjF&d=resp3&s=0", "bytes", FIRST, []),  # bits left over: cut off
    ("#i=Kg0K&c=1,x&d=resp3&s=0", "cuts", "*\\r\\n", []),
    ("#i=Kg0K&c=2,1&d=resp3&s=0", "cuts", "*\\r\\n", []),
    ("#i=Kg0K&c=-1,99999999999&d=resp3", "cuts", "*\\r\\n", []),
    ("#i=Kg0K&c=1&d=res", "dialect", "*\\r\\n", [1]),
    ("#i=Kg0K&d=resp3&s=-7", "moment", "*\\r\\n", []),
    ("#i=Kg0K&d=resp3&s=4000", "", "*\\r\\n", []),
    ("#i=Kg0K&d=resp3&s=0&t=la", "tab", "*\\r\\n", []),
    ("#i=Kg0K&amp;d=request", "end", "*\\r\\n", []),
    ("#i=Kg0K&c=x&d=nothing&s=-7", "cuts, dialect and moment", "*\\r\\n", []),
    ("#i=Kg0K&c=x&d=nothing&s=4000", "cuts and dialect", "*\\r\\n", []),
]
WHOLE = ["", "#transport", ARRAY, ARRAY + "&d=resp2&s=3", ARRAY + "&c=1,4&d=resp3&s=0&t=lab", ARRAY + "&c=1%2C4", "#i=&d=resp3&s=0"]


def damaged(opened):
    for fragment, lost, shown, cuts in DAMAGED:
        with opened.page(fragment) as page:
            notice = page.locator("#damaged")
            assert notice.is_visible(), f"{fragment}: nothing is said"
            said = notice.inner_text()
            same(f"Its {lost} cannot be read." in said, lost != "", f"{fragment}: {said}")
            same("without them" in said, " and " in lost, f"{fragment}: {said}")
            last = page.evaluate("resp.store.get().model.moments.length - 1")
            beyond = f"It has no moment 4000: shown is its last, {last}."
            same(beyond in said, "s=4000" in fragment, f"{fragment}: {said}")
            if "s=4000" in fragment:
                same(page.evaluate("resp.store.get().at"), last, f"{fragment}: the moment")
            same("first example" in said, lost == "bytes", f"{fragment}: what was opened is said: {said}")
            same(page.evaluate(NOW), shown, f"{fragment}: what was opened")
            same(page.evaluate("resp.store.get().cuts"), cuts, f"{fragment}: cuts")
            page.keyboard.press("Home")
            page.keyboard.press("ArrowRight")
            assert notice.is_visible(), f"{fragment}: it stays while one steps"
            page.select_option("#example", "Integer")
            assert notice.is_hidden(), f"{fragment}: it goes with what was opened"
    for fragment in WHOLE:
        with opened.page(fragment) as page:
            assert page.locator("#damaged").is_hidden(), f"{fragment}: {page.inner_text('#damaged')}"
    # A link that is followed while the page is open.
    with opened.page(ARRAY) as page:
        page.evaluate("location.hash = '#i=!'")
        page.wait_for_selector("#damaged", state="visible")
        page.evaluate("location.hash = '#i=Kg0K&d=resp3&s=0'")
        page.wait_for_selector("#damaged", state="hidden")
        same(page.evaluate(NOW), "*\\r\\n", "the link behind it")


def long(opened):
    """Of a link to more than the page takes, what is not shown is said; it is not damaged."""
    data = b"+0123\r\n" * 32143
    fragment = "#i=" + base64.urlsafe_b64encode(data).decode().rstrip("=")
    with opened.page(fragment + "&d=resp3&s=2") as page:
        most = page.evaluate("resp.store.LARGEST")
        same(page.evaluate("resp.store.get().bytes.length"), most, "what is taken")
        said = page.locator("#damaged")
        assert said.is_visible(), "nothing is said"
        same(said.inner_text(), f"Only the first {most} of {len(data)} bytes are taken.", "what is said")
        page.click("#step")
        assert said.is_visible(), "it stays while one steps"
        page.select_option("#example", "Integer")
        assert said.is_hidden(), "it goes with what was opened"
    with opened.page("#i=" + base64.urlsafe_b64encode(data[:most]).decode().rstrip("=")) as page:
        assert page.locator("#damaged").is_hidden(), page.inner_text("#damaged")
    with opened.page(fragment + "&d=res") as page:
        said = page.inner_text("#damaged")
        assert "This link is damaged. Its dialect cannot be read." in said and "Only the first" in said, said


def documents(opened):
    """Each link of a document opens whole, at bytes that the document speaks of, where it says."""
    count = 0
    for document in DOCUMENTS:
        text = document.read_text()
        # Every mention is a link of the one form, so none goes unseen.
        same(len(INTO.findall(text)), text.count("index.html#"), f"{document.name}: links to a moment")
        for fragment, offset, where in INTO.findall(text):
            with opened.page(fragment) as page:
                what = f"{document.name}: {fragment}"
                assert page.locator("#damaged").is_hidden(), f"{what}: {page.inner_text('#damaged')}"
                same(page.evaluate("resp.share.fragment(resp.store.get())"), fragment, what)
                assert page.evaluate(NOW) in text, f"{what}: the text does not speak of {page.evaluate(NOW)}"
                if where:
                    same(page.evaluate(PLACE), [int(offset), where], what)
                    assert where.split(" (")[1][1:] in page.inner_text("#story"), f"{what}: {page.inner_text('#story')}"
            count += 1
    assert count > 0, "no document links to the page"
    return count


def book(opened):
    """The link to the book leads to a chapter; where the pages lie, and from a server."""
    for url in (opened.file, opened.server):
        with opened.page(url=url) as page:
            hrefs = [page.evaluate("document.getElementById('book').href")]
            for state in page.evaluate("resp.machine.table.states.map(state => state.name)"):
                page.evaluate("state => resp.store.change({ selection: { kind: 'state', state } })", state)
                hrefs.append(page.evaluate("document.querySelector('#inspector a').href"))
            same(len(set(hrefs)), 8, "a chapter for each state, and the first")
            for href in hrefs:
                with urllib.request.urlopen(href) as answer:
                    assert answer.read(2) == b"# ", f"{href} is no chapter"


def main():
    with browser() as opened:
        damaged(opened)
        long(opened)
        count = documents(opened)
        book(opened)
    print(f"links: {len(DAMAGED)} damaged ones are told, {count} of the documents open, and the book is found")


main()
