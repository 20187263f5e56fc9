// The members of a group, dragged into their order; the arrows do the same without a mouse.
"use strict";

const list = document.getElementById("members");
new Sortable(list, { handle: ".member-grip", animation: 120 });

list.addEventListener("click", (event) => {
  const arrow = event.target.closest("button[name=move]");
  if (!arrow) return;
  event.preventDefault();
  const row = arrow.closest("li");
  const up = arrow.value.startsWith("up:");
  const other = up ? row.previousElementSibling : row.nextElementSibling;
  if (other) other[up ? "before" : "after"](row);
  arrow.focus();
});

list.addEventListener("change", (event) => {
  if (event.target.name !== "members") return;
  event.target.closest("li").classList.toggle("is-outside", !event.target.checked);
});
