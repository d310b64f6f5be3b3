/* <live-panel id topics [data-rows]>: fetches its own fragment under the reader's own rights when the stream says it changed.
   An open form or a half-typed word is never replaced; new rows wait behind a button. */
const SOON = 100, AGAIN = 5_000;
customElements.define("live-panel", class extends HTMLElement {
  static observedAttributes = ["data-state"];

  attributeChangedCallback() { if (this.again) this.tryAgain(); }

  connectedCallback() {
    this.waiting = new Set();
    this.news = new Set();
    this.hear = (event) => this.changed(JSON.parse(event.detail.data));
    this.again = () => this.refresh();
    document.addEventListener("changed", this.hear);
    document.addEventListener("live-poll", this.again);
    this.sent = (event) => { if (event.detail?.ctx?.sourceElement?.matches?.("form, main")) this.touched = false; };
    document.addEventListener("htmx:after:swap", this.sent);
    this.addEventListener("click", (event) => {
      if (event.target.closest("[data-refresh]")) this.shown(event);
      if (event.target.closest("summary")) this.touched = true;
    });
    this.tryAgain();
  }

  /* A panel whose service was late or away asks again by itself until it is back. */
  tryAgain() {
    clearTimeout(this.trying);
    if (["late", "away", "busy"].includes(this.dataset.state) || this.querySelector(".panel.stale")) {
      this.trying = setTimeout(this.again, this.dataset.state === "late" && !this.tried ? SOON : AGAIN);
    }
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    clearTimeout(this.trying);
    document.removeEventListener("changed", this.hear);
    document.removeEventListener("live-poll", this.again);
    document.removeEventListener("htmx:after:swap", this.sent);
  }

  changed({ topic, subject }) {
    if (!(this.dataset.topics || "").split(" ").includes(topic)) return;
    if (!this.dataset.rows) return this.soon();
    if (document.getElementById(`row-${subject}`)) { this.waiting.add(subject); return this.soon(); }
    this.news.add(subject);
    this.tellNews();
  }

  tellNews() {
    const note = this.querySelector("[data-news]");
    if (!note) return;
    note.hidden = false;
    note.querySelector("[data-count]").textContent = this.news.size;
  }

  soon() { this.timer ??= setTimeout(() => { this.timer = null; this.refresh(); }, 800); }

  shown(event) {
    event.preventDefault();
    this.news.clear();
    this.refresh({ whole: true });
  }

  busy() {
    const focused = document.activeElement;
    const field = this.contains(focused) && focused.matches("input, textarea, select");
    const changed = (one) => one.type !== "hidden" && (one.checked !== one.defaultChecked || (one.defaultValue !== undefined && one.value !== one.defaultValue));
    return field || this.touched || [...this.querySelectorAll("form[data-command]")].some((form) => [...form.elements].some(changed));
  }

  async refresh({ whole = false } = {}) {
    this.tried = true;
    await this.fetched(whole);
    this.tryAgain();
  }

  async fetched(whole) {
    if (this.busy() && !whole) return this.stale();
    const rows = this.dataset.rows && this.waiting.size && !whole;
    const source = rows ? `${this.dataset.rows}&ids=${[...this.waiting].join(",")}` : this.dataset.src || location.href;
    this.waiting.clear();
    const headers = { "HX-Request-Type": "partial", "HX-Target": `live-panel#${this.id}`, Accept: "text/html" };
    if (this.etag && !rows) headers["If-None-Match"] = this.etag;
    const answer = await fetch(source, { headers }).catch(() => null);
    if (answer?.status === 304) return this.querySelector(".panel")?.classList.remove("stale");
    if (!answer?.ok) return this.old();
    if (!rows) this.etag = answer.headers.get("ETag");
    this.take(await answer.text(), rows);
  }

  take(text, rows) {
    const away = /^<live-panel[^>]*data-state="(away|busy|late)"/.test(text.trim());
    if (away && this.dataset.state === "fresh") return this.old();
    this.querySelector(".panel")?.classList.remove("stale");
    this.touched = false;
    htmx.swap({ text, target: this, swap: rows ? "none" : "outerMorph", sourceElement: this });
  }

  old() { this.querySelector(".panel")?.classList.add("stale"); }

  stale() {
    const note = this.querySelector("[data-stale]");
    if (note) note.hidden = false;
  }
});

/* The stream itself: two failed connects, then a fetch every 15 seconds; a polite word at most every 10. */
(() => {
  let failed = 0, polling = null, told = 0;
  const miss = () => {
    failed += 1;
    if (failed >= 2) polling ??= setInterval(() => document.dispatchEvent(new Event("live-poll")), 15_000);
  };
  /* The extension connects again only what was connected once; a first connect that failed is tried here. */
  const refused = (event) => {
    const live = event.detail?.ctx?.sourceElement;
    if (live?.id !== "live") return;
    miss();
    setTimeout(() => htmx.ajax("GET", live.getAttribute("hx-sse:connect"), { source: live, swap: "none" }), 5_000);
  };
  document.addEventListener("htmx:sse:error", miss);
  document.addEventListener("htmx:response:error", refused);
  document.addEventListener("htmx:error", refused);
  document.addEventListener("htmx:sse:after:connection", () => { failed = 0; clearInterval(polling); polling = null; });
  document.addEventListener("reload", () => document.dispatchEvent(new Event("live-poll")));
  document.addEventListener("ended", () => location.reload());
  document.addEventListener("changed", () => {
    const words = document.getElementById("live-words");
    if (!words || Date.now() - told < 10_000) return;
    told = Date.now();
    words.textContent = words.textContent ? "" : words.dataset.one;
  });
  document.addEventListener("htmx:after:swap", (event) => {
    if (event.detail?.ctx?.sourceElement?.matches?.("form, main")) (document.querySelector("[data-focus]") || document.getElementById("main")).focus({ preventScroll: true });
  });
  document.addEventListener("DOMContentLoaded", () => document.querySelector("[data-focus]")?.focus());
  /* `[` and `]` walk the list a ticket was opened from. */
  document.addEventListener("keydown", (event) => {
    const way = { "[": "prev", "]": "next" }[event.key];
    if (!way || event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
    document.querySelector(`.walk a[rel="${way}"]`)?.click();
  });
  setInterval(() => document.querySelector("[data-flash]")?.remove(), 8_000);
})();
