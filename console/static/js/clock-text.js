/* <clock-text data-due data-now>: counts from the server's time, so a wrong PC clock changes nothing. Ticks once a minute. */
customElements.define("clock-text", class extends HTMLElement {
  static observedAttributes = ["data-due", "data-now"];

  connectedCallback() {
    this.begin();
    this.timer = setInterval(() => this.tick(), 60_000);
  }

  disconnectedCallback() { clearInterval(this.timer); }

  attributeChangedCallback() { if (this.isConnected) this.begin(); }

  begin() {
    this.heard = performance.now();
    this.left = Date.parse(this.dataset.due) - Date.parse(this.dataset.now);
  }

  tick() {
    const words = document.body.dataset;
    const left = this.left - (performance.now() - this.heard);
    this.classList.toggle("over", left < 0);
    this.querySelector("[data-text]").textContent = (left < 0 ? words.over : words.left).replace("{}", this.span(Math.abs(left), words));
  }

  span(milliseconds, words) {
    const minutes = Math.floor(milliseconds / 60_000);
    const units = [[Math.floor(minutes / 1440), words.day], [Math.floor(minutes / 60) % 24, words.hour], [minutes % 60, words.minute]];
    return units.filter(([number]) => number).slice(0, 2).map(([number, unit]) => `${number} ${unit}`).join(" ") || `0 ${words.minute}`;
  }
});
