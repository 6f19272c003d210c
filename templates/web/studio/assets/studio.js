// The page keeps itself up to date, and the editor's choices in its address. Everything else is HTML and CSS.
"use strict";

const RETRY = 1000; // milliseconds
const PAUSE = 150; // after the last letter of a search

const choices = document.getElementById("choices");
const reader = document.getElementById("reader");
const live = document.getElementById("live");
const main = () => document.querySelector("main");

function address() {
  return `${location.pathname}?${new URLSearchParams(new FormData(choices))}`;
}

function say(state, words) {
  live.dataset.state = state;
  document.getElementById("live-words").textContent = words;
}

// Frames that can be seen show what they should: a new one is loaded behind the old one and takes its place when it is
// there, so that nothing flashes, and the Back button never goes through old versions. What the page says of it comes at
// the same time, or before: a mail that does not render is not shown.
let said = Promise.resolve();

function showFrames() {
  for (const shown of document.querySelectorAll("iframe:not(.coming)")) {
    const place = shown.parentElement;
    const wanted = place.dataset.src ?? shown.dataset.src;
    place.dataset.src = wanted;
    if (place.offsetParent === null) continue;
    const coming = place.querySelector("iframe.coming");
    if ((coming ?? shown).getAttribute("src") === wanted) continue;
    coming?.remove();
    if (!shown.hasAttribute("src")) {
      shown.src = wanted;
      continue;
    }
    const next = shown.cloneNode();
    next.classList.add("coming");
    next.tabIndex = -1;
    next.src = wanted;
    next.addEventListener("load", async () => {
      await said;
      if (!next.isConnected) return;
      const focused = document.activeElement === place.querySelector("iframe:not(.coming)");
      place.querySelector("iframe:not(.coming)").remove();
      next.classList.remove("coming");
      next.removeAttribute("tabindex");
      if (focused) next.focus();
    }, { once: true });
    place.append(next);
  }
}

// The answer is a whole page; what is about the issue is taken from it, so that there is one template only. The frames
// stay: they are loaded anew one by one.
function take(fresh) {
  const old = main(), now = fresh.querySelector("main");
  document.title = fresh.title;
  document.getElementById("title").replaceWith(fresh.getElementById("title"));
  if (old.querySelector(".fault") || now.querySelector(".fault")) {
    old.replaceWith(now);
    return;
  }
  Object.assign(old.dataset, now.dataset);
  const scrolled = old.querySelector(".facts").scrollTop;
  for (const kind of [".entry", ".plaintext pre", ".source pre"]) {
    const from = now.querySelectorAll(kind);
    old.querySelectorAll(kind).forEach((element, index) => element.replaceWith(from[index]));
  }
  old.querySelector(".facts").replaceChildren(...now.querySelector(".facts").childNodes);
  old.querySelector(".facts").scrollTop = scrolled;
  const from = now.querySelectorAll("iframe");
  old.querySelectorAll(".frames").forEach((place, index) => { place.dataset.src = from[index].dataset.src; });
}

let asked = 0;

async function refresh() {
  const turn = ++asked;
  const answer = await fetch(address(), { cache: "no-store" });
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (turn !== asked) return; // a later one is on its way
  if (!fresh.querySelector("main")) throw new Error(answer.statusText);
  take(fresh);
  showFrames();
}

async function update() {
  try {
    await refresh();
    const now = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit" });
    say("updated", `Updated ${now}`);
  } catch {
    say("lost", "The preview failed; its terminal says why");
  }
}

// A new version: the mail is asked for together with the page, not after it.
function follow(version) {
  said = update();
  for (const frame of document.querySelectorAll("iframe:not(.coming)")) {
    const place = frame.parentElement;
    place.dataset.src = (place.dataset.src ?? frame.dataset.src).replace(/&v=.*/, `&v=${version}`);
  }
  showFrames();
}

// One feed of versions, while the page can be seen.
let feed = null;

function listen() {
  feed?.close();
  feed = null;
  if (document.hidden || !main().dataset.issue) return;
  const query = new URLSearchParams({ since: main().dataset.version, reader: reader.value });
  const opened = feed = new EventSource(`${main().dataset.issue}/changes?${query}`);
  opened.onopen = () => { if (live.dataset.state === "lost") say("live", "Live"); };
  opened.onmessage = (message) => { if (message.data !== main().dataset.version) follow(message.data); };
  opened.onerror = () => {
    say("lost", "Not connected – is the preview still running?");
    if (opened.readyState === EventSource.CLOSED) setTimeout(() => { if (feed === opened) listen(); }, RETRY);
  };
}

// A window with room for both widths shows both, unless the address says otherwise.
if (!new URLSearchParams(location.search).has("width")) {
  const width = innerWidth >= 1500 ? "both" : innerWidth < 760 ? "phone" : "desktop";
  document.getElementById(`width-${width}`).checked = true;
}

choices.addEventListener("submit", (event) => event.preventDefault());
document.querySelector(".bar").addEventListener("change", async (event) => {
  const { name } = event.target;
  if (!name) return;
  history.replaceState(null, "", address());
  if (name === "look" || name === "images" || name === "reader") await update();
  else showFrames();
  if (name === "reader") listen();
});

// The list of readers follows the search; the one that is chosen stays in it.
let waiting = 0;
document.getElementById("words").addEventListener("input", (event) => {
  clearTimeout(waiting);
  waiting = setTimeout(async () => {
    const answer = await fetch(`/readers?${new URLSearchParams({ words: event.target.value })}`, { cache: "no-store" });
    const found = new DOMParser().parseFromString(`<select>${await answer.text()}</select>`, "text/html");
    const chosen = reader.selectedOptions[0];
    const others = [...found.querySelectorAll("option")].filter((option) => option.value !== chosen.value);
    reader.replaceChildren(chosen, ...others);
  }, PAUSE);
});

addEventListener("resize", showFrames);
document.addEventListener("visibilitychange", listen);
showFrames();
listen();
