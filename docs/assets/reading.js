/* What helps to read: citations of sections, and controls that the keyboard reaches. */
"use strict";

// "cite" beside a heading shows a citation of the section; without this script it leads to the section.

const dialog = document.createElement("dialog");
dialog.className = "citation-dialog md-typeset";
dialog.setAttribute("aria-labelledby", "citation-title");
dialog.innerHTML = `<form method="dialog"><p id="citation-title"><strong>Cite this section</strong></p><p class="text"></p>
  <p><button type="button">Copy</button> <button>Close</button>
  <span role="status"></span></p></form>`;
const text = dialog.querySelector(".text"), status = dialog.querySelector("[role=status]");

dialog.querySelector("button[type=button]").addEventListener("click", async () => {
  try {
    await navigator.clipboard.writeText(text.textContent);
    status.textContent = "Copied";
  } catch {
    getSelection().selectAllChildren(text); // where a page may not write to the clipboard, a reader may
    status.textContent = "Selected, to be copied";
  }
});

const words = element => {
  const copy = element.cloneNode(true);
  for (const link of copy.querySelectorAll(".headerlink, .cite")) link.remove();
  return copy.textContent.trim();
};

function citation(heading) {
  const authors = [...document.querySelectorAll('meta[name="citation_author"]')].map(meta => meta.content).join("; ");
  const date = document.querySelector(".reading-time time")?.textContent;
  const address = new URL(document.querySelector("link[rel=canonical]")?.href || location.href);
  address.search = "";
  address.hash = heading.id;
  const section = words(heading), stop = /[.?!]$/.test(section) ? "" : ".";
  const book = document.querySelector(".md-header .name").textContent;
  return [authors && `${authors}.`, `“${section}${stop}”`, `In ${words(document.querySelector("h1"))}, ${book}.`,
    date && `Last changed ${date}.`, address.href].filter(Boolean).join(" ");
}

for (const link of document.querySelectorAll("a.cite")) {
  link.setAttribute("role", "button");
  link.setAttribute("aria-haspopup", "dialog");
  const open = event => {
    event.preventDefault();
    status.textContent = "";
    text.textContent = citation(link.parentElement);
    if (!dialog.isConnected) document.body.append(dialog);
    dialog.showModal();
  };
  link.addEventListener("click", open);
  link.addEventListener("keydown", event => { if (event.key === " ") open(event); });
}

// The theme opens its menu by labels, which the keyboard does not reach.
const names = { __drawer: "Menu", __search: "Search", __toc: "Table of contents" };
for (const label of document.querySelectorAll("label.md-header__button[for], label.md-nav__link[for], label.md-nav__title[for]")) {
  const toggle = document.getElementById(label.htmlFor);
  if (!(label.htmlFor in names) || !toggle) continue;
  label.tabIndex = 0;
  label.setAttribute("role", "button");
  label.setAttribute("aria-label", names[label.htmlFor]);
  const told = () => label.setAttribute("aria-expanded", toggle.checked);
  toggle.addEventListener("change", told);
  told();
  label.addEventListener("keydown", event => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    event.stopPropagation();
    label.click();
  });
}
