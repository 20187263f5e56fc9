// Parts of a page with data-events are fetched anew when the server says that something has changed. A hidden page
// does not listen, so that many open tabs do not use up the browser's connections; coming back, it asks what is new.
"use strict";

for (const part of document.querySelectorAll("[data-events]")) {
  const state = document.getElementById("live-state");
  let source = null;
  let known = part.dataset.mark;

  const say = (away) => {
    if (!state) return;
    state.hidden = !away;
    state.textContent = away ? state.dataset.away : "";
  };

  const listen = () => {
    source = new EventSource(`${part.dataset.events}?since=${encodeURIComponent(known)}`);
    source.addEventListener("open", () => say(false));
    source.addEventListener("error", () => say(!navigator.onLine || source.readyState === EventSource.CLOSED));
    source.addEventListener("changed", (event) => {
      known = event.lastEventId;
      htmx.trigger(part, "changed");
    });
  };

  const rest = () => {
    if (source) source.close();
    source = null;
  };

  document.addEventListener("visibilitychange", () => (document.hidden ? rest() : source || listen()));
  window.addEventListener("pagehide", rest);
  window.addEventListener("pageshow", () => source || document.hidden || listen());
}
