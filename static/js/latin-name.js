// Suggests a name in Latin letters while the name is in Cyrillic, until somebody edits the suggestion,
// and hides the field while the name needs none. The form works without it.
// The table and the rules are those of petitions/signing/latin.py; a test compares the tables.
const TABLE = {"^е": "ye", "а": "a", "ә": "a", "б": "b", "в": "v", "г": "g", "ґ": "g", "ғ": "g", "д": "d", "е": "e", "ё": "yo", "є": "ye", "ж": "zh", "з": "z", "и": "i", "і": "i", "ї": "yi", "й": "y", "к": "k", "қ": "k", "л": "l", "м": "m", "н": "n", "ң": "n", "о": "o", "ө": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ў": "u", "ұ": "u", "ү": "u", "ф": "f", "х": "kh", "ҳ": "kh", "һ": "h", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu", "я": "ya"};

const latin = (letter, at, text) => {
  const [before, after] = [text[at - 1] ?? "", text[at + 1] ?? ""];
  const small = letter.toLowerCase();
  const first = "^" + small in TABLE && !/\p{L}/u.test(before);
  const found = TABLE[first ? "^" + small : small] ?? letter;
  if (!/\p{Lu}/u.test(letter)) return found;
  return /\p{Lu}/u.test(before + after)
    ? found.toUpperCase()
    : found.charAt(0).toUpperCase() + found.slice(1);
};

export const suggest = (name) =>
  Array.from(name.normalize("NFC")).map(latin).join("").normalize("NFC");

customElements.define(
  "latin-name",
  class extends HTMLElement {
    connectedCallback() {
      this.field = this.querySelector("input");
      this.source = this.closest("form").elements.namedItem("name");
      this.own = this.field.value !== "" && this.field.value !== suggest(this.source.value);
      this.source.addEventListener("input", () => this.follow());
      this.field.addEventListener("input", () => (this.own = this.field.value !== ""));
      this.follow();
    }

    follow() {
      const name = this.source.value;
      if (!this.own) this.field.value = /\p{Script=Cyrillic}/u.test(name) ? suggest(name) : "";
      const asked = /(?!\p{Script=Latin})[\p{Lu}\p{Ll}\p{Lt}\p{Lo}]/u.test(name);
      this.hidden = !asked && !this.field.value && !this.field.hasAttribute("aria-invalid");
    }
  },
);
