// The reviewer's desk: pictures laid over each other, and comments on a selection.

// Without this, pictures stand side by side and the ways to compare stay hidden.
portal.each("[data-pictures]", (card) => {
  const ways = card.querySelector("[data-ways]");
  const pair = card.querySelector(".review-pair");
  const over = card.querySelector(".review-over");
  const range = over.querySelector("input[type=range]");
  const label = over.querySelector("label");
  const stage = over.querySelector(".review-stage");
  let way = "side";
  const move = () => {
    stage.style.setProperty("--at", `${range.value}%`);
    stage.style.setProperty("--part", range.value / 100);
    range.setAttribute("aria-valuetext", `${range.value} %`);
  };
  const choose = () => {
    way = ways.querySelector("input:checked").value;
    pair.hidden = way !== "side";
    over.hidden = way === "side";
    over.dataset.way = way;
    label.textContent = label.dataset[way] || "";
  };
  // A finger or mouse on the picture leads the edge, as the arrow keys do on the range.
  const follow = (e) => {
    if (way !== "swipe" || !(e.buttons & 1)) return;
    const box = stage.getBoundingClientRect();
    range.value = Math.round((100 * (e.clientX - box.left)) / box.width);
    move();
  };
  stage.addEventListener("pointerdown", (e) => { stage.setPointerCapture(e.pointerId); follow(e); });
  stage.addEventListener("pointermove", follow);
  stage.addEventListener("dragstart", (e) => e.preventDefault());
  range.addEventListener("input", move);
  ways.addEventListener("change", choose);
  ways.hidden = false;
  choose();
  move();
});

// Who selects words of the new version is offered to comment on just these. The API
// counts in code points, as the iterator of strings does.
portal.each("#review-say-here", (button) => {
  const form = document.getElementById("say");
  const quote = form.querySelector(".review-quote");
  const put = (spot, start, end, words) => {
    form.elements.on.value = spot;
    form.elements.start.value = start;
    form.elements.end.value = end;
    quote.querySelector("q").textContent = words;
    quote.hidden = words === "";
  };
  let chosen = null;
  const look = () => {
    const picked = getSelection();
    chosen = null;
    if (picked.rangeCount > 0 && !picked.isCollapsed) {
      const range = picked.getRangeAt(0);
      const from = range.commonAncestorContainer;
      const text = (from.nodeType === Node.ELEMENT_NODE ? from : from.parentElement)?.closest("[data-spot]");
      if (text) {
        const before = document.createRange();
        before.setStart(text, 0);
        before.setEnd(range.startContainer, range.startOffset);
        const start = [...before.toString()].length;
        const words = range.toString();
        chosen = { spot: text.dataset.spot, start, end: start + [...words].length, words, lang: text.lang };
        const box = range.getBoundingClientRect();
        button.style.left = `${Math.max(8, Math.min(box.left + scrollX, scrollX + innerWidth - 260))}px`;
        button.style.top = `${box.bottom + scrollY + 6}px`;
      }
    }
    button.hidden = chosen === null;
  };
  document.addEventListener("selectionchange", look);
  // The selection is still there while the button has the focus.
  button.addEventListener("mousedown", (e) => e.preventDefault());
  button.addEventListener("click", () => {
    if (!chosen) return;
    quote.querySelector("q").lang = chosen.lang;
    put(chosen.spot, chosen.start, chosen.end, chosen.words);
    button.hidden = true;
    form.scrollIntoView({ block: "center" });
    form.elements.text.focus();
  });
  quote.querySelector("button").addEventListener("click", () => put(form.elements.on.value, "", "", ""));
  form.elements.on.addEventListener("change", () => put(form.elements.on.value, "", "", ""));
  // A link that leads to the form for a text fills it in without a new page.
  portal.each(".review-say", (link) => link.addEventListener("click", (e) => {
    if (e.ctrlKey || e.metaKey || e.shiftKey) return;
    e.preventDefault();
    put(new URL(link.href).searchParams.get("on"), "", "", "");
    form.scrollIntoView({ block: "center" });
    form.elements.text.focus();
  }));
});
