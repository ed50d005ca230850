// Adds a button that copies the link. Without it the link can be selected and copied by hand.
customElements.define(
  "copy-link",
  class extends HTMLElement {
    connectedCallback() {
      const button = this.querySelector("button");
      const status = this.querySelector("[role=status]");
      const input = this.querySelector("input");
      if (!navigator.clipboard) return;
      button.hidden = false;
      button.addEventListener("click", async () => {
        await navigator.clipboard.writeText(input.value);
        status.textContent = status.dataset.done;
      });
    }
  },
);
