/* Drawings with marks that are links: a card shows a mark's text on hover and focus, and a drawing is one tab stop, with
   the arrow keys between its marks. Without this script each mark is a tab stop and shows its <title> on hover. A link
   without a <title>, as in the map of the axes, says what it is by itself and is left alone. */

(() => {
  "use strict";

  const KEYS = "← → ↑ ↓ other marks · Enter opens · Esc closes";
  const drawings = [...document.querySelectorAll("figure.drawing > .scroll")].filter(box => box.querySelector("svg a > title"));
  if (!drawings.length) return;

  const card = document.createElement("div");
  card.className = "mark-card";
  card.hidden = true;
  card.setAttribute("aria-hidden", "true"); // it repeats the name of the mark
  const text = card.appendChild(document.createElement("p"));
  const keys = card.appendChild(document.createElement("p"));
  keys.className = "keys";
  keys.textContent = KEYS;
  document.body.append(card);

  let shown = null; // the mark whose text the card shows
  let focused = null; // the mark that the card returns to when the pointer leaves
  let leaving = 0; // waits a moment, so that the pointer can move onto the card

  const within = event => event.target.closest?.("figure.drawing > .scroll svg a");

  function show(mark) {
    clearTimeout(leaving);
    shown = mark;
    text.textContent = mark.getAttribute("aria-label");
    keys.hidden = mark !== focused;
    card.hidden = false;
    place();
  }

  function hide() {
    clearTimeout(leaving);
    shown = focused = null;
    card.hidden = true;
  }

  function leave() {
    clearTimeout(leaving);
    leaving = setTimeout(() => (focused ? show(focused) : hide()), 200);
  }

  /* How much of the window lies behind the header. */
  const covered = () => document.querySelector(".md-header")?.getBoundingClientRect().bottom ?? 0;

  /* Above the mark, or below it where there is no room, and never out of the window. */
  function place() {
    if (!shown) return;
    const mark = shown.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = card;
    const left = mark.left + mark.width / 2 - width / 2;
    const above = mark.top - height - 6;
    card.style.left = `${Math.max(8, Math.min(left, document.documentElement.clientWidth - width - 8))}px`;
    card.style.top = `${above > covered() ? above : mark.bottom + 6}px`;
  }

  /* Left and right: the order of the drawing. Up and down: the nearest mark there, a step aside counting for less. */
  function next(marks, mark, key) {
    const at = marks.indexOf(mark);
    const ends = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: marks.length - 1 };
    if (key in ends) return marks[ends[key]];
    if (key !== "ArrowUp" && key !== "ArrowDown") return undefined;
    const middle = of => {
      const box = of.getBoundingClientRect();
      return [box.left + box.width / 2, box.top + box.height / 2];
    };
    const [x, y] = middle(mark);
    const away = other => {
      const [ox, oy] = middle(other);
      const down = key === "ArrowDown" ? oy - y : y - oy;
      return down > 2 ? down + Math.abs(ox - x) / 3 : Infinity;
    };
    const nearest = marks.reduce((best, other) => (away(other) < away(best) ? other : best), mark);
    return nearest === mark ? undefined : nearest;
  }

  for (const drawing of drawings) {
    const marks = [...drawing.querySelectorAll("svg a:has(> title)")];
    drawing.setAttribute("aria-description", "Arrow keys move between the marks.");
    marks.forEach((mark, number) => {
      const title = mark.querySelector("title");
      mark.setAttribute("aria-label", title.textContent);
      title.remove(); // the browser would show it beside the card
      mark.setAttribute("tabindex", number ? "-1" : "0");
    });

    drawing.addEventListener("focusin", event => {
      const mark = within(event);
      if (!mark) return;
      marks.forEach(other => other.setAttribute("tabindex", other === mark ? "0" : "-1"));
      focused = mark;
      show(mark);
      // By the next frame the browser has scrolled to the mark, perhaps to behind the header.
      requestAnimationFrame(() => {
        const behind = covered() + 8 - mark.getBoundingClientRect().top;
        if (behind > 0) scrollBy({ top: -behind, behavior: "instant" });
      });
    });
    drawing.addEventListener("focusout", hide);
    // Not pointerover, which comes also when the page scrolls below a pointer at rest.
    drawing.addEventListener("pointermove", event => {
      const mark = within(event);
      if (mark && event.pointerType !== "touch") show(mark);
    });
    drawing.addEventListener("pointerout", event => {
      if (within(event) === shown) leave();
    });
    drawing.addEventListener("keydown", event => {
      const mark = within(event);
      if (!mark || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
      const other = next(marks, mark, event.key);
      const moves = event.key.startsWith("Arrow") || event.key === "Home" || event.key === "End";
      if (moves) event.preventDefault();
      other?.focus();
      other?.scrollIntoView({ block: "nearest", inline: "nearest" });
    });
  }

  card.addEventListener("pointerenter", () => clearTimeout(leaving));
  card.addEventListener("pointerleave", leave);
  document.addEventListener("keydown", event => {
    if (event.key === "Escape" && shown) hide();
  });
  addEventListener("scroll", place, { capture: true, passive: true });
  addEventListener("resize", place);
})();
