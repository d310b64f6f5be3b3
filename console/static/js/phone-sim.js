/* <phone-sim id data-src>: a handset on the stage; looks for new texts while it is seen, and keeps what is being typed. */
customElements.define("phone-sim", class extends HTMLElement {
  connectedCallback() {
    this.timer = setInterval(() => this.look(), 1_000);
    this.toEnd();
  }

  disconnectedCallback() { clearInterval(this.timer); }

  toEnd() {
    const texts = this.querySelector("[data-texts]");
    if (texts) texts.scrollTop = texts.scrollHeight;
  }

  async look() {
    if (document.hidden || this.looking) return;
    this.looking = true;
    const headers = { "HX-Request-Type": "partial", "HX-Target": `phone-sim#${this.id}`, Accept: "text/html" };
    if (this.etag) headers["If-None-Match"] = this.etag;
    const answer = await fetch(this.dataset.src, { headers }).catch(() => null);
    if (answer?.ok) {
      this.etag = answer.headers.get("ETag");
      await htmx.swap({ text: await answer.text(), target: this, swap: "outerMorph", sourceElement: this });
      this.toEnd();
    }
    this.looking = false;
  }
});

/* The ribbon: hover or focus lights one case in all lanes; `p` or the button pauses, and what comes meanwhile is counted. */
(() => {
  const light = (event) => {
    const mark = event.target.closest?.("[data-case]");
    document.querySelectorAll("[data-case]").forEach((one) => one.classList.toggle("lit", mark !== null && mark !== undefined && one.dataset.case === mark.dataset.case));
  };
  document.addEventListener("mouseover", light);
  document.addEventListener("focusin", light);
  let held = [];
  const ribbon = () => document.getElementById("ribbon");
  const paused = () => ribbon()?.hasAttribute("data-paused");
  const toggle = () => {
    if (!ribbon()) return;
    ribbon().toggleAttribute("data-paused");
    document.querySelectorAll("[data-pause]").forEach((one) => one.setAttribute("aria-pressed", String(paused())));
    if (!paused()) { held.forEach((text) => htmx.swap({ text, target: ribbon(), swap: "none", sourceElement: ribbon() })); held = []; tell(); }
  };
  const tell = () => { const note = document.querySelector("[data-held]"); if (note) note.textContent = held.length || ""; };
  document.addEventListener("click", (event) => { if (event.target.closest("[data-pause]")) toggle(); });
  document.addEventListener("keydown", (event) => {
    if (event.key === "p" && !event.isComposing && !event.ctrlKey && !event.metaKey && !event.target.closest("input, textarea, select")) toggle();
  });
  document.addEventListener("htmx:sse:before:message", (event) => {
    if (!paused() || event.detail.message.event || !event.detail.message.data.includes("lane-")) return;
    event.detail.cancelled = true;
    held = [...held, event.detail.message.data].slice(-200);
    tell();
  });
})();
