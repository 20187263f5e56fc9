// The menu editor: from a problem to its step.
"use strict";

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-jump]");
  const step = link && document.getElementById(`step-${link.dataset.jump}`);
  if (!step) return;
  event.preventDefault();
  step.scrollIntoView({ behavior: "smooth", block: "center" });
  step.classList.remove("is-found");
  void step.offsetWidth; // starts the animation anew
  step.classList.add("is-found");
});
