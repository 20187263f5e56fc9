// Ctrl+Z takes the last change back, Ctrl+Shift+Z or Ctrl+Y makes it again; fields have their own.
"use strict";

document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || event.target.closest("input, textarea, select, dialog")) return;
  const key = event.key.toLowerCase();
  const wanted = key === "y" || (key === "z" && event.shiftKey) ? "redo" : key === "z" ? "undo" : "";
  const button = wanted && document.getElementById(wanted);
  if (!button) return;
  event.preventDefault();
  if (!button.disabled) button.click();
});
