// Suggestions below the search of the header, as the combobox of the ARIA Authoring
// Practices (https://www.w3.org/WAI/ARIA/apg/patterns/combobox/). What is suggested is
// what the page of the search would show.
portal.each("form.find", (form) => {
  const input = form.querySelector("input[name=q]");
  const most = 8;
  const list = document.createElement("ul");
  list.id = "find-list";
  list.className = "bk-suggest";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.placeholder);
  form.append(list);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-expanded": "false", "aria-controls": list.id, "aria-autocomplete": "list" })) input.setAttribute(name, value);
  let asking, pause, at = -1;

  const options = () => [...list.children];
  const close = () => {
    asking?.abort();
    list.hidden = true;
    at = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const choose = (next) => {
    const all = options();
    at = (next + all.length) % all.length;
    all.forEach((o, i) => o.setAttribute("aria-selected", String(i === at)));
    input.setAttribute("aria-activedescendant", all[at].id);
    all[at].scrollIntoView({ block: "nearest" });
  };
  const add = (address, text, detail, locale) => {
    const option = document.createElement("li");
    option.id = `find-${list.children.length}`;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    option.dataset.to = address;
    option.append(text);
    if (detail) {
      const small = document.createElement("small");
      if (locale) small.lang = locale;
      small.append(...detail);
      option.append(small);
    }
    option.addEventListener("mousedown", (event) => { // before the field loses the focus
      event.preventDefault();
      location.href = address;
    });
    list.append(option);
  };
  const suggest = async () => {
    asking?.abort();
    const query = input.value.trim();
    if (!query) return close();
    asking = new AbortController();
    const address = form.action + "?" + new URLSearchParams(new FormData(form));
    try {
      const hits = await portal.fetchPart(address, "#hits", asking.signal);
      list.replaceChildren();
      at = -1;
      for (const link of [...(hits?.querySelectorAll("[data-hit]") ?? [])].slice(0, most)) {
        const excerpt = link.closest("li").querySelector("[data-excerpt]");
        add(link.getAttribute("href"), `${link.textContent} · ${link.dataset.kind}`, excerpt?.cloneNode(true).childNodes, excerpt?.lang);
      }
      if (!list.children.length) return close();
      portal.say(hits.dataset.some);
      add(address, hits.dataset.all);
      list.hidden = false;
      input.setAttribute("aria-expanded", "true");
      input.removeAttribute("aria-activedescendant");
    } catch (error) {
      if (error.name !== "AbortError") close();
    }
  };
  input.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(suggest, 180);
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return; // an input method is choosing characters
    if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (list.hidden) {
        suggest();
        return;
      }
      event.preventDefault();
      choose(event.key === "ArrowDown" ? at + 1 : at < 0 ? -1 : at - 1);
    } else if (event.key === "Enter" && at >= 0) {
      event.preventDefault();
      location.href = options()[at].dataset.to;
    }
  });
  input.addEventListener("blur", close);
});
