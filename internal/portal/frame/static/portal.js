// What the portal's pages do beyond links and forms. Each part works on what it finds,
// and every page can be read without it. Areas add theirs behind this.
"use strict";
const portal = {
  // copy puts a text on the clipboard and says so beside the button.
  async copy(button, text) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = document.createElement("textarea");
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    portal.say(button.dataset.done || "✓");
    const before = button.textContent;
    button.textContent = button.dataset.done || "✓";
    setTimeout(() => { button.textContent = before; }, 1500);
  },
  // say has screen readers tell what was done.
  say(text) {
    let live = document.getElementById("live");
    if (!live) {
      live = document.createElement("p");
      live.id = "live";
      live.className = "hidden";
      live.setAttribute("role", "status");
      document.body.append(live);
    }
    live.textContent = text;
  },
  // fetchPart asks for a page and returns what it has at a selector.
  async fetchPart(address, selector, signal) {
    const answer = await fetch(address, { signal, headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return page.querySelector(selector);
  },
  // each calls for every element there is, and for those of parts that come later.
  parts: [],
  each(selector, call) {
    portal.parts.push([selector, call]);
    document.querySelectorAll(selector).forEach(call);
  },
  // put replaces the content of an element by that of another one.
  put(into, from) {
    into.replaceChildren(...from.childNodes);
    for (const [selector, call] of portal.parts) into.querySelectorAll(selector).forEach(call);
  },
};
// A button with data-copy copies that text; with data-copy-from the text of an element.
portal.each("[data-copy],[data-copy-from]", (button) => {
  button.hidden = false;
  button.addEventListener("click", () => {
    const from = button.dataset.copyFrom && document.querySelector(button.dataset.copyFrom);
    portal.copy(button, from ? from.value ?? from.textContent : button.dataset.copy);
  });
});
// What was refused is told first.
document.getElementById("problem")?.scrollIntoView({ block: "nearest" });
