// What may be done with an answer as a whole: copying its link, and saying what one thinks of it.
import { keepSaid, said, voter } from "./shelf.js";
import { say, turnOf } from "./turns.js";

const VERDICTS = { "pq-good": "good", "pq-bad": "bad", "pq-not-answered": "not answered", "pq-wrong-quote": "wrong quote" };
const THANKS = {
  "good": "Thank you. It is noted that this answer is right.",
  "bad": "Thank you. It is noted that this answer did not help.",
  "not answered": "Thank you. It is noted that your question was not answered.",
};

function verdictOf(button) {
  const found = Object.keys(VERDICTS).find((name) => button.classList.contains(name));
  const wrong = [...button.closest(".pq-foot").querySelectorAll(".pq-wrong-quote")];
  return { verdict: VERDICTS[found], number: wrong.indexOf(button) + 1 };
}

function isSaid(button, key) {
  const { verdict, number } = verdictOf(button);
  const held = said(key);
  return number ? held.wrong.includes(number) : held.verdict === verdict;
}

async function press(button) {
  const foot = button.closest(".pq-foot");
  const turn = turnOf(foot);
  if (!turn) return;
  const { verdict, number } = verdictOf(button);
  const withdrawn = isSaid(button, turn.key);
  let refusal = "";
  try {
    const answer = await fetch("/v1/feedback", {
      method: "POST", headers: { "content-type": "application/json" },
      body: JSON.stringify({ answer: turn, verdict, number, withdrawn, voter: voter() }),
    });
    if (!answer.ok) refusal = (await answer.json()).error || "the server refused it";
  } catch {
    refusal = "the server does not answer";
  }
  if (refusal) {
    say(`That could not be noted: ${refusal}`);
    return;
  }
  const held = said(turn.key);
  if (number) held.wrong = held.wrong.filter((each) => each !== number).concat(withdrawn ? [] : [number]);
  else held.verdict = withdrawn ? "" : verdict;
  keepSaid(turn.key, held);
  dress(foot);
  if (withdrawn) say("It is taken back.");
  else say(number ? `Thank you. It is noted that quote ${number} is wrong.` : THANKS[verdict]);
}

async function copyLink(button) {
  const link = button.parentElement.querySelector("a").href;
  try {
    await navigator.clipboard.writeText(link);
  } catch {
    // Without https only the old way is open: select the words and copy the selection.
    const words = document.createElement("textarea");
    words.value = link;
    button.after(words);
    words.select();
    document.execCommand("copy");
    words.remove();
    button.focus();
  }
  button.textContent = "Link copied";
  say("The link to this question is copied.");
  setTimeout(() => { button.textContent = "Copy link"; }, 2500);
}

/** Ask the question above a message again: it was turned away because too many were asked at once. */
function askAgain(button) {
  const asked = [...document.querySelectorAll('#pq-chat [data-testid="user"]')]
    .filter((each) => each.compareDocumentPosition(button) & Node.DOCUMENT_POSITION_FOLLOWING).pop();
  const field = document.querySelector("#pq-question textarea");
  field.value = asked.querySelector("p").textContent;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new KeyboardEvent("keypress", { key: "Enter", bubbles: true, cancelable: true }));
  field.focus();
}

function set(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/** Give the buttons of an answer the names and states that Gradio's sanitiser does not let through. */
function dress(foot) {
  const turn = turnOf(foot);
  if (!turn) return;
  const group = foot.querySelector(".pq-verdicts");
  set(group, "role", "group");
  set(group, "aria-label", "What do you think of this answer?");
  foot.querySelectorAll(".pq-verdict").forEach((button) => {
    set(button, "aria-pressed", String(isSaid(button, turn.key)));
    if (button.closest(".pq-wrong")) set(button, "aria-label", `Quote ${verdictOf(button).number} is wrong`);
  });
}

document.addEventListener("click", (event) => {
  const button = event.target.closest && event.target.closest("button");
  if (!button) return;
  if (button.classList.contains("pq-verdict")) press(button);
  if (button.classList.contains("pq-copy-link")) copyLink(button);
  if (button.classList.contains("pq-again")) askAgain(button);
});
new MutationObserver(() => document.querySelectorAll("#pq-chat .pq-foot").forEach(dress))
  .observe(document.documentElement, { subtree: true, childList: true });
