// The conversations that this browser keeps: an entry of its storage each, so that one tab never overwrites what
// another wrote. What is read back may have been put there by anybody: it is only ever shown as text.
const CONVERSATION = "pullquote:conversation:";
const SAID = "pullquote:said:";
const MOST = 200;
const MOST_TURNS = 50;

function entries(prefix) {
  try {
    return Object.keys(localStorage).filter((name) => name.startsWith(prefix));
  } catch {
    return []; // storage is switched off
  }
}

function read(name) {
  try {
    return JSON.parse(localStorage.getItem(name));
  } catch {
    return null;
  }
}

function isTurn(turn) {
  return turn && typeof turn.key === "string" && typeof turn.question === "string" && turn.question !== "";
}

function conversation(name) {
  const found = read(name);
  if (!found || !Array.isArray(found.turns) || !found.turns.length || !found.turns.every(isTurn)) return null;
  const changed = Number.isFinite(found.changed) ? found.changed : 0;
  return { id: name.slice(CONVERSATION.length), changed, turns: found.turns };
}

/** Every conversation, the one that was changed last first. */
export function all() {
  return entries(CONVERSATION).map(conversation).filter(Boolean).sort((a, b) => b.changed - a.changed);
}

export function find(id) {
  return conversation(CONVERSATION + id);
}

/** Those in whose questions and quotes each of the words occurs. */
export function search(words) {
  const wanted = words.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  return all().filter((each) => {
    const text = each.turns.map((turn) => [turn.question, turn.read_as, ...quoted(turn)].join(" ")).join(" ");
    return wanted.every((word) => text.toLocaleLowerCase().includes(word));
  });
}

function quoted(turn) {
  return (Array.isArray(turn.quotes) ? turn.quotes : []).map((quote) => quote && String(quote.text));
}

function write(name, value) {
  for (;;) {
    try {
      localStorage.setItem(name, JSON.stringify(value));
      return;
    } catch {
      // Full: the oldest conversation makes room. With none left to go, this one is not kept.
      const oldest = all().filter((each) => CONVERSATION + each.id !== name).pop();
      if (!oldest) return;
      remove(oldest.id);
    }
  }
}

let own = { id: "", last: "" }; // what this tab wrote last

/** Keep the turns that are on the page; the id of their conversation. */
export function keep(turns) {
  const keys = turns.map((turn) => turn.key);
  let id = own.id && own.first === keys[0] ? own.id : keys[0];
  const there = find(id);
  if (there) {
    const kept = there.turns.map((turn) => turn.key);
    if (kept.includes(keys.at(-1))) return id; // nothing new
    const isOwn = own.id === id && own.last === kept.at(-1);
    // Another tab went on from the same answer in another way: both are kept.
    if (!keys.includes(kept.at(-1)) && !isOwn) id = `${keys[0]}.${keys.at(-1)}`;
  }
  write(CONVERSATION + id, { changed: Date.now(), turns: turns.slice(-MOST_TURNS) });
  own = { id, first: keys[0], last: keys.at(-1) };
  all().slice(MOST).forEach((each) => remove(each.id));
  return id;
}

/** Put a conversation that was deleted back as it was. */
export function putBack(found) {
  write(CONVERSATION + found.id, { changed: found.changed, turns: found.turns });
}

export function remove(id) {
  const found = find(id);
  (found ? found.turns : []).forEach((turn) => localStorage.removeItem(SAID + turn.key));
  localStorage.removeItem(CONVERSATION + id);
}

export function removeAll() {
  [...entries(CONVERSATION), ...entries(SAID)].forEach((name) => localStorage.removeItem(name));
}

/** What was said of an answer: a verdict on the whole, and the numbers of quotes that are wrong. */
export function said(key) {
  const found = read(SAID + key);
  const wrong = found && Array.isArray(found.wrong) ? found.wrong.filter(Number.isInteger) : [];
  return { verdict: found && typeof found.verdict === "string" ? found.verdict : "", wrong };
}

export function keepSaid(key, value) {
  if (value.verdict || value.wrong.length) write(SAID + key, value);
  else localStorage.removeItem(SAID + key);
}

/** An opaque name for this browser, so that a change of mind replaces what was said before. */
export function voter() {
  const name = "pullquote:voter";
  let found = "";
  try {
    found = localStorage.getItem(name) || "";
    if (!/^[\w-]{16,64}$/.test(found)) {
      // Not randomUUID: a page without https has none.
      found = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
      localStorage.setItem(name, found);
    }
  } catch {
    found = "";
  }
  return found;
}
