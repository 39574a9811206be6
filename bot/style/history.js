// The conversations of this browser: kept as they go, listed, searched, opened again, saved as files, deleted.
import * as shelf from "./shelf.js";
import { say, turns } from "./turns.js";

const OPEN = "pullquote:open"; // the conversation of this tab, for when the page is loaded again

function show(found) {
  if (found) sessionStorage.setItem(OPEN, found.id);
  else sessionStorage.removeItem(OPEN);
  const field = document.querySelector("#pq-reopen textarea, #pq-reopen input");
  field.value = JSON.stringify(found ? found.turns : []);
  // As if it were typed: Gradio takes it from here to the server.
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new KeyboardEvent("keypress", { key: "Enter", bubbles: true, cancelable: true }));
}

function part(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

const search = part("input", { type: "search", id: "pq-history-search", autocomplete: "off" });
const count = part("p", { className: "pq-history-count" });
const list = part("div", { className: "pq-conversations" });
const forget = part("button", { type: "button", className: "pq-forget-all", textContent: "Delete all" });
const close = part("button", { type: "button", className: "pq-close", textContent: "Close" });
const begin = part("button", { type: "button", className: "pq-begin", textContent: "New conversation" });
const panel = part(
  "dialog", { className: "pq-history" },
  part("header", {}, part("h2", { id: "pq-history-title", textContent: "Your conversations" }), close),
  part("p", { className: "pq-history-note", textContent: "Kept in this browser and nowhere else." }),
  part("label", { htmlFor: "pq-history-search", textContent: "Search questions and quotes" }),
  search, count, list,
  part("footer", {}, begin, forget),
);
panel.setAttribute("aria-labelledby", "pq-history-title");
document.body.append(panel);

function day(moment) {
  const midnight = (time) => new Date(time).setHours(0, 0, 0, 0);
  const before = Math.round((midnight(Date.now()) - midnight(moment)) / 86_400_000);
  if (before < 2) return before < 1 ? "Today" : "Yesterday";
  return new Date(moment).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric" });
}

function counted(number, thing) {
  return `${number} ${thing}${number === 1 ? "" : "s"}`;
}

function row(each) {
  const title = each.turns[0].question;
  const clock = new Date(each.changed).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  const open = part(
    "button", { type: "button", className: "pq-reopen" },
    part("span", { className: "pq-conversation-title", textContent: title }),
    part("span", { className: "pq-conversation-when", textContent: `${clock} · ${counted(each.turns.length, "question")}` }),
  );
  open.addEventListener("click", () => { panel.close(); show(each); say(`Opened “${title}”.`); });
  const act = (words, name, does) => {
    const button = part("button", { type: "button", className: name, textContent: words });
    button.setAttribute("aria-label", `${words}: ${title}`);
    button.addEventListener("click", does);
    return button;
  };
  return part(
    "li", {}, open,
    part(
      "span", { className: "pq-conversation-acts" },
      act("Markdown", "pq-save", () => save(each, "markdown")),
      act("JSON", "pq-save", () => save(each, "json")),
      act("Delete", "pq-forget", () => remove(each)),
    ),
  );
}

function fill() {
  const found = shelf.search(search.value);
  list.replaceChildren();
  let rows = null;
  let under = "";
  found.forEach((each) => {
    const heading = day(each.changed);
    if (heading !== under) {
      rows = part("ul");
      list.append(part("h3", { textContent: heading }), rows);
      under = heading;
    }
    rows.append(row(each));
  });
  count.textContent = search.value.trim()
    ? `${counted(found.length, "conversation")} with these words`
    : found.length ? counted(found.length, "conversation") : "None yet. What you ask is kept here.";
  forget.hidden = !shelf.all().length;
  forget.textContent = "Delete all";
}

function isOnPage(each) {
  const first = turns()[0];
  return Boolean(first) && each.turns[0].key === first.key;
}

function remove(each) {
  const rows = [...list.querySelectorAll(".pq-forget")];
  const at = rows.indexOf(document.activeElement);
  shelf.remove(each.id);
  if (isOnPage(each)) show(null);
  fill();
  const undo = part("button", { type: "button", className: "pq-undo", textContent: "Undo" });
  undo.addEventListener("click", () => { shelf.putBack(each); fill(); say("It is back."); search.focus(); });
  count.replaceChildren("Deleted. ", undo);
  (list.querySelectorAll(".pq-forget")[Math.max(at, 0)] || undo).focus();
  say(`Deleted “${each.turns[0].question}”.`);
}

async function save(each, form) {
  const answer = await fetch("/v1/conversation", {
    method: "POST", headers: { "content-type": "application/json" },
    body: JSON.stringify({ form, answers: each.turns }),
  });
  if (!answer.ok) {
    say(`It could not be saved: ${(await answer.json()).error}`);
    return;
  }
  const named = /filename="([^"]+)"/.exec(answer.headers.get("content-disposition") || "");
  const address = URL.createObjectURL(await answer.blob());
  part("a", { href: address, download: named ? named[1] : "pullquote" }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
  say(`Saved as ${named ? named[1] : form}.`);
}

search.addEventListener("input", fill);
close.addEventListener("click", () => panel.close());
panel.addEventListener("click", (event) => { if (event.target === panel) panel.close(); });
begin.addEventListener("click", () => { panel.close(); anew(); });
forget.addEventListener("click", () => {
  if (forget.textContent === "Delete all") {
    forget.textContent = `Really delete ${counted(shelf.all().length, "conversation")}?`;
    return;
  }
  shelf.removeAll();
  show(null);
  fill();
  search.focus();
  say("All conversations are deleted.");
});

function anew() {
  show(null);
  document.querySelector("#pq-question textarea").focus();
  say("A new conversation.");
}

document.addEventListener("click", (event) => {
  const pressed = event.target.closest && event.target.closest("button");
  if (!pressed) return;
  if (pressed.classList.contains("pq-new")) anew();
  if (pressed.classList.contains("pq-to-history")) { search.value = ""; fill(); panel.showModal(); search.focus(); }
});

// Another tab kept or deleted something.
window.addEventListener("storage", () => { if (panel.open) fill(); });

let shown = "";
let isLoaded = false;
function look() {
  if (!isLoaded && document.querySelector("#pq-reopen textarea, #pq-reopen input")) {
    isLoaded = true;
    comeBack();
  }
  const now = turns();
  const keys = now.map((turn) => turn.key).join(" ");
  if (keys === shown) return;
  shown = keys;
  if (now.length) sessionStorage.setItem(OPEN, shelf.keep(now));
}

/** When the page is loaded again, or gone back to, the conversation that was on it is shown again. */
function comeBack() {
  const [entry] = performance.getEntriesByType("navigation");
  const found = shelf.find(sessionStorage.getItem(OPEN) || "");
  const isAgain = entry && (entry.type === "reload" || entry.type === "back_forward");
  if (isAgain && found && !new URLSearchParams(location.search).get("q")) show(found);
}

new MutationObserver(look).observe(document.documentElement, { subtree: true, childList: true });
look();
