// Turns the table of all works into one that filters, sorts and exports. Its state is in the page's address.
// table-core (the global TableCore) filters, counts and sorts; this file draws. Without it the plain table stays.
"use strict";

(() => {
  const PORTION = 50; // rows drawn at once
  const NOT_REPORTED = "not-reported";
  const NONE = "none";
  const NO_VALUE = new Map([[NOT_REPORTED, "not reported"], [NONE, "none"]]); // a name in an address may be any
  const BASE = new URL("../", document.currentScript.src);
  const SHOWN = ["authors", "date", "kind", "axis", "learning", "algorithms", "base_models", "rewards", "signals",
    "tools", "environments", "code"];
  // What in a work is no attribute with a vocabulary, by the name of its column.
  const TEXTS = {
    name: ["Work", work => work.name],
    authors: ["Authors", work => work.by],
    date: ["First public", work => work.date],
    venue: ["Venue", work => work.venue],
    base_models: ["Base models", work => told(work.base_models, work.base_models)],
    code: ["Code", work => work.code ?? "not reported"],
  };
  const LEADING = ["name", "authors", "date", "venue", "kind", "axis", "learning", "algorithms", "base_models"];

  const plain = document.getElementById("tbl-works");
  if (plain) fetch(new URL("data/works.json", BASE)).then(answer => answer.json()).then(start);

  function start({ attributes: described, works }) {
    const attributes = new Map(described.map(({ id, label, values }) => [id, { label, values: new Map(values) }]));
    const columns = [...new Set([...LEADING, ...attributes.keys(), "code"])];
    const labelOf = column => TEXTS[column]?.[0] ?? attributes.get(column).label;
    const textOf = (work, column) => TEXTS[column]?.[1](work) ?? told(work[column], labels(work, column), column);
    const labels = (work, name) => work[name]?.map(id => attributes.get(name).values.get(id) ?? id);
    const valueLabel = (name, id) =>
      attributes.get(name).values.get(id) ?? NO_VALUE.get(id) ?? id;

    const table = tableOf(works, columns, textOf);
    let state = read();
    let portions = 1;
    let typing = false;

    // The state of the page, and the address that stands for it. A "q" in it would open the theme's search.

    function read() {
      const found = { text: "", sort: { id: "name", desc: false }, filters: new Map(), columns: [] };
      for (const [name, value] of new URLSearchParams(location.search)) {
        const attribute = [name, `${name}s`].find(id => attributes.has(id));
        if (name === "text") found.text = value;
        else if (name === "sort" && columns.includes(value.replace(/^-/, "")))
          found.sort = { id: value.replace(/^-/, ""), desc: value.startsWith("-") };
        else if (name === "columns") found.columns.push(value);
        else if (attribute) found.filters.set(attribute, new Set(found.filters.get(attribute)).add(value));
      }
      if (!found.columns.length) found.columns = SHOWN;
      return found;
    }

    function address() {
      const query = new URLSearchParams();
      if (state.text.trim()) query.append("text", state.text);
      for (const [name, values] of state.filters) for (const value of values) query.append(name, value);
      const sort = (state.sort.desc ? "-" : "") + state.sort.id;
      if (sort !== "name") query.append("sort", sort);
      if (state.columns.join() !== SHOWN.join())
        for (const column of state.columns.length ? state.columns : ["name"]) query.append("columns", column);
      return location.pathname + (`${query}` && `?${query}`);
    }

    // What a reader does. Each step can be taken back, but what is typed at one go is one step.

    function change(changes, typed = false) {
      Object.assign(state, changes);
      const method = typed && typing ? "replaceState" : "pushState";
      if (address() !== location.pathname + location.search) history[method](null, "", address());
      typing = typed;
      portions = 1;
      draw();
    }

    function choose(name, value, chosen) {
      const filters = new Map(state.filters);
      const values = new Set(filters.get(name));
      if (chosen) values.add(value);
      else values.delete(value);
      if (values.size) filters.set(name, values);
      else filters.delete(name);
      change({ filters });
    }

    function sortBy(id) {
      change({ sort: { id, desc: state.sort.id === id && !state.sort.desc } });
    }

    function show(column, shown) {
      change({ columns: columns.filter(id => (id === column ? shown : state.columns.includes(id))) });
    }

    function clear() {
      change({ text: "", filters: new Map() });
      search.focus();
    }

    // The controls, made once.

    const search = make("input", { type: "search", id: "works-text", autocomplete: "off", spellcheck: false });
    search.addEventListener("input", () => change({ text: search.value }, true));
    search.addEventListener("blur", () => { typing = false; });

    const facets = new Map([...attributes].map(([name, { label, values }]) => {
      const options = new Map([...values.keys(), NOT_REPORTED, NONE].map(value => {
        const box = make("input", { type: "checkbox", value });
        box.addEventListener("change", () => choose(name, value, box.checked));
        const count = make("span", { className: "count" });
        return [value, { box, count, row: make("label", {}, box, ` ${valueLabel(name, value)} `, count) }];
      }));
      return [name, { ...panel(label, [...options.values()].map(({ row }) => row), drawFacets), options }];
    }));
    const boxes = new Map(columns.filter(column => column !== "name").map(column => {
      const box = make("input", { type: "checkbox" });
      box.addEventListener("change", () => show(column, box.checked));
      return [column, { box, row: make("label", {}, box, ` ${labelOf(column)}`) }];
    }));
    const chooser = panel("Columns", [...boxes.values()].map(({ row }) => row));
    const exports = Object.entries(FORMATS).map(([label, format]) => {
      const button = make("button", { type: "button" }, label);
      button.addEventListener("click", () => save(format).catch(() => say(`${label} could not be loaded.`)));
      return button;
    });
    const filters = make("details", { className: "filters" }, make("summary", {}, "Filters"),
      make("div", { className: "bar" }, ...[...facets.values()].flatMap(({ button, body }) => [button, body])));
    const chips = make("ul", { className: "chips" });
    const status = make("p", { className: "status", role: "status" });
    const heads = new Map(columns.map(column => {
      const button = make("button", { type: "button" }, labelOf(column));
      button.addEventListener("click", () => sortBy(column));
      return [column, make("th", { scope: "col", className: column }, button)];
    }));
    const rows = make("tbody");
    const more = make("button", { type: "button", className: "more" });
    more.addEventListener("click", () => {
      const first = rows.rows.length;
      portions += 1;
      drawRows();
      rows.rows[first].querySelector("a").focus();
    });
    const caption = plain.querySelector("figcaption");

    const wide = matchMedia("(min-width: 45em)");
    const unfold = () => { filters.open = wide.matches; };
    wide.addEventListener("change", unfold);
    unfold();

    const explorer = make("section", { className: "explorer", ariaLabel: "Find works" },
      make("label", { htmlFor: "works-text" }, "Find by name, earlier name, author, title, arXiv number or venue"),
      search,
      filters, chips,
      make("p", { className: "note" }, "Not reported: neither the paper nor its code says. A dash: does not apply, as "
        + "only methods are described by how they are trained."),
      make("div", { className: "tools" }, status, chooser.button, chooser.body,
        make("div", { role: "group", ariaLabel: "Export these works" }, make("span", {}, "Export "), ...exports)));
    const scroll = make("div", { className: "scroll", role: "region", tabIndex: 0 },
      make("table", { className: "works" }, make("thead", {}, make("tr", {}, ...heads.values())), rows));
    scroll.setAttribute("aria-labelledby", caption.id);
    plain.replaceChildren(caption, explorer, scroll, more);

    // A button that unfolds a box of choices; one is open at a time, and Escape closes it.

    function panel(label, choices, opened = () => {}) {
      const body = make("fieldset", { hidden: true, className: "choices" }, make("legend", {}, label), ...choices);
      const button = make("button", { type: "button", ariaExpanded: "false" }, label);
      const open = yes => {
        body.hidden = !yes;
        button.setAttribute("aria-expanded", yes);
      };
      button.addEventListener("click", () => {
        const yes = body.hidden;
        for (const other of [...facets.values(), chooser]) other.open(false);
        open(yes);
        opened();
      });
      for (const element of [button, body]) element.addEventListener("keydown", event => {
        if (event.key !== "Escape" || body.hidden) return;
        open(false);
        button.focus();
      });
      return { label, button, body, open };
    }

    // What is seen of the state.

    function draw() {
      if (search.value !== state.text) search.value = state.text;
      const columnFilters = [...state.filters].map(([id, value]) => ({ id, value }));
      if (words(state.text).length) columnFilters.push({ id: "text", value: words(state.text) });
      const sorting = state.sort.id === "name" && !state.sort.desc ? [] : [state.sort]; // they come sorted by name
      table.setOptions(options => ({ ...options, state: { ...options.state, columnFilters, sorting } }));
      drawFacets();
      drawChips();
      for (const [column, { box }] of boxes) box.checked = state.columns.includes(column);
      for (const [column, head] of heads) {
        head.hidden = !visible(column);
        const order = state.sort.desc ? "descending" : "ascending";
        head.setAttribute("aria-sort", column === state.sort.id ? order : "none");
      }
      drawRows();
    }

    function visible(column) {
      return column === "name" || state.columns.includes(column);
    }

    function drawFacets() {
      for (const [name, { label, button, body, options }] of facets) {
        const chosen = state.filters.get(name) ?? new Set();
        button.textContent = chosen.size ? `${label} (${chosen.size})` : label;
        button.classList.toggle("chosen", chosen.size > 0);
        if (body.hidden) continue; // counted when it opens
        const counts = table.getColumn(name).getFacetedUniqueValues();
        for (const [value, { box, count, row }] of options) {
          box.checked = chosen.has(value);
          count.textContent = number(counts.get(value) ?? 0);
          row.hidden = !counts.get(value) && !box.checked;
        }
      }
    }

    function drawChips() {
      const chosen = [...state.filters].flatMap(([name, values]) => [...values].map(value => [name, value]));
      chips.replaceChildren(...chosen.map(([name, value]) => {
        const label = `${attributes.get(name).label}: ${valueLabel(name, value)}`;
        const button = make("button", { type: "button", ariaLabel: `Remove ${label}` }, `${label} ×`);
        button.addEventListener("click", () => {
          choose(name, value, false);
          (chips.querySelector("button") ?? search).focus();
        });
        return make("li", {}, button);
      }));
      if (!chosen.length && !state.text.trim()) return;
      const button = make("button", { type: "button", className: "clear" }, "Clear all");
      button.addEventListener("click", clear);
      chips.append(make("li", {}, button));
    }

    function drawRows() {
      const found = table.getSortedRowModel().rows;
      const shown = columns.filter(visible);
      const drawn = found.slice(0, portions * PORTION);
      rows.replaceChildren(...drawn.map(({ original }) => make("tr", {}, ...shown.map(id => cell(original, id)))));
      const left = found.length - drawn.length;
      more.hidden = !left;
      more.textContent = `Show ${number(Math.min(PORTION, left))} more of ${number(left)}`;
      say(`${number(found.length)} of ${number(works.length)} works`);
    }

    function cell(work, column) {
      if (column === "name") {
        const link = make("a", { href: `${encodeURIComponent(work.key)}/` }, work.name);
        return make("th", { scope: "row", className: column }, link, make("span", { className: "title" }, work.title));
      }
      const written = make("td", { className: column });
      if (column === "axis" && work.axis.length)
        written.append(...work.axis.flatMap((id, at) =>
          [at ? ", " : "", make("a", { href: new URL(`${id}/`, BASE).href }, valueLabel("axis", id))]));
      else if (column === "code" && work.code?.startsWith("https://"))
        written.append(make("a", { href: work.code, ariaLabel: `Code of ${work.name}` }, "code"));
      else if (textOf(work, column) === "not reported")
        written.append(make("span", { className: "unreported" }, "not reported"));
      else written.append(textOf(work, column) || "–");
      return written;
    }

    function say(text) {
      status.textContent = text;
    }

    async function save({ file, type, write, source }) {
      const text = source && await fetch(new URL(source, BASE)).then(answer => answer.text());
      const chosen = table.getSortedRowModel().rows.map(row => row.original);
      const url = URL.createObjectURL(new Blob([write(chosen, text, { attributes, textOf })], { type }));
      make("a", { href: url, download: file }).click();
      setTimeout(() => URL.revokeObjectURL(url), 60000);
    }

    addEventListener("popstate", () => {
      state = read();
      typing = false;
      portions = 1;
      draw();
    });
    draw();
  }

  // The formats in which what is found can be taken along: the file, what it is made from, and how.
  const FORMATS = {
    BibTeX: { file: "works.bib", type: "application/x-bibtex", source: "refs.bib", write: bibtex },
    RIS: { file: "works.ris", type: "application/x-research-info-systems", source: "references.ris", write: ris },
    CSV: { file: "works.csv", type: "text/csv", write: csv },
    JSON: { file: "works.json", type: "application/json", write: works => `${JSON.stringify(works, null, 1)}\n` },
  };

  function bibtex(works, source) {
    const keys = new Set(works.map(work => work.key));
    const entries = source.split(/^(?=[ \t]*@\w+\s*[{(])/m).filter(entry => {
      const [, type, key] = entry.match(/^[ \t]*@(\w+)\s*[{(]\s*([^\s,{}()]*)/) ?? [];
      return keys.has(key) || /^(string|preamble)$/i.test(type);
    });
    return entries.map(entry => `${entry.trim()}\n`).join("\n");
  }

  function ris(works, source) {
    const keys = new Set(works.map(work => work.key));
    return source.split(/^(?=TY  - )/m).filter(record => keys.has(record.match(/^ID  - (.*)\r$/m)?.[1])).join("");
  }

  // RFC 4180. A mark in front keeps a spreadsheet from reading a cell as a formula.
  function csv(works, source, { attributes, textOf }) {
    const columns = [
      ["Key", work => work.key],
      ["Work", work => work.name],
      ["Title", work => work.title],
      ["Authors", work => work.authors.join("; ")],
      ["First public", work => work.date],
      ["Venue", work => work.venue],
      ["arXiv", work => work.arxiv ?? ""],
      ["Paper", work => work.url],
      ["Base models", work => textOf(work, "base_models")],
      ...[...attributes].map(([name, { label }]) => [label, work => textOf(work, name)]),
      ["Code", work => textOf(work, "code")],
    ];
    const quoted = text => `"${text.replace(/^(?=[=+\-@\t\r])/, "'").replaceAll('"', '""')}"`;
    const lines = [columns.map(([head]) => head), ...works.map(work => columns.map(([, value]) => value(work)))];
    return "\ufeff" + lines.map(line => `${line.map(quoted).join(",")}\r\n`).join("");
  }

  // The values of a work as text: null is not reported, an empty list none, and what is left out does not apply.
  function told(values, shown, column = "") {
    if (values === undefined) return "";
    if (values === null) return "not reported";
    return shown.join(column === "stages" ? " → " : ", ") || "none";
  }

  function tableOf(works, columns, textOf) {
    const collator = new Intl.Collator("en", { numeric: true });
    const known = text => text && text !== "not reported";
    // Texts are compared once for each column; thereafter a work sorts by its place among them.
    const ranked = {};
    const texts = id => [...new Set(works.map(work => textOf(work, id)))].filter(known).sort(collator.compare);
    const ranks = id => (ranked[id] ??= new Map(texts(id).map((text, rank) => [text, rank])));
    const definitions = columns.map(id => ({
      id,
      accessorFn: work => ranks(id).get(textOf(work, id)),
      sortUndefined: "last",
      sortingFn: (one, other) => one.getValue(id) - other.getValue(id),
      getUniqueValues: work => (work[id] === null ? [NOT_REPORTED] : work[id]?.length === 0 ? [NONE] : work[id] ?? []),
      filterFn: (row, _, chosen) => row.getUniqueValues(id).some(value => chosen.has(value)),
    }));
    const words = work =>
      [work.name, ...(work.formerly ?? []), work.title, ...work.authors, work.venue, work.arxiv, work.key].join("\n");
    const searched = new Map(works.map(work => [work, folded(words(work))])); // before the first key is typed
    definitions.push({
      id: "text",
      accessorFn: work => searched.get(work),
      filterFn: (row, _, wanted) => wanted.every(word => row.getValue("text").includes(word)),
    });
    return TableCore.createTable({
      data: works,
      columns: definitions,
      state: { columnFilters: [], sorting: [], columnPinning: {} },
      enableGlobalFilter: false, // it would ask every column for its values
      onStateChange: () => {},
      renderFallbackValue: null,
      getCoreRowModel: TableCore.getCoreRowModel(),
      getFilteredRowModel: TableCore.getFilteredRowModel(),
      getSortedRowModel: TableCore.getSortedRowModel(),
      getFacetedRowModel: TableCore.getFacetedRowModel(),
      getFacetedUniqueValues: TableCore.getFacetedUniqueValues(),
    });
  }

  // Text without case and accents, so that "Godel" finds "Gödel". To Unicode, some letters are none with an accent.
  function folded(text) {
    const letters = { ı: "i", ł: "l", ø: "o", đ: "d", ß: "ss" };
    const bare = text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
    return bare.replace(/[ıłøđß]/g, letter => letters[letter]);
  }

  function words(text) {
    return folded(text).split(/\s+/).filter(Boolean);
  }

  function number(count) {
    return count.toLocaleString("en-GB");
  }

  // An element. What comes from the data becomes text or an attribute, never markup.
  function make(tag, properties = {}, ...children) {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  }
})();
