"""What a reader does with a drawing: hover, keyboard, touch, print, and without JavaScript."""

import base64

import pytest
from playwright.sync_api import Browser, Locator, Page

DRAWINGS = [
    ("introduction/", "timeline"),
    ("introduction/", "lineage"),
    ("introduction/", "overlap"),
    ("introduction/", "intro-axes"),
    ("introduction/", "intro-preferences"),
    ("evaluation/", "results-hotpotqa-em"),
    ("outlook/", "outlook-axes-algorithms"),
]


def marks(page: Page, name: str) -> Locator:
    return page.locator(f"#fig-{name} svg a")


def card(page: Page) -> Locator:
    return page.locator(".mark-card")


def in_the_middle(page: Page, mark: Locator) -> None:
    """Scrolls a mark to where no header lies over it."""
    mark.evaluate("mark => mark.scrollIntoView({block: 'center', inline: 'center', behavior: 'instant'})")
    page.wait_for_timeout(100)


@pytest.mark.parametrize(("path", "name"), DRAWINGS)
def test_the_text_of_a_mark_shows_on_hover_and_on_focus_and_escape_hides_it(desktop, path: str, name: str) -> None:
    page = desktop.open(path)
    mark = marks(page, name).nth(1)
    text = mark.get_attribute("aria-label")
    assert text
    in_the_middle(page, mark)
    mark.hover()
    card(page).wait_for(state="visible", timeout=3000)
    assert card(page).locator("p").first.inner_text() == text
    page.keyboard.press("Escape")
    assert card(page).is_hidden()
    mark.focus()
    assert card(page).locator("p").first.inner_text() == text
    page.keyboard.press("Escape")
    assert card(page).is_hidden()
    assert desktop.errors == []


def test_the_card_stays_while_the_pointer_is_on_it_and_goes_when_it_leaves(desktop) -> None:
    page = desktop.open("introduction/")
    mark = marks(page, "overlap").nth(3)
    in_the_middle(page, mark)
    mark.hover()
    box = card(page).bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] - 4, steps=4)
    page.wait_for_timeout(500)
    assert card(page).is_visible()
    page.mouse.move(5, 890)
    card(page).wait_for(state="hidden", timeout=2000)


def test_a_drawing_is_one_tab_stop_and_its_marks_are_reached_with_the_arrow_keys(desktop) -> None:
    page = desktop.open("introduction/")
    focused = "document.activeElement.getAttribute('aria-label')"
    names = marks(page, "overlap").evaluate_all("all => all.map(mark => mark.getAttribute('aria-label'))")
    assert page.locator('#fig-overlap svg a[tabindex="0"]').count() == 1
    marks(page, "overlap").first.focus()
    reached = [page.evaluate(focused)]
    for _ in names[1:]:
        page.keyboard.press("ArrowRight")
        reached.append(page.evaluate(focused))
    assert reached == names
    page.keyboard.press("Home")
    assert page.evaluate(focused) == names[0]
    page.keyboard.press("ArrowDown")
    assert page.evaluate(focused) == names[1]
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('#fig-overlap summary')")
    page.keyboard.press("Shift+Tab")
    assert page.evaluate(focused) == names[1]


@pytest.mark.parametrize(("path", "name"), DRAWINGS)
def test_the_focused_mark_is_seen_and_lies_beside_its_card(desktop, path: str, name: str) -> None:
    page = desktop.open(path)
    before = marks(page, name).last.locator("path").evaluate("path => getComputedStyle(path).stroke")
    marks(page, name).first.focus()
    page.keyboard.press("End")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("End")
    page.wait_for_timeout(200)
    last = marks(page, name).last
    assert last.evaluate("mark => mark === document.activeElement")
    look = last.locator("path").evaluate("path => [getComputedStyle(path).stroke, getComputedStyle(path).strokeWidth]")
    assert look[0] != before and look[1] == "5px"
    # The box that Playwright gives is that of the widest stroke that a corner might have.
    mark, shown = last.evaluate("mark => mark.getBoundingClientRect().toJSON()"), card(page).bounding_box()
    header = page.locator(".md-header").bounding_box()
    assert header["y"] + header["height"] <= mark["y"] and mark["y"] + mark["height"] <= 900
    assert shown["y"] + shown["height"] <= mark["y"] or mark["y"] + mark["height"] <= shown["y"]
    assert shown["x"] >= 0 and shown["x"] + shown["width"] <= 1280


def test_a_mark_of_a_work_leads_to_its_page(desktop) -> None:
    page = desktop.open("introduction/")
    mark = marks(page, "timeline").first
    name = mark.get_attribute("aria-label").split(". ")[0]
    in_the_middle(page, mark)
    mark.click()
    page.wait_for_url("**/papers/*/")
    assert page.locator("h1").inner_text().startswith(name)


def test_a_cell_leads_to_the_page_of_all_works_with_its_selection_also_when_its_number_is_clicked(
    desktop,
) -> None:
    page = desktop.open("outlook/")
    mark = marks(page, "outlook-axes-algorithms").and_(page.locator('[aria-label*="Reward"][aria-label*="GRPO"]'))
    in_the_middle(page, mark)
    box = mark.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_url("**/papers/?kind=method&axis=reward&algorithms=grpo")
    assert page.locator("h1").inner_text().startswith("All works")


def test_a_cell_of_the_overlap_opens_the_table_at_its_works(desktop) -> None:
    page = desktop.open("introduction/")
    marks(page, "overlap").and_(page.locator('[href="#overlap-training-reward"]')).focus()
    page.keyboard.press("Enter")
    row = page.locator("tr:has(#overlap-training-reward)")
    row.wait_for(state="visible", timeout=3000)
    assert row.locator('a[href*="papers/"]').count() == int(row.locator("#overlap-training-reward").inner_text())


@pytest.mark.parametrize("name", ["timeline", "lineage"])
def test_the_table_of_a_drawing_lists_the_same_works(desktop, name: str) -> None:
    page = desktop.open("introduction/")
    drawn = marks(page, name).evaluate_all("all => all.map(mark => new URL(mark.getAttribute('href'), location).href)")
    page.locator(f"#fig-{name} summary").click()
    table = page.locator(f"#fig-{name} details table")
    assert table.is_visible()
    assert set(table.locator("a").evaluate_all("all => all.map(link => link.href)")) == set(drawn)


@pytest.mark.parametrize(("path", "name"), DRAWINGS)
def test_on_a_phone_a_wide_drawing_scrolls_in_its_box_with_a_shadow_and_text_stays_large(
    phone, path: str, name: str
) -> None:
    page = phone.open(path)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    box = page.locator(f"#fig-{name} > .scroll")
    size = box.evaluate("""box => {
        const svg = box.querySelector("svg"), texts = [...svg.querySelectorAll("text")];
        const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
        return Math.min(...texts.map(text => parseFloat(getComputedStyle(text).fontSize) * scale));
    }""")
    assert size >= 11
    if box.evaluate("box => box.scrollWidth > box.clientWidth"):
        style = "box => [getComputedStyle(box).overflowX, getComputedStyle(box).backgroundAttachment]"
        overflow, attachment = box.evaluate(style)
        assert overflow == "auto" and attachment == "local, local, scroll, scroll"


def test_the_edge_of_a_drawing_that_goes_on_is_darker_until_its_end(phone) -> None:
    page = phone.open("introduction/")
    box = page.locator("#fig-timeline > .scroll")
    box.evaluate(
        "box => { box.querySelector('svg').style.visibility = 'hidden'; box.scrollIntoView({block: 'center'}) }"
    )
    page.wait_for_timeout(300)
    cut = box.screenshot()
    box.evaluate("box => { box.scrollLeft = box.scrollWidth }")
    page.wait_for_timeout(300)
    assert edge(page, cut) < 230 and edge(page, box.screenshot()) > 245


def edge(page: Page, picture: bytes) -> float:
    """How light the right edge of a picture is, from 0 to 255."""
    return page.evaluate(
        """async source => {
            const image = new Image();
            image.src = "data:image/png;base64," + source;
            await image.decode();
            const canvas = new OffscreenCanvas(image.width, image.height), brush = canvas.getContext("2d");
            brush.drawImage(image, 0, 0);
            const pixel = brush.getImageData(image.width - 2, image.height / 2, 1, 1).data;
            return (pixel[0] + pixel[1] + pixel[2]) / 3;
        }""",
        base64.b64encode(picture).decode(),
    )


def test_a_tap_follows_the_link(phone) -> None:
    page = phone.open("introduction/")
    mark = marks(page, "timeline").first
    in_the_middle(page, mark)
    mark.tap()
    page.wait_for_url("**/papers/*/")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("path", "name"), DRAWINGS)
def test_marks_and_text_stand_out_in_both_schemes(
    browser: Browser, address: str, scheme: str, path: str, name: str
) -> None:
    context = browser.new_context(color_scheme=scheme)
    page = context.new_page()
    page.goto(address + path)
    contrast = page.locator(f"#fig-{name}").evaluate("""(figure) => {
        const parse = colour => {
            const parts = (colour.match(/[\\d.]+/g) ?? [0, 0, 0, 0]).map(Number);
            return [...parts.slice(0, 3), parts[3] ?? 1];
        };
        const paper = parse(getComputedStyle(document.body).backgroundColor);
        const over = (top, share, below) => top.slice(0, 3).map((v, i) => v * share + below[i] * (1 - share));
        const light = colour => colour.slice(0, 3).map(v => v / 255)
            .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
            .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
        const ratio = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);
        const marks = [...figure.querySelectorAll("svg a path")].map(path => {
            const style = getComputedStyle(path), edge = style.stroke !== "none" ? style.stroke : style.fill;
            const own = parse(edge);
            return ratio(over(own, own[3] * style.opacity, paper), paper);
        });
        const fills = [...figure.querySelectorAll("svg a path")].map(path => {
            const style = getComputedStyle(path), own = parse(style.fill);
            return over(own, own[3] * style.fillOpacity, paper);
        });
        const cells = figure.querySelector("svg a path[fill-opacity]") ? fills : [];
        const texts = [...figure.querySelectorAll("svg text")].filter(text => text.textContent.trim()).map(text => {
            const style = getComputedStyle(text), own = parse(style.fill);
            const ground = /^[1-9]\\d*$/.test(text.textContent) ? [paper, ...cells] : [paper];
            return Math.min(...ground.map(below => ratio(over(own, own[3] * style.opacity, below), below)));
        });
        return [Math.min(...marks), Math.min(...texts)];
    }""")
    context.close()
    assert contrast[0] >= 3 and contrast[1] >= 4.5, contrast


def test_a_drawing_whose_links_have_no_titles_is_left_as_it_is(desktop) -> None:
    page = desktop.open("")
    links = page.locator("#fig-axes svg a")
    assert links.count() > 1 and page.locator("#fig-axes svg a[tabindex]").count() == 0
    assert desktop.errors == []


def test_without_javascript_every_mark_is_a_link_with_a_title(plain_reader) -> None:
    page = plain_reader.open("introduction/")
    assert marks(page, "overlap").first.locator("title").text_content().startswith("Data synthesis")
    marks(page, "timeline").first.focus()
    page.keyboard.press("Tab")
    assert page.locator("#fig-timeline svg a:focus").count() == 1
    page.keyboard.press("Enter")
    page.wait_for_url("**/papers/*/")


def test_assistive_technology_meets_a_named_group_of_named_links(desktop) -> None:
    page = desktop.open("introduction/")
    group = page.get_by_role("group", name="Counts of works that 6 axes share, two by two")
    links = group.get_by_role("link")
    assert links.count() == marks(page, "overlap").count()
    assert group.get_by_role("link", name="Data synthesis & Training regime and algorithm").count() == 1
