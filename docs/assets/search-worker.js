/* The theme's search, which waits until it is used, knows names, and forgives typos.

   It runs the theme's own worker, named after the "?" of this file's address. At first the theme gets an empty index; the
   whole one is loaded with the first question. The theme is asked twice: for sections that hold all the words, and for
   sections that hold any. First come pages whose title is what was typed, then those with all words, then the rest. A
   word that nothing in the book begins with is read as the one that is spelt most like it. */
"use strict";

const SETUP = 0, READY = 1, QUERY = 2, RESULT = 3; // types of the theme's messages
const INDEX = new URL("../search/whole_index.json", location);
let theme; // its listener
let heard; // called with its next answer
let options; // of its first setup
let loading; // the index, once it is asked for
let newest; // the question asked last
let queue = Promise.resolve(); // one question at a time
let words; // the words of the book, each with the number of titles that it stands in
let titles; // the pages by the letters of their titles

const listen = self.addEventListener, post = self.postMessage;
self.addEventListener = (type, listener) => { theme = listener; };
importScripts(`javascripts/workers/${location.search.slice(1)}`);
self.addEventListener = listen;
self.postMessage = message => heard(message.data);

const build = lunr.Builder.prototype.build;
lunr.Builder.prototype.build = function () {
  const index = build.call(this);
  words = new Map(Object.entries(index.invertedIndex).map(
    ([word, fields]) => [word, Object.keys(fields.title).length]));
  return index;
};

self.addEventListener("message", ({ data: { type, data } }) => {
  if (type === SETUP) {
    options = data.options;
    post({ type: READY });
  } else {
    newest = data;
    queue = queue.then(() => answer(data));
  }
});

async function answer(query) {
  if (query !== newest) return; // the reader has typed on
  if (!query.trim()) return post({ type: RESULT, data: { items: [] } });
  await (loading ||= load());
  post({ type: RESULT, data: await find(query) });
}

async function load() {
  const { config, docs } = await (await fetch(INDEX)).json();
  titles = pages(docs);
  await tell(SETUP, { config, docs, options });
}

const tell = (type, data) => new Promise(resolve => { heard = resolve; theme({ data: { type, data } }); });
const ask = query => tell(QUERY, query);
const split = text => text.toLowerCase().split(lunr.tokenizer.separator).filter(Boolean);

function pages(docs) {
  const found = new Map();
  for (const doc of docs) {
    if (doc.location.includes("#")) continue;
    const letters = doc.title.toLowerCase().replace(/[\s-]/g, "");
    found.set(letters, [...(found.get(letters) || []), doc]);
  }
  return found;
}

async function find(query) {
  if (/["~^*\\]|(^|\s)[+-]/.test(query)) return ask(query); // it says by itself how it is to be read
  const typed = split(query);
  const parts = typed.filter(lunr.stopWordFilter);
  if (!parts.length) return ask(query);
  const meant = parts.map(part => (begins(part) ? part : nearest(part)));
  const all = await ask(meant.map(part => `+${part}*`).join(" "));
  const any = meant.length > 1 ? await ask(meant.join(" ")) : all;
  const misspelt = !all.items.length || meant.some((part, i) => part !== parts[i]);
  const groups = new Map();
  for (const items of [...all.items, ...any.items]) {
    if (!groups.has(page(items[0]))) groups.set(page(items[0]), items);
  }
  const named = titled(typed.join(""), misspelt).map(doc => {
    const found = groups.get(doc.location) || [{ ...doc, score: 1, terms: {} }];
    groups.delete(doc.location);
    return found;
  });
  return { ...all, items: [...named, ...groups.values()] };
}

const page = item => item.location.split("#")[0];

/* The pages of that title, or of the title that is spelt most like it: one edit away, two where words are misspelt. */
function titled(letters, misspelt) {
  if (titles.has(letters) || letters.length < 4) return titles.get(letters) || [];
  const most = misspelt && letters.length > 7 ? 2 : misspelt || letters.length > 4 ? 1 : 0;
  return titles.get(closest(most, titles.keys(), other => distance(letters, other))) || [];
}

const begins = start => { for (const word of words.keys()) if (word.startsWith(start)) return true; return false; };

/* The word of the book that is one edit away, two if it is long, or begins so; of several the one in most titles. */
function nearest(word) {
  if (word.length < 3) return word;
  const inMostTitles = [...words.keys()].sort((a, b) => words.get(b) - words.get(a));
  const begun = other => (word.length > 4 && other.length > word.length + 1
    ? distance(word, other.slice(0, word.length)) + 0.4 : Infinity);
  return closest(word.length < 8 ? 1.4 : 2.4, inMostTitles, other => Math.min(distance(word, other), begun(other)))
    || word;
}

function closest(most, others, edits) {
  let best, least = most + 0.01;
  for (const other of others) {
    const found = edits(other);
    if (found < least) [best, least] = [other, found];
  }
  return best;
}

/* How many letters to put in, leave out, change, or swap with the next, to make one word of the other. */
function distance(a, b) {
  if (Math.abs(a.length - b.length) > 2) return Infinity;
  let before, above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      row[j] = Math.min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] !== b[j - 1]));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) row[j] = Math.min(row[j], before[j - 2] + 1);
    }
    [before, above] = [above, row];
  }
  return above[b.length];
}
