// A new sound: what is typed is heard at once, what is recorded is sent like a file.
"use strict";

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id !== "heard") return;
  const button = event.detail.target.querySelector("[data-play]");
  if (button) button.click();
});

function wire(form) {
  const fileInput = form.elements.file;
  const button = form.querySelector("[data-busy]");
  const calm = button.textContent;

  fileInput.addEventListener("change", () => {
    const file = fileInput.files[0];
    const tooLarge = file && file.size > Number(form.dataset.maxBytes);
    fileInput.setCustomValidity(tooLarge ? form.dataset.tooLarge : "");
    if (tooLarge) fileInput.reportValidity();
    form.elements.recorded.value = "";
  });

  function working(is) {
    button.disabled = is;
    button.textContent = is ? button.dataset.busy : calm;
    form.querySelector("[data-converting]").hidden = !is || form.elements.source.value !== "upload";
  }
  form.addEventListener("submit", () => working(true));
  form.addEventListener("htmx:afterRequest", (event) => event.detail.elt === form && working(false));

  const recorder = form.querySelector("[data-recorder]");
  if (!navigator.mediaDevices || !window.MediaRecorder) return;
  recorder.hidden = false;
  recorder.querySelector("[data-record]").addEventListener("click", () => record(form, recorder));
}

// Back from the next page, the form is to be used again.
window.addEventListener("pageshow", (event) => {
  if (event.persisted && document.querySelector(".sound-form")) window.location.reload();
});

const LIMIT_S = 600;

function secondsText(seconds) {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

async function record(form, recorder) {
  const say = recorder.querySelector("[data-recorded]");
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  } catch {
    say.textContent = say.dataset.denied;
    return;
  }
  const start = recorder.querySelector("[data-record]");
  const stop = recorder.querySelector("[data-stop]");
  const media = new MediaRecorder(stream);
  const pieces = [];
  let seconds = 0;
  const show = () => (stop.querySelector("[data-seconds]").textContent = secondsText(seconds));
  const clock = setInterval(() => {
    seconds += 1;
    show();
    if (seconds >= LIMIT_S) media.stop();
  }, 1000);
  media.addEventListener("dataavailable", (event) => pieces.push(event.data));
  media.addEventListener("stop", () => {
    clearInterval(clock);
    stream.getTracks().forEach((track) => track.stop());
    const files = new DataTransfer();
    files.items.add(new File(pieces, "recording", { type: media.mimeType }));
    form.elements.file.files = files.files;
    form.elements.recorded.value = "1";
    say.textContent = `${say.dataset.done} ${secondsText(seconds)}`;
    start.hidden = false;
    stop.hidden = true;
  });
  stop.onclick = () => media.stop();
  form.closest("dialog")?.addEventListener("close", () => media.state === "recording" && media.stop(), { once: true });
  start.hidden = true;
  stop.hidden = false;
  say.textContent = "";
  show();
  media.start();
}

document.querySelectorAll(".sound-form").forEach(wire);
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id === "sheet") event.detail.target.querySelectorAll(".sound-form").forEach(wire);
});
