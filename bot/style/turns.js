// What the answers on the page carry for this browser to keep, and words for those who listen.
const CARRIED = "#pq-chat .pq-kept";

/** What the answer that a control stands in carries; null where it cannot be read. */
export function turnOf(foot) {
  try {
    return JSON.parse(foot.querySelector(".pq-kept").textContent);
  } catch {
    return null;
  }
}

/** The turns on the page, oldest first. */
export function turns() {
  return [...document.querySelectorAll(CARRIED)].map((each) => turnOf(each.parentElement)).filter(Boolean);
}

const voice = document.createElement("p");
voice.className = "pq-voice";
voice.setAttribute("role", "status");
document.body.append(voice);

/** Say something in words, to those who listen and to those who look. */
export function say(words) {
  // A dialog that is open hides all else from those who listen, so its words are said within it.
  const within = document.querySelector("dialog[open]") || document.body;
  if (voice.parentElement !== within) within.append(voice);
  voice.textContent = "";
  requestAnimationFrame(() => { voice.textContent = words; });
  clearTimeout(say.timer);
  voice.classList.add("pq-heard");
  say.timer = setTimeout(() => voice.classList.remove("pq-heard"), 4000);
}
