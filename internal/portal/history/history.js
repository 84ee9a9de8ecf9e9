// A drawing of time is as wide as its sheet: to zoom is to make the sheet wider, and to
// pan is to scroll it. What is drawn at a width is the style sheet's matter.
portal.each(".timeline", (root) => {
  const view = root.querySelector(".view");
  const sheet = root.querySelector(".sheet");
  const buttons = root.querySelector(".zoom");
  const widest = 12000; // pixels
  let factor = 1;
  buttons.hidden = false;
  view.tabIndex = 0;
  view.setAttribute("role", "group");
  view.setAttribute("aria-label", root.dataset.label);

  // zoom keeps what stands at a place of the view, in pixels, where it is.
  const zoom = (to, at = view.clientWidth / 2) => {
    const share = (view.scrollLeft + at) / sheet.offsetWidth;
    factor = Math.min(Math.max(to, 1), Math.max(1, widest / view.clientWidth));
    sheet.style.width = `${100 * factor}%`;
    view.scrollLeft = share * sheet.offsetWidth - at;
    view.classList.toggle("grab", factor > 1);
    portal.say(`${root.dataset.zoomed} ${Math.round(100 * factor)} %`);
  };
  const step = 1.5;
  const ways = { in: () => zoom(factor * step), out: () => zoom(factor / step), all: () => zoom(1) };
  buttons.addEventListener("click", (e) => ways[e.target.closest("[data-zoom]")?.dataset.zoom]?.());

  const keys = {
    "+": ways.in, "=": ways.in, "-": ways.out, "0": ways.all,
    ArrowLeft: () => { view.scrollLeft -= 80; }, ArrowRight: () => { view.scrollLeft += 80; },
    Home: () => { view.scrollLeft = 0; }, End: () => { view.scrollLeft = view.scrollWidth; },
  };
  view.addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || !keys[e.key]) return;
    e.preventDefault();
    keys[e.key]();
  });
  view.addEventListener("wheel", (e) => {
    if (!e.ctrlKey) return;
    e.preventDefault();
    zoom(factor * Math.exp(-e.deltaY / 300), e.clientX - view.getBoundingClientRect().left);
  }, { passive: false });

  // Fingers scroll by themselves; a mouse drags. What was a drag is no click.
  let from, dragged = false;
  view.addEventListener("dragstart", (e) => e.preventDefault());
  view.addEventListener("pointerdown", (e) => {
    dragged = false;
    if (e.pointerType === "mouse" && e.button === 0) from = { x: e.clientX, left: view.scrollLeft };
  });
  view.addEventListener("pointermove", (e) => {
    if (!from) return;
    if (Math.abs(e.clientX - from.x) > 4 && !dragged) {
      dragged = true;
      view.setPointerCapture(e.pointerId);
      view.classList.add("grabbing");
    }
    if (dragged) view.scrollLeft = from.left - (e.clientX - from.x);
  });
  const release = () => { from = undefined; view.classList.remove("grabbing"); };
  view.addEventListener("pointerup", release);
  view.addEventListener("pointercancel", release);
  view.addEventListener("click", (e) => { if (dragged) { e.preventDefault(); e.stopPropagation(); } }, true);

  // Where a day can be chosen, the pointer shows it and a click puts it into the form.
  const field = document.getElementById(root.dataset.picks ?? "");
  if (!field) return;
  const [first, last] = [Number(root.dataset.from), Number(root.dataset.to)];
  const hair = document.createElement("div");
  hair.className = "hair";
  hair.hidden = true;
  sheet.append(hair);
  const city = new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Ho_Chi_Minh", dateStyle: "short" }); // YYYY-MM-DD
  const dayAt = (e) => {
    const box = sheet.getBoundingClientRect();
    const share = Math.min(Math.max((e.clientX - box.left) / box.width, 0), 1);
    return { share, day: city.format(first + share * (last - first)) };
  };
  sheet.addEventListener("pointermove", (e) => {
    const { share, day } = dayAt(e);
    hair.hidden = e.pointerType !== "mouse" || dragged;
    hair.style.left = `${100 * share}%`;
    hair.classList.toggle("left", share > 0.5);
    hair.textContent = day;
  });
  sheet.addEventListener("pointerleave", () => { hair.hidden = true; });
  sheet.addEventListener("click", (e) => {
    if (e.target.closest("a")) return;
    const { day } = dayAt(e);
    if (field.max && day > field.max) return;
    field.value = day;
    portal.say(day);
  });
});
