// What every page of the console needs: sheets, questions before removing, sounds, pauses while nobody looks.
"use strict";

document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRFToken"] = document.querySelector("meta[name=csrf-token]").content;
});

// A part of a page that refreshes itself rests while the tab is hidden.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (document.hidden && event.target.hasAttribute("data-pause-hidden")) event.preventDefault();
});

// When a change cannot be sent, or the server fails, somebody has to be told.
function showAccident(event) {
  const quiet = event.target.hasAttribute("data-pause-hidden") || event.detail.xhr.status === 409 || event.detail.xhr.status === 422;
  if (quiet) return;
  const accident = document.getElementById("accident");
  (sheet.open ? sheet : document.body).append(accident); // a sheet covers everything else
  accident.hidden = false;
}

document.addEventListener("htmx:sendError", showAccident);
document.addEventListener("htmx:responseError", showAccident);
document.addEventListener("htmx:afterSwap", () => {
  document.getElementById("accident").hidden = true;
});

const sheet = document.getElementById("sheet");

function closeSheet() {
  if (sheet && sheet.open) sheet.close();
}

document.addEventListener("htmx:afterSwap", (event) => {
  const target = event.detail.target;
  if (target === sheet && !sheet.open) sheet.showModal();
  if (target.id === "editor") closeSheet();
  if (target.id === "notice" && sheet.open) {
    sheet.querySelectorAll(".sheet-body > .alert").forEach((old) => old.remove());
    sheet.querySelector(".sheet-body").prepend(...target.children);
  } else if (target.id === "notice") {
    target.scrollIntoView({ block: "nearest" });
  }
});

document.addEventListener("submit", (event) => {
  const question = event.submitter?.dataset.confirm ?? event.target.dataset.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
});

document.addEventListener("click", (event) => {
  if (event.target === sheet || event.target.closest("[data-close]")) closeSheet();
  const button = event.target.closest("[data-play]");
  if (button) play(button);
  document.querySelectorAll("details.menu[open]").forEach((menu) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") document.querySelectorAll("details.menu[open]").forEach((menu) => (menu.open = false));
});

// One sound at a time; pressing again stops it.
const sound = new Audio();
let playing = null;

function play(button) {
  const again = playing === button;
  stop();
  if (again) return;
  playing = button;
  button.classList.add("is-playing");
  sound.src = button.dataset.play;
  sound.play().catch(stop);
}

function stop() {
  sound.pause();
  if (playing) playing.classList.remove("is-playing");
  playing = null;
}

sound.addEventListener("ended", stop);
sound.addEventListener("error", stop);
