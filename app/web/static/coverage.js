// Who answers when: on a narrow screen the table begins at the hour that is shown, not at midnight.
"use strict";

const box = document.querySelector(".heat-scroll");
const here = box?.querySelector("[aria-current]")?.closest("td");
if (here) box.scrollLeft = here.offsetLeft - box.querySelector("tbody th").offsetWidth - 8;
