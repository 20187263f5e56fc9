// A new sound: what is typed is heard at once, what is recorded is sent like a file.
"use strict";

const form = document.querySelector(".sound-form");
const fileInput = form.elements.file;

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id !== "heard") return;
  const button = event.detail.target.querySelector("[data-play]");
  if (button) button.click();
});

fileInput.addEventListener("change", () => {
  const file = fileInput.files[0];
  const tooLarge = file && file.size > Number(form.dataset.maxBytes);
  fileInput.setCustomValidity(tooLarge ? form.dataset.tooLarge : "");
  if (tooLarge) fileInput.reportValidity();
  form.elements.recorded.value = "";
});

form.addEventListener("submit", () => {
  const button = form.querySelector("[data-busy]");
  button.disabled = true;
  button.textContent = button.dataset.busy;
  form.querySelector("[data-converting]").hidden = form.elements.source.value !== "upload";
});

// Back from the next page, the form is to be used again.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) window.location.reload();
});

const recorder = form.querySelector("[data-recorder]");
const LIMIT_S = 600;

function secondsText(seconds) {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

async function record() {
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
    fileInput.files = files.files;
    form.elements.recorded.value = "1";
    say.textContent = `${say.dataset.done} ${secondsText(seconds)}`;
    start.hidden = false;
    stop.hidden = true;
  });
  stop.onclick = () => media.stop();
  start.hidden = true;
  stop.hidden = false;
  say.textContent = "";
  show();
  media.start();
}

if (navigator.mediaDevices && window.MediaRecorder) {
  recorder.hidden = false;
  recorder.querySelector("[data-record]").addEventListener("click", record);
}
