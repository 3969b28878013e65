// What the page recipe does inside a page. It runs in a world of its own beside the page's scripts: it sees the same
// document, but nothing that they have put in the place of the browser's own functions.
(() => {
  const root = () => Object.getOwnPropertyDescriptor(Document.prototype, "documentElement").get.call(document);
  const body = () => Object.getOwnPropertyDescriptor(Document.prototype, "body").get.call(document);
  const all = (selector) => Array.from(Document.prototype.querySelectorAll.call(document, selector));
  const byId = (id) => Document.prototype.getElementById.call(document, id);

  // By role, as HTML and ARIA define them: what leads elsewhere, or is a layer over the page.
  const BESIDE_CONTENT =
    "nav, dialog, [role=navigation], [role=banner], [role=contentinfo], [role=search], [role=menu], [role=menubar]," +
    "[role=dialog], [role=alertdialog], [aria-modal=true]," +
    "header:not(:is(main, article, section) header), footer:not(:is(main, article, section) footer)";
  // ARIA Authoring Practices: a disclosure names what it controls, an accordion's button stands in its heading.
  const CLOSED =
    "[aria-expanded=false][aria-controls], " +
    ":is(h1, h2, h3, h4, h5, h6, [role=heading], dt) > :is(button, [role=button])[aria-expanded=false], " +
    "[role=tab][aria-selected=false][aria-controls]";
  const MOST_CONTROLS = 300;
  const SENTENCE = 40; // characters: shorter pieces are labels, such as "Show more"
  const NO_TEXT = new Set(["SCRIPT", "STYLE", "NOSCRIPT", "TEMPLATE"]);

  const clicked = new WeakSet();
  let before = null;

  function leadsElsewhere(control) {
    const link = control.closest("a[href], area[href]");
    if (link !== null && !(link.getAttribute("href") || "").startsWith("#")) return true;
    const sends = control.closest("button, input");
    return sends !== null && sends.form !== null && ["submit", "image", "reset"].includes(sends.type);
  }

  function isClosed(control) {
    const popup = control.getAttribute("aria-haspopup");
    if (clicked.has(control) || control.disabled || control.getAttribute("aria-disabled") === "true") return false;
    if (popup !== null && popup !== "false") return false;
    if (control.closest(BESIDE_CONTENT) !== null || leadsElsewhere(control)) return false;
    return control.getAttribute("role") !== "tab" || !isFilled(control);
  }

  // A tab whose text is in the page already is read without a click, which would only hide another one's.
  function isFilled(tab) {
    const panel = byId(tab.getAttribute("aria-controls"));
    return panel !== null && panel.textContent.trim() !== "";
  }

  const closedDetails = () => all("details:not([open])").filter((it) => it.closest(BESIDE_CONTENT) === null);
  const closedControls = () => all(CLOSED).filter(isClosed).slice(0, MOST_CONTROLS);

  function sentences() {
    const found = new Map();
    const walker = document.createTreeWalker(body(), NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const text = walker.currentNode.data.trim();
      if (text.length >= SENTENCE && !NO_TEXT.has(walker.currentNode.parentNode?.nodeName)) {
        found.set(text, (found.get(text) || 0) + 1);
      }
    }
    return found;
  }

  const size = (counts) => [...counts].reduce((sum, [text, count]) => sum + text.length * count, 0);

  // A click may change the page in place; it may not send a form or follow a link, not even to another part of the page.
  function stay(event) {
    const isLink = (it) => it instanceof Element && it.matches("a[href], area[href]");
    if (event.type === "submit" || event.composedPath().some(isLink)) event.preventDefault();
  }

  globalThis.recipe = {
    textLength: () => (body() ? body().innerText.trim().length : 0),
    html: (most) => {
      const doctype = document.doctype ? new XMLSerializer().serializeToString(document.doctype) : "";
      const html = doctype + (root() ? root().outerHTML : "");
      return html.length > most ? null : html;
    },
    isClosed: () => body() !== null && (closedDetails().length > 0 || closedControls().length > 0),
    remember: () => {
      before = sentences();
      for (const type of ["click", "submit"]) window.addEventListener(type, stay, true);
    },
    open: () => {
      for (const details of closedDetails()) details.open = true;
      for (const control of closedControls()) {
        clicked.add(control);
        if (control.isConnected) control.click();
      }
    },
    // The share of the text before the clicks, 0 to 1, that is not there any more.
    lost: () => {
      const now = sentences();
      const gone = [...before].map(([text, count]) => [text, Math.max(0, count - (now.get(text) || 0))]);
      return size(gone) / Math.max(1, size(before));
    },
  };
})();
