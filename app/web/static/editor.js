// The menu editor: from a finding to its step, unfolded, with what has to be mended in focus.
"use strict";

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-jump]");
  const step = link && document.getElementById(`step-${link.dataset.jump}`);
  if (!step) return;
  event.preventDefault();
  show(step);
  if (!("opens" in link.dataset)) return;
  const unfold = step.querySelector(".step-actions [aria-expanded=false]");
  if (!unfold) return focus(step, link.dataset.place);
  document.addEventListener("htmx:afterSettle", () => {
    const unfolded = document.getElementById(step.id);
    show(unfolded);
    focus(unfolded, link.dataset.place);
  }, { once: true });
  unfold.click();
});

function show(step) {
  step.scrollIntoView({ behavior: "smooth", block: "center" });
  step.classList.remove("is-found");
  void step.offsetWidth; // starts the animation anew
  step.classList.add("is-found");
}

// A place is "nodes.STEP", "nodes.STEP.FIELD" or "nodes.STEP.exits.EXIT".
function focus(step, place) {
  const [field, exit] = place.split(".").slice(2);
  const wanted = exit
    ? step.querySelector(`[data-exit="${CSS.escape(exit)}"]`)
    : field && step.querySelector(`[name="${CSS.escape(field)}"]`);
  wanted?.closest("details:not([open])")?.setAttribute("open", "");
  (wanted || step.querySelector(".step-actions a")).focus({ preventScroll: true });
}

// What was said about the last change is over with the next one that is saved.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.xhr.status === 200 && detail.requestConfig.verb !== "get") document.getElementById("notice")?.replaceChildren();
});
