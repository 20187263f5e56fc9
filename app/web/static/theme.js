// Before the page is painted: dark where the device asks for it and nobody chose otherwise.
"use strict";

{
  const page = document.documentElement;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const follow = () => {
    if (page.dataset.chosenTheme !== "auto") return;
    page.dataset.bsTheme = dark.matches ? "dark" : "light";
    document.dispatchEvent(new Event("theme"));
  };
  dark.addEventListener("change", follow);
  follow();
}
