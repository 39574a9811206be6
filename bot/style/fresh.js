// Articles may come in from elsewhere: another tab, the terminal, a folder that is watched. The page hears of it and
// looks again; the conversation and what is being typed stay as they are.
(() => {
  const PACE = 20_000;
  const OPENING = 2_000; // while the server still opens its index there is nothing to ask, so it is asked more often
  let known = null;
  let timer;

  async function look() {
    let wait = PACE;
    if (!document.hidden) {
      try {
        const answered = await fetch("/health", { cache: "no-store" });
        const told = answered.ok ? (await answered.json()).generation : "opening";
        if (!answered.ok) wait = OPENING;
        const button = document.querySelector("#pq-refresh");
        if (known !== null && told !== known && answered.ok) button?.click();
        if (known === null || button) known = told;
      } catch (error) {
        console.debug("the server is away; it is asked again", error);
      }
    }
    clearTimeout(timer);
    timer = setTimeout(look, wait);
  }

  document.addEventListener("visibilitychange", look);
  window.addEventListener("focus", look);
  window.addEventListener("pageshow", (event) => { if (event.persisted) look(); });
  look();
})();
