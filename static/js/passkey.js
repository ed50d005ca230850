// Carries the site's question to a passkey, and its answer back in the form (W3C Web Authentication).
const toBytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
const toText = (bytes) =>
  bytes &&
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
const withBytes = (list) => list?.map((key) => ({ ...key, id: toBytes(key.id) }));

async function create(options) {
  const key = await navigator.credentials.create({
    publicKey: {
      ...options,
      challenge: toBytes(options.challenge),
      user: { ...options.user, id: toBytes(options.user.id) },
      excludeCredentials: withBytes(options.excludeCredentials),
    },
  });
  return written(key, {
    attestationObject: toText(key.response.attestationObject),
    transports: key.response.getTransports?.() ?? [],
  });
}

async function get(options) {
  const key = await navigator.credentials.get({
    publicKey: {
      ...options,
      challenge: toBytes(options.challenge),
      allowCredentials: withBytes(options.allowCredentials),
    },
  });
  return written(key, {
    authenticatorData: toText(key.response.authenticatorData),
    signature: toText(key.response.signature),
    userHandle: toText(key.response.userHandle),
  });
}

const written = (key, response) =>
  JSON.stringify({
    id: key.id,
    rawId: toText(key.rawId),
    type: key.type,
    response: { clientDataJSON: toText(key.response.clientDataJSON), ...response },
  });

customElements.define(
  "passkey-step",
  class extends HTMLElement {
    connectedCallback() {
      this.querySelector("[data-again]").addEventListener("click", () => this.ask());
      this.ask();
    }

    show(name) {
      for (const part of ["waiting", "refused", "unable"])
        this.querySelector(`[data-${part}]`).hidden = part !== name;
      this.querySelector("[data-again]").hidden = name !== "refused";
    }

    async ask() {
      if (!window.PublicKeyCredential) return this.show("unable");
      this.show("waiting");
      try {
        const step = this.dataset.kind === "create" ? create : get;
        const answer = await step(JSON.parse(this.dataset.options));
        const form = this.querySelector("form");
        form.elements.credential.value = answer;
        form.submit();
      } catch (error) {
        // A name of this machine that is a bare address, or a page without TLS.
        this.show(error.name === "SecurityError" ? "unable" : "refused");
      }
    }
  },
);
