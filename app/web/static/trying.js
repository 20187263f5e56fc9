// A telephone in the browser. The server walks the call from its begin at every step; what was done so far is kept here.
"use strict";

(() => {
  const page = document.getElementById("trying");
  if (!page) return;

  const RING_SHOWN_MS = 3000; // a long ringing or waiting is shown in less than it takes
  const MUTED_SHOWN_MS = 500; // a text that is not heard
  const TICK_MS = 100;
  const KEYS = "0123456789*#";

  const words = page.dataset;
  const form = document.getElementById("situation");
  const status = document.getElementById("status");
  const clock = document.getElementById("clock");
  const heard = document.getElementById("heard");
  const patience = document.getElementById("patience");
  const dialButton = document.getElementById("dial");
  const hangUpButton = document.getElementById("hang-up");
  const again = document.getElementById("again");
  const mute = document.getElementById("mute");
  const record = document.getElementById("record");
  const saving = document.getElementById("save-test");
  const audio = new Audio();

  let call = null; // {tried, seen, keys, now, wake}: the call that is going on

  // The situation

  function situation() {
    const given = new FormData(form);
    const number = (name, otherwise) => (given.has(name) ? Number(given.get(name)) : otherwise);
    const phones = {};
    form.querySelectorAll("[data-phone]").forEach((choice) => (phones[choice.dataset.phone] = choice.value));
    const staffed = document.getElementById("staffed");
    return {
      at: given.get("at"), ani: given.get("ani").replace(/[\s-]/g, ""), did: given.get("did"), phones,
      answer_s: number("answer_s", 4), ahead: number("ahead", 0), serves_s: number("serves_s", 30),
      staffed: !staffed || staffed.checked, reply: given.get("reply") || "",
      seed: Math.floor(Math.random() * 1e9), acts: [], hangs_up_ms: null,
      revision: Number(words.revision),
    };
  }

  form.addEventListener("click", (event) => {
    const preset = event.target.closest("[data-field]");
    if (preset) form.elements[preset.dataset.field].value = preset.dataset.value;
  });
  form.addEventListener("submit", (event) => event.preventDefault());

  // The screen

  function say(text, kind = "") {
    if (!text) return;
    const line = document.createElement("li");
    line.textContent = text;
    heard.querySelectorAll(".is-now").forEach((old) => old.classList.remove("is-now"));
    line.className = kind || "is-now";
    heard.append(line);
    heard.scrollTop = heard.scrollHeight;
  }

  function tick(ms) {
    const seconds = Math.floor(ms / 1000);
    clock.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  }

  function light(node) {
    page.querySelectorAll(".way-row.is-here").forEach((row) => row.classList.remove("is-here"));
    const row = page.querySelector(`.way-row[data-node="${CSS.escape(node)}"]`);
    if (row) row.classList.add("is-passed", "is-here");
    document.dispatchEvent(new CustomEvent("trail:here", { detail: node }));
  }

  function offer(...acts) {
    page.querySelectorAll("[data-act]").forEach((button) => (button.hidden = !acts.includes(button.dataset.act)));
  }

  function live(isLive) {
    form.querySelector("fieldset").disabled = isLive;
    dialButton.hidden = isLive;
    hangUpButton.hidden = !isLive;
    page.querySelectorAll("[data-key]").forEach((key) => (key.disabled = !isLive));
  }

  // Time: a stretch of the call, shown in `shownMs`; ends early when something is done

  function pass(mine, fromMs, lengthMs, shownMs, { bar = false } = {}) {
    return new Promise((resolve) => {
      const began = performance.now();
      const share = () => Math.min(1, (performance.now() - began) / Math.max(1, shownMs));
      mine.now = () => fromMs + share() * lengthMs;
      const finish = (done) => {
        clearInterval(timer);
        patience.hidden = true;
        mine.wake = null;
        resolve(done);
      };
      const timer = setInterval(() => {
        tick(mine.now());
        if (bar) patience.value = 100 - share() * 100;
        if (share() >= 1) finish(null);
      }, TICK_MS);
      patience.hidden = !bar;
      mine.wake = finish;
    });
  }

  function sounds(urls) {
    return new Promise((resolve) => {
      let at = -1;
      let missing = 0;
      const next = () => {
        at += 1;
        if (at >= urls.length) return resolve(missing < urls.length);
        audio.src = urls[at];
        audio.play().catch(skip);
      };
      const skip = () => {
        missing += 1;
        next();
      };
      audio.onended = next;
      audio.onerror = null;
      sounds.stop = () => {
        audio.pause();
        resolve(true);
      };
      next();
    });
  }

  async function hear(mine, scene) {
    light(scene.node);
    say(scene.text);
    if (["ring", "talk", "wait", "rung"].includes(scene.kind)) return;
    status.textContent = words.listening;
    if (mine.keys && scene.kind === "ask") return; // who has pressed a key listens no more
    const isMuted = mute.getAttribute("aria-pressed") === "true";
    const playing = !isMuted && scene.sounds.length ? sounds(scene.sounds) : Promise.resolve(false);
    const spent = pass(mine, scene.at, scene.ms, isMuted || !scene.sounds.length ? MUTED_SHOWN_MS : scene.ms);
    mine.interrupts = scene.kind === "ask";
    const over = spent.then((done) => (done === null ? playing : done)); // a sound may be longer than it was said to be
    const played = await Promise.race([playing.then((well) => (well ? "played" : over)), over]);
    mine.interrupts = false;
    if (mine.wake) mine.wake(null);
    if (sounds.stop && played !== "played") sounds.stop();
    audio.pause();
  }

  // What the call waits for

  const waiting = {
    async keys(mine, wait) {
      status.textContent = words.press;
      offer("skip");
      const since = wait.at;
      const asked = mine.asked;
      const enough = () => mine.keys.length >= wait.most || [...mine.keys].some((key) => wait.ends.includes(key));
      let skipped = false;
      while (!enough() && !skipped) {
        const before = mine.keys.length;
        const done = await pass(mine, asked, wait.patience, wait.patience, { bar: true });
        if (mine.isGone) return null;
        skipped = done === "skip" || (done === null && mine.keys.length === before);
      }
      const pressed = mine.keys;
      mine.keys = "";
      say(pressed ? `${words.pressed} ${pressed}` : words.silent, "is-mine");
      return { kind: "keys", keys: pressed, seconds: pressed ? Math.max(0, mine.now() - since) / 1000 : null };
    },
    async ring(mine, wait) {
      status.textContent = words.ringing;
      await pass(mine, wait.at, wait.patience, Math.min(wait.patience, RING_SHOWN_MS), { bar: true });
      return { kind: "ring" };
    },
    async talk(mine, wait) {
      status.textContent = words.talking;
      offer("callee");
      const longest = 4 * 3600 * 1000;
      while ((await pass(mine, wait.at, longest, longest)) !== "callee" && !mine.isGone);
      return { kind: "talk", seconds: (mine.now() - wait.at) / 1000 };
    },
    async say(mine, wait) {
      status.textContent = words.recording;
      offer("say", "nothing");
      const done = await pass(mine, mine.asked, wait.patience, wait.patience, { bar: true });
      const isSaid = done === "say" || done === "key" || done === null;
      const seconds = done === "say" ? 8 : isSaid ? (mine.now() - mine.asked) / 1000 : 0;
      if (seconds) say(`${words.said} ${Math.round(seconds)} s`, "is-mine");
      return { kind: "say", seconds };
    },
    async wait(mine, wait) {
      status.textContent = words.waiting.replace("@", wait.place);
      await pass(mine, wait.at, wait.patience, Math.min(wait.patience, RING_SHOWN_MS), { bar: true });
      const pressed = [...mine.keys].find((key) => wait.keys.includes(key)) || "";
      mine.keys = "";
      if (pressed) say(`${words.pressed} ${pressed}`, "is-mine");
      return { kind: "wait", keys: pressed, seconds: (mine.now() - wait.at) / 1000 };
    },
  };

  // The call

  async function ask(mine) {
    const answer = await fetch(words.step, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": document.querySelector("meta[name=csrf-token]").content },
      body: JSON.stringify(mine.tried),
    });
    const told = answer.headers.get("Content-Type") === "application/json" ? await answer.json() : { problem: words.lost };
    if (told.problem) throw new Error(told.problem);
    return told;
  }

  async function go(mine) {
    let told = await ask(mine);
    document.getElementById("caller").textContent = told.caller || (mine.tried.ani ? "" : words.noNumber);
    while (call === mine) {
      const scenes = told.scenes.slice(mine.seen);
      mine.seen = told.scenes.length;
      for (const scene of scenes) {
        if (mine.isGone && told.wait) break;
        if (told.wait || !mine.isGone) await hear(mine, scene);
        mine.asked = scene.at + scene.ms;
      }
      showWay(told);
      if (!told.wait) return finish(mine, told);
      if (!mine.isGone) {
        light(told.way[told.way.length - 1].node);
        const act = await waiting[told.wait.kind](mine, told.wait);
        offer();
        if (!mine.isGone) mine.tried.acts.push(act);
      }
      if (call === mine) told = await ask(mine);
    }
  }

  function showWay({ way, scenes }) {
    const rang = new Set(scenes.filter((scene) => scene.kind === "ring").map((scene) => scene.node));
    const steps = way.map(({ node, by }) => ({ node, exit: by, rang: rang.has(node) }));
    document.dispatchEvent(new CustomEvent("trail:steps", { detail: steps }));
    for (const { node, exit } of way) {
      const row = page.querySelector(`.way-row[data-node="${CSS.escape(node)}"]`);
      if (!row) continue;
      row.classList.add("is-passed");
      if (exit) row.querySelector("small").textContent = exit;
    }
  }

  function finish(mine, told) {
    call = null;
    live(false);
    offer();
    status.textContent = words.over;
    again.hidden = false;
    record.innerHTML = told.record; // our own page's markup, escaped by the server
    record.scrollIntoView({ block: "nearest" });
    if (saving) {
      saving.hidden = false;
      saving.elements.situation.value = JSON.stringify(mine.tried);
    }
  }

  function fail(error) {
    call = null;
    live(false);
    offer();
    status.textContent = words.ready;
    say(error instanceof TypeError ? words.lost : error.message);
  }

  function clear() {
    heard.replaceChildren();
    record.replaceChildren();
    again.hidden = true;
    tick(0);
    page.querySelectorAll(".way-row").forEach((row) => {
      row.classList.remove("is-passed", "is-here");
      row.querySelector("small").textContent = "";
    });
    if (saving) saving.hidden = true;
    document.dispatchEvent(new CustomEvent("trail:steps", { detail: [] }));
  }

  dialButton.addEventListener("click", () => {
    if (!form.reportValidity()) return;
    clear();
    const mine = { tried: situation(), seen: 0, keys: "", now: () => 0, wake: null, asked: 0, isGone: false };
    call = mine;
    live(true);
    status.textContent = words.calling;
    go(mine).catch(fail);
  });

  hangUpButton.addEventListener("click", () => {
    if (!call) return;
    call.isGone = true;
    call.tried.hangs_up_ms = Math.round(call.now());
    say(words.hungUp, "is-mine");
    if (sounds.stop) sounds.stop();
    if (call.wake) call.wake("gone");
  });

  again.addEventListener("click", () => {
    clear();
    status.textContent = words.ready;
    form.elements.at.focus();
  });

  page.addEventListener("click", (event) => {
    const act = event.target.closest("[data-act]");
    const key = event.target.closest("[data-key]");
    if (act && call && call.wake) call.wake(act.dataset.act);
    if (key) press(key.dataset.key);
  });

  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.closest("input, select, textarea");
    if (call && !isTyping && KEYS.includes(event.key) && !event.ctrlKey && !event.metaKey) press(event.key);
  });

  function press(key) {
    if (!call || call.isGone) return;
    call.keys += key;
    const button = page.querySelector(`[data-key="${CSS.escape(key)}"]`);
    button.classList.add("is-down");
    setTimeout(() => button.classList.remove("is-down"), 150);
    const isPlain = ["listening"].some((name) => status.textContent === words[name]) && !call.interrupts;
    if (call.wake && !isPlain) call.wake("key");
  }

  mute.addEventListener("click", () => {
    const isMuted = mute.getAttribute("aria-pressed") !== "true";
    mute.setAttribute("aria-pressed", String(isMuted));
    mute.setAttribute("aria-label", isMuted ? mute.dataset.on : mute.dataset.off);
    mute.title = isMuted ? mute.dataset.on : mute.dataset.off;
    if (isMuted && sounds.stop) sounds.stop();
  });
})();
