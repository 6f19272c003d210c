// The page keeps itself up to date, and the editor's choices in its address. Everything else is HTML and CSS.
"use strict";

const POLL = 200; // milliseconds; with one fetch the page follows a change in under 300
const RETRY = 1000;

const choices = document.getElementById("choices");
const live = document.getElementById("live");

function chosen() {
  return new URLSearchParams(new FormData(choices));
}

function address() {
  return `${location.pathname}?${chosen()}`;
}

function say(state, words) {
  if (live.dataset.state === state && state !== "updated") return;
  live.dataset.state = state;
  document.getElementById("live-words").textContent = words;
}

// A window with room for both widths shows both, unless the address says otherwise.
if (!new URLSearchParams(location.search).has("width")) {
  const width = innerWidth >= 1500 ? "both" : innerWidth < 760 ? "phone" : "desktop";
  document.getElementById(`width-${width}`).checked = true;
}

choices.addEventListener("change", () => history.replaceState(null, "", address()));

// The answer is a whole page; what is about the issue is taken from it, so that there is one template only.
async function refresh() {
  const answer = await fetch(address(), { cache: "no-store" });
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  document.title = fresh.title;
  document.getElementById("title").replaceWith(fresh.getElementById("title"));
  document.querySelector("main").replaceWith(fresh.querySelector("main"));
  const now = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit" });
  say("updated", `Updated ${now}`);
}

async function look() {
  const main = document.querySelector("main");
  const answer = await fetch(main.dataset.watch, { cache: "no-store" });
  if (!answer.ok && answer.status !== 404) throw new Error(answer.statusText);
  const version = await answer.text();
  if (version !== main.dataset.version) await refresh();
  else if (live.dataset.state === "lost") say("live", "Live");
}

async function watch() {
  let pause = POLL;
  if (!document.hidden) {
    try {
      await look();
    } catch {
      say("lost", "Not connected – is the preview still running?");
      pause = RETRY;
    }
  }
  setTimeout(watch, pause);
}

if (document.querySelector("main[data-watch]")) watch();
