// Links of the chat page that ask again (a filter less, another order, as typed) ask within the conversation, where
// they would open the page anew without this; and what a quote owes to each word is fetched when it is looked at.
(() => {
  let waiting = null;
  let number = 0;

  function ask(address, link) {
    const field = document.querySelector("#pq-anew textarea, #pq-anew input");
    if (!field) return false;
    const answers = [...document.querySelectorAll("#pq-chat .pq-answer")];
    const own = link.closest(".pq-answer");
    // What belongs to the last answer, or to no answer, changes the last one; an earlier one stays as it was.
    const redo = answers.length > 0 && (!own || own === answers[answers.length - 1]);
    number += 1;
    const parts = new URL(address, window.location.href);
    if (redo) parts.searchParams.set("redo", "1");
    parts.searchParams.set("n", String(number));
    const prototype = field.tagName === "TEXTAREA" ? HTMLTextAreaElement.prototype : HTMLInputElement.prototype;
    Object.getOwnPropertyDescriptor(prototype, "value").set.call(field, parts.pathname + parts.search);
    field.dispatchEvent(new Event("input", { bubbles: true }));
    waiting = { seen: answers[answers.length - 1] || null };
    return true;
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest("a.pq-anew");
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.altKey) return;
    if (ask(link.getAttribute("href"), link)) event.preventDefault();
  }, true);

  // The chart: from the bar where the pointer went down to the one where it goes up.
  let from = null;
  const column = (target) => (target.closest ? target.closest(".pq-columns li") : null);
  document.addEventListener("pointerdown", (event) => { from = event.button ? null : column(event.target); });
  document.addEventListener("dragstart", (event) => { if (column(event.target)) event.preventDefault(); });
  document.addEventListener("pointermove", (event) => {
    const to = from && column(event.target);
    if (!to || to.parentElement !== from.parentElement) return;
    const [first, last] = inOrder(from, to);
    [...from.parentElement.children].forEach((each, at) => each.classList.toggle("pq-within", at >= first && at <= last));
  });
  document.addEventListener("pointerup", (event) => {
    const to = from && column(event.target);
    const start = from;
    from = null;
    document.querySelectorAll(".pq-within").forEach((each) => each.classList.remove("pq-within"));
    if (!to || to === start || to.parentElement !== start.parentElement) return;
    const [first, last] = inOrder(start, to);
    const links = [...start.parentElement.children].slice(first, last + 1).map((each) => each.querySelector("a")).filter(Boolean);
    if (!links.length) return;
    const range = new URL(links[0].href);
    range.searchParams.set("before", new URL(links[links.length - 1].href).searchParams.get("before"));
    ask(range.href, links[0]);
  });
  function inOrder(one, other) {
    const all = [...one.parentElement.children];
    return [all.indexOf(one), all.indexOf(other)].sort((a, b) => a - b);
  }

  // Why this quote, word by word: a table out of the page that the link leads to, put in the link's place.
  document.addEventListener("toggle", async (event) => {
    const link = event.target.open && event.target.matches(".pq-why") && event.target.querySelector("a.pq-by-word");
    if (!link || link.getAttribute("aria-busy")) return;
    link.setAttribute("aria-busy", "true");
    try {
      const answered = await fetch(link.href);
      const table = new DOMParser().parseFromString(await answered.text(), "text/html").querySelector(".pq-contribution");
      if (answered.ok && table) link.closest("p").replaceWith(document.importNode(table, true));
    } finally {
      link.removeAttribute("aria-busy");
    }
  }, true);

  // Gradio leaves a link no name but its words, so the title, which says what the link does, is made its name here.
  // The link that was followed goes away with its answer; whoever works by keyboard goes on at the new one.
  new MutationObserver(() => {
    document.querySelectorAll("a.pq-anew[title]:not([aria-label])").forEach((each) => each.setAttribute("aria-label", each.title));
    if (!waiting) return;
    const answers = document.querySelectorAll("#pq-chat .pq-answer");
    const newest = answers[answers.length - 1];
    if (!newest || newest === waiting.seen) return;
    waiting = null;
    newest.setAttribute("tabindex", "-1");
    newest.focus({ preventScroll: true });
  }).observe(document.documentElement, { subtree: true, childList: true });
})();
