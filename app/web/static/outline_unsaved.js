// A change that could not be sent is kept in this tab, and offered again: after signing in, or when the page is back.
"use strict";

(() => {
  const editor = document.getElementById("editor");
  const offer = document.getElementById("unsaved");
  if (!editor || !offer) return;
  const NAME = "hotline400-unsaved";
  const OLDEST_MS = 12 * 3600 * 1000;
  const SECRET = /^(csrf_token|base_revision|over)$/;

  const stored = () => JSON.parse(sessionStorage.getItem(NAME) || "null");

  function keep(event) {
    const { requestConfig: sent, xhr } = event.detail;
    if (!sent || sent.verb === "get" || !(editor.contains(event.target) || event.target.closest("#sheet"))) return;
    if (xhr.status && xhr.status < 400 && !(xhr.getResponseHeader("HX-Redirect") || "").includes("/sign-in")) {
      return void sessionStorage.removeItem(NAME);
    }
    if (xhr.status === 422) return; // it is refused, and still on the page
    const fields = [...sent.formData.entries()].filter(([name, value]) => typeof value === "string" && !SECRET.test(name));
    const kept = { page: location.pathname, who: offer.dataset.who, path: sent.path, fields, at: Date.now() };
    sessionStorage.setItem(NAME, JSON.stringify(kept));
  }

  document.addEventListener("htmx:beforeOnLoad", keep);
  document.addEventListener("htmx:sendError", keep);

  function offerAgain() {
    const kept = stored();
    const fits = kept && kept.page === location.pathname && kept.who === offer.dataset.who && Date.now() - kept.at < OLDEST_MS;
    if (!fits) return;
    offer.hidden = false;
    offer.querySelector("[data-again]").onclick = () => {
      const values = {};
      kept.fields.forEach(([name, value]) => (values[name] = name in values ? [].concat(values[name], value) : value));
      const shown = values.live_revision || values.revision;
      values.base_revision = [].concat(shown)[0];
      offer.hidden = true;
      sessionStorage.removeItem(NAME);
      htmx.ajax("POST", kept.path, { source: editor, target: editor, swap: "innerHTML", values });
    };
    offer.querySelector("[data-drop]").onclick = () => {
      sessionStorage.removeItem(NAME);
      offer.hidden = true;
    };
  }

  // A page that somebody signed in from elsewhere carries an old token: what was changed is kept, and the page read anew.
  document.addEventListener("htmx:responseError", (event) => {
    if (event.detail.xhr.status === 400 && stored()) location.reload();
  });
  offerAgain();
})();
