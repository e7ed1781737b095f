// What pages do beyond links and forms: keys, the palette, and telling of errors. Every page works without it.
(() => {
  "use strict";
  const $ = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const meta = (name) => $(`meta[name="${name}"]`)?.content ?? "";

  // A request of htmx shows the session's token, as a form does by its hidden field.
  document.addEventListener("htmx:configRequest", (event) => {
    event.detail.headers["X-CSRF-Token"] = meta("csrf-token");
  });

  const bubble = (text) => {
    const place = $("#bubble");
    if (!place) return;
    $("[data-text]", place).textContent = text;
    place.hidden = false;
    clearTimeout(bubble.timer);
    bubble.timer = setTimeout(() => { place.hidden = true; }, 8000);
  };
  for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
    document.addEventListener(name, () => bubble(document.body.dataset.lost));
  }

  const typing = (element) => element?.closest?.("input:not([type=checkbox]):not([type=radio]):not([type=submit]), textarea, select, [contenteditable]");
  const shown = (element) => element.getClientRects().length > 0 && !element.disabled;

  // Single keys can be turned off (WCAG 2.1.4); it is remembered in this browser.
  const remembered = () => { try { return localStorage.getItem("bonafide-keys"); } catch { return null; } };
  const setKeys = (on) => {
    document.body.classList.toggle("keys-off", !on);
    try { localStorage.setItem("bonafide-keys", on ? "on" : "off"); } catch { /* Not remembered, then. */ }
  };
  const keysOn = () => !document.body.classList.contains("keys-off");
  if (remembered() === "off") document.body.classList.add("keys-off");
  const keysBox = $("#keys-on");
  if (keysBox) {
    keysBox.checked = keysOn();
    keysBox.addEventListener("change", () => setKeys(keysBox.checked));
  }

  // Rows of a list: j and k or the arrows go from one to the next, Enter opens, x ticks.
  const rows = () => all("[data-row]").filter(shown);
  const step = (by) => {
    const list = rows();
    if (!list.length) return false;
    const now = list.findIndex((row) => row.classList.contains("at"));
    const next = list[Math.max(0, Math.min(list.length - 1, now < 0 ? (by > 0 ? 0 : list.length - 1) : now + by))];
    list.forEach((row) => row.classList.toggle("at", row === next));
    const link = $("a[href]", next);
    (link ?? next).focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
    return true;
  };

  const press = (key) => {
    const target = all("[data-key]").find((element) => element.dataset.key === key && shown(element));
    if (!target) return false;
    if (target.matches("input:not([type=radio]):not([type=checkbox]), textarea, select")) target.focus();
    else target.click();
    return true;
  };

  // The palette: every page and, as one types, businesses and cases.
  const palette = $("#palette");
  const opened = () => palette?.open;
  const openPalette = () => {
    if (!palette || opened()) return;
    palette.showModal();
    const field = $("input", palette);
    field.value = "";
    narrow();
    field.focus();
  };
  const entries = () => all(".results a", palette).filter((a) => !a.closest("li").hidden);
  const narrow = () => {
    const words = $("input", palette).value.trim().toLowerCase().split(/\s+/);
    for (const item of all("#palette-pages li", palette)) {
      const text = item.textContent.toLowerCase();
      item.hidden = !words.every((word) => text.includes(word));
    }
    mark(0);
  };
  const mark = (index) => {
    const list = entries();
    list.forEach((a, i) => a.classList.toggle("at", i === index));
    list[index]?.scrollIntoView({ block: "nearest" });
  };
  if (palette) {
    $("input", palette).addEventListener("input", narrow);
    document.addEventListener("htmx:afterSwap", (event) => { if (palette.contains(event.target)) mark(0); });
    palette.addEventListener("keydown", (event) => {
      const list = entries();
      const now = list.findIndex((a) => a.classList.contains("at"));
      if (event.key === "ArrowDown") mark(Math.min(list.length - 1, now + 1));
      else if (event.key === "ArrowUp") mark(Math.max(0, now - 1));
      else if (event.key === "Enter" && document.activeElement.matches("input")) list[Math.max(0, now)]?.click();
      else return;
      event.preventDefault();
    });
  }

  // What the keys of this page are, read off the buttons that print them.
  const help = $("#keys");
  const openHelp = () => {
    if (!help || help.open) return;
    const list = $("dl", help);
    all("[data-added]", list).forEach((element) => element.remove());
    const seen = new Set();
    for (const element of all("[data-key]").filter(shown)) {
      if (seen.has(element.dataset.key)) continue;
      seen.add(element.dataset.key);
      const key = document.createElement("dt");
      const kbd = document.createElement("kbd");
      kbd.textContent = element.dataset.key;
      key.append(kbd);
      const what = document.createElement("dd");
      const copy = element.cloneNode(true);
      all("kbd", copy).forEach((k) => k.remove());
      what.textContent = element.dataset.keyName ?? copy.textContent.trim();
      key.dataset.added = what.dataset.added = "";
      list.append(key, what);
    }
    help.showModal();
  };

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      openPalette();
      return;
    }
    if (event.key === "Escape" && typing(event.target) && !$("dialog[open]")) { event.target.blur(); return; }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat && !/^(j|k|Arrow)/.test(event.key)) return;
    if (typing(event.target) || $("dialog[open]") || !keysOn()) return;
    const done = event.key === "?" ? (openHelp(), true)
      : event.key === "j" || (event.key === "ArrowDown" && $(".at[data-row]")) ? step(1)
      : event.key === "k" || (event.key === "ArrowUp" && $(".at[data-row]")) ? step(-1)
      : event.key === "x" && $(".at[data-row] input[type=checkbox]") ? ($(".at[data-row] input[type=checkbox]").click(), true)
      : press(event.key);
    if (done) event.preventDefault();
  });

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-open], [data-close], [data-copy], [data-print]");
    if (!button) return;
    if (button.dataset.open === "palette") openPalette();
    else if (button.dataset.open === "keys") openHelp();
    else if ("close" in button.dataset) button.closest("dialog, #bubble")?.[button.closest("dialog") ? "close" : "remove"]();
    else if ("print" in button.dataset) window.print();
    else if (button.dataset.copy) {
      const text = all(button.dataset.copy).map((element) => element.textContent.trim()).join("\n");
      try { await navigator.clipboard.writeText(text); bubble(button.dataset.copied); } catch { /* The text stands there to be taken by hand. */ }
    }
  });

  // A form that says what it will do asks before it does it.
  document.addEventListener("submit", (event) => {
    const question = event.submitter?.dataset.confirm ?? event.target.dataset.confirm;
    if (question && !window.confirm(question)) event.preventDefault();
  });

  // A text taken from a list fills the field beside it. The list keeps the focus: somebody may still be typing a name.
  document.addEventListener("change", (event) => {
    const into = event.target.dataset?.fills && $(event.target.dataset.fills);
    const chosen = event.target.selectedOptions?.[0]?.dataset.text;
    if (into && chosen !== undefined) { into.value = chosen; into.dispatchEvent(new Event("input", { bubbles: true })); }
    const whole = event.target.dataset?.ticksAll;
    if (whole) all(whole).forEach((box) => { box.checked = event.target.checked; });
  });

  for (const element of all("[data-needs-script]")) element.hidden = false;
})();
