// The picture of a number: who is on a call, who waits, what is open. events.js has the state fetched when it changes.
"use strict";

(() => {
  const root = document.getElementById("picture");
  const picture = root && Picture.all.get(root);
  if (!picture) return;
  const TONES = ["is-open", "is-closed", "is-busy", "is-waiting", "is-off"];
  const version = document.getElementById("now-data").dataset.version;

  function wear(element, told, place) {
    element.classList.remove(...TONES);
    if (told) element.classList.add(`is-${told.tone}`);
    place.textContent = told ? told.text : "";
  }

  function show() {
    const data = document.getElementById("now-data");
    if (data.dataset.version !== version) return location.reload(); // another version was published
    const now = JSON.parse(data.textContent);
    document.getElementById("live-away").hidden = !now.away;
    picture.elements.forEach((element, id) => {
      const phone = element.dataset.number;
      wear(element, phone ? now.phones[phone] : now.boxes[id], element.querySelector(".box-state"));
      element.querySelectorAll(".box-phone[data-number]").forEach((row) => wear(row, now.phones[row.dataset.number], row.querySelector(".phone-state")));
    });
  }

  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target.hasAttribute("data-events")) show();
  });
  root.addEventListener("picture:drawn", show);
  root.addEventListener("picture:open", ({ detail: box }) => {
    const address = new URL(root.dataset.editor, location.href);
    const step = picture.stepOf(box);
    if (step) address.searchParams.set("open", step);
    location.assign(address);
  });
  show();
})();
