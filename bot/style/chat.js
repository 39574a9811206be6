// What the chat page does beyond Gradio: copying citations, naming messages for those who listen, and bringing
// a new question to the top, so that its best quote is read first. Nothing here asks any server for anything.
(() => {
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");

  async function copy(button) {
    const words = button.parentElement.querySelector("pre").textContent;
    try {
      await navigator.clipboard.writeText(words);
    } catch {
      // Without https only the old way is open: select the words and copy the selection.
      const selection = window.getSelection();
      selection.selectAllChildren(button.parentElement.querySelector("pre"));
      document.execCommand("copy");
    }
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest && event.target.closest("button.pq-copy");
    if (button) copy(button);
  });

  // Escape folds what is unfolded around the keyboard's place, and goes back to the name it was unfolded by.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !event.target.closest) return;
    const unfolded = event.target.closest(".pq-menu details[open], #pq-bring details[open], #pq-bring[open]");
    if (!unfolded) return;
    unfolded.open = false;
    unfolded.querySelector("summary").focus();
  });

  // Gradio labels a message with its HTML source; read aloud, that is noise.
  function name(message) {
    const words = message.dataset.testid === "bot" ? "Answer" : "Your question";
    if (message.getAttribute("aria-label") !== words) message.setAttribute("aria-label", words);
  }

  // An empty field says what it stands for until something is chosen in it; Gradio's has no words for that.
  const ANY = { Sources: "All sources", Authors: "All authors", Languages: "All languages" };
  function hint(field) {
    const words = field.closest(".wrap-inner")?.querySelector(".token") ? "" : ANY[field.getAttribute("aria-label")] || "";
    if (field.placeholder !== words) field.placeholder = words;
  }

  // A new question is brought to the top at once, and again when its answer has made the page long enough for it;
  // not when its reader has moved on meanwhile.
  let questions = 0;
  let isAwaited = false;
  ["wheel", "touchmove"].forEach((name) => document.addEventListener(name, () => { isAwaited = false; }, { passive: true }));
  function bringUp(newest) {
    requestAnimationFrame(() => newest.scrollIntoView({ block: "start", behavior: calm.matches ? "auto" : "smooth" }));
  }

  function look() {
    document.querySelectorAll('#pq-narrow input[role="combobox"]').forEach(hint);
    document.querySelectorAll('#pq-chat [data-testid="bot"], #pq-chat [data-testid="user"]').forEach(name);
    // Gradio calls its row of sample questions a list, but there are buttons in it and no items.
    document.querySelectorAll('#pq-chat .examples[role="list"]').forEach((row) => row.setAttribute("role", "group"));
    // Gradio's arrow stands in the field's label and has no words of its own, so each would go by the other's name.
    document.querySelector("#pq-question .submit-button:not([aria-label])")?.setAttribute("aria-label", "Ask");
    document.querySelector("#pq-question textarea:not([aria-label])")?.setAttribute("aria-label", "Your question");
    const asked = document.querySelectorAll('#pq-chat [data-testid="user"]');
    if (asked.length > questions) {
      isAwaited = true;
      bringUp(asked[asked.length - 1]);
    }
    questions = asked.length;
    if (isAwaited && questions && document.querySelectorAll("#pq-chat .pq-foot, #pq-chat .pq-note").length >= questions) {
      isAwaited = false;
      bringUp(asked[questions - 1]);
    }
  }

  new MutationObserver(look).observe(document.documentElement, {
    subtree: true, childList: true, attributes: true, attributeFilter: ["aria-label"],
  });
})();
