// Bringing articles: sends what was dropped, chosen or pasted, tells how far it has come and what became of it, and
// has the page look again once something is in. Whatever comes back is shown as text, never as HTML.
(() => {
  const find = (selector) => document.querySelector(`#pq-bring ${selector}`);
  const counted = (number, word) => `${number.toLocaleString("en")} ${word}${number === 1 ? "" : "s"}`;
  const VERB = /^(is|has|holds|cannot|does|declares|begins|breaks|broke|names|needs|unfolds|was) /;
  const queue = [];
  let busy = false;
  let looked = 0;

  function element(name, kind, words) {
    const made = document.createElement(name);
    if (kind) made.className = kind;
    if (words) made.textContent = words;
    return made;
  }

  function say(words, share) {
    find(".pq-bring-told").hidden = false;
    const now = find(".pq-bring-now");
    if (now.textContent !== words) now.textContent = words;
    const bar = find("progress");
    bar.hidden = share === null;
    if (share === undefined) bar.removeAttribute("value"); else if (share !== null) bar.value = share;
  }

  function minutes(seconds) {
    return seconds < 90 ? `${Math.max(1, Math.round(seconds))} s` : `${Math.round(seconds / 60)} min`;
  }

  function step(told) {
    if (told.waiting) return say("Somebody else is bringing articles in; yours are next.");
    const parts = [told.of > 1 ? `${Math.min(told.done + 1, told.of)} of ${told.of}: ${told.at}` : told.at];
    if (told.passages) parts.push(`${counted(told.passages, "passage")}, ${told.passages_a_second} a second`);
    const known = told.seconds_left !== null;
    if (known && told.seconds_left >= 1) parts.push(`${minutes(told.seconds_left)} left`);
    say(parts.join(" · "), known ? told.seconds / (told.seconds + told.seconds_left || 1) : undefined);
  }

  function line(told) {
    const made = element("li", `pq-brought pq-${told.outcome}`);
    made.append(element("span", "pq-brought-outcome", told.outcome), " ");
    const only = told.articles.length === 1 ? told.articles[0] : null;
    const name = element(only ? "a" : "span", "pq-brought-name", told.name);
    if (only) name.href = only.link;
    made.append(name);
    const articles = Object.entries(told.counts).filter(([kind]) => kind !== "skipped");
    const several = articles.reduce((sum, [, number]) => sum + number, 0) > 1;
    const words = several ? [articles.map(([kind, number]) => `${number.toLocaleString("en")} ${kind}`).join(", ")] : [];
    if (only && told.outcome === "updated") words.push(`now in version ${only.version}`);
    // What is wrong with the one thing that was brought begins with its verb: "is no PDF that can be read".
    const notes = told.notes.slice(0, 5).map((note) => (VERB.test(note) && told.outcome === "skipped" ? `it ${note}` : note));
    if (told.notes.length > 5) notes.push(`and ${told.notes.length - 5} more`);
    if (notes.length) words.push((told.outcome === "skipped" ? "because " : "") + notes.join("; "));
    if (words.length) made.append(element("span", "pq-brought-why", words.join("; ")));
    find(".pq-bring-list").hidden = false;
    find(".pq-bring-list").append(made);
  }

  function lookAgain(atOnce) {
    if (!atOnce && Date.now() - looked < 3000) return;
    looked = Date.now();
    document.querySelector("#pq-refresh")?.click();
  }

  function send([form, name, emptied]) {
    busy = true;
    say(`Sending ${name}`, 0);
    const request = new XMLHttpRequest();
    const totals = {};
    let read = 0;
    let failed = "";
    const hear = () => {
      const end = request.responseText.lastIndexOf("\n") + 1;
      const lines = request.responseText.slice(read, end).split("\n").filter(Boolean);
      read = end;
      for (const told of lines.map((each) => JSON.parse(each))) {
        if ("error" in told) failed = told.error;
        else if ("outcome" in told) {
          line(told);
          totals[told.outcome] = (totals[told.outcome] || 0) + 1;
          if (told.outcome !== "skipped") lookAgain(false);
        } else step(told);
      }
    };
    const done = () => {
      const counts = ["added", "updated", "unchanged", "skipped"].filter((each) => totals[each]);
      const told = counts.map((each) => `${totals[each]} ${each}`).join(", ");
      say([failed, told && `Done: ${told}.`].filter(Boolean).join(" "), null);
      if (totals.added || totals.updated) lookAgain(true);
      if (emptied && !failed) emptied.reset();
      busy = false;
      next();
    };
    request.upload.onprogress = (event) => event.lengthComputable && say(`Sending ${name}`, event.loaded / event.total);
    request.upload.onload = () => say(`Reading ${name}`);
    request.onprogress = () => request.status === 200 && hear();
    request.onload = () => {
      if (request.status === 200) hear();
      else {
        try { failed = JSON.parse(request.responseText).error; } catch { failed = ""; }
        failed ||= `The server answered with status ${request.status}; nothing was brought in.`;
      }
      done();
    };
    request.onerror = () => { failed = "The connection broke off; bring them again, what is in is not taken twice."; done(); };
    request.open("POST", "/v1/articles");
    request.setRequestHeader("Accept", "application/x-ndjson");
    request.send(form);
  }

  function next() {
    if (!busy && queue.length) send(queue.shift());
  }

  function bring(form, name, emptied) {
    if (!busy && !queue.length) find(".pq-bring-list").replaceChildren();
    queue.push([form, name, emptied]);
    next();
  }

  function bringFiles(files) {
    if (!files.length) return;
    document.querySelector("#pq-bring").open = true;
    const limit = Number(find(".pq-bring-files").dataset.limit) * 1024 * 1024;
    const size = [...files].reduce((sum, each) => sum + each.size, 0);
    if (size > limit) {
      say(`These are ${Math.ceil(size / 1024 / 1024)} MB; at most ${limit / 1024 / 1024} MB are taken at once.`, null);
      return;
    }
    const form = new FormData();
    [...files].forEach((each) => form.append("files", each, each.name));
    bring(form, files.length === 1 ? files[0].name : `${files.length} files`);
  }

  document.addEventListener("submit", (event) => {
    if (!event.target.closest("#pq-bring")) return;
    event.preventDefault();
    const form = new FormData(event.target);
    bring(form, form.get("urls") || form.get("title") || "the text", event.target);
  });

  document.addEventListener("change", (event) => {
    if (!event.target.matches("#pq-bring input[type=file]")) return;
    bringFiles(event.target.files);
    event.target.value = "";
  });

  // Files may be dropped anywhere on the page.
  const holdsFiles = (event) => find("form") && [...(event.dataTransfer?.types || [])].includes("Files");
  let leaving;
  document.addEventListener("dragover", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    clearTimeout(leaving);
    document.querySelector("#pq-bring").open = true;
    find(".pq-drop").classList.add("pq-over");
    leaving = setTimeout(() => find(".pq-drop").classList.remove("pq-over"), 300);
  });
  document.addEventListener("drop", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    bringFiles(event.dataTransfer.files);
  });

  // With nothing to ask yet, bringing is what there is to do.
  let opened = false;
  new MutationObserver(() => {
    const bring = document.querySelector("#pq-bring");
    if (opened || !bring || !document.querySelector(".pq-empty")) return;
    opened = bring.open = true;
  }).observe(document.documentElement, { subtree: true, childList: true });
})();
