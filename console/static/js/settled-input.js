"use strict";
/* <settled-input data-post="/places" data-show="s-place">: asks once per settled word, never while a word is composed. */
customElements.define("settled-input", class extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("input");
    this.composing = false;
    this.asked = this.input.value.trim();
    this.input.addEventListener("compositionstart", () => { this.composing = true; clearTimeout(this.timer); });
    this.input.addEventListener("compositionend", () => { this.composing = false; this.settle(); });
    this.input.addEventListener("input", () => { if (!this.composing) this.settle(); });
  }

  settle() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), 350);
  }

  async ask() {
    const words = this.input.value.trim();
    if (this.composing || words === this.asked) return;
    this.asked = words;
    const form = this.closest("form");
    const body = new URLSearchParams({ [this.input.name]: words, _csrf: form.elements._csrf.value });
    const answer = await fetch(this.dataset.post, { method: "POST", body, headers: { "HX-Request-Type": "partial" } }).catch(() => null);
    if (answer?.ok && words === this.asked) this.show(await answer.text());
  }

  show(html) {
    document.getElementById(this.dataset.show).innerHTML = html;
  }
});
