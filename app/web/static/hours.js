// Most weeks are alike from Monday to Friday.
"use strict";

const copy = document.querySelector("[data-copy-monday]");
copy.hidden = false;
copy.addEventListener("click", () => {
  const times = (day) => document.querySelectorAll(`[data-day=${day}] input`);
  const monday = times("mon");
  for (const day of ["tue", "wed", "thu", "fri"]) {
    times(day).forEach((input, place) => (input.value = monday[place] ? monday[place].value : ""));
  }
});
