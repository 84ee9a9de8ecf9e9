// Files of a logo are uploaded one by one while their author goes on, each with its
// progress; the server then shows the form with them.
{
  const pictures = new Map(); // of what was uploaded from here, by digest
  let list; // of what is under way; it outlives the form's being shown anew
  let busy = Promise.resolve();
  let waiting = 0;

  const wordsOf = () => document.querySelector("template.desk-says").content;
  const reasonText = (reason) => (wordsOf().querySelector(`[data-reason="${CSS.escape(reason)}"]`) ?? wordsOf().querySelector('[data-reason=""]')).textContent;
  const word = (name) => wordsOf().querySelector(`[data-word=${name}]`).textContent;

  const rowOf = (file) => {
    const row = document.createElement("li");
    const name = document.createElement("span");
    name.textContent = file.name;
    const bar = document.createElement("progress");
    bar.max = 1;
    bar.value = 0;
    bar.setAttribute("aria-label", file.name);
    const cancel = document.createElement("button");
    cancel.type = "button";
    cancel.className = "plain";
    cancel.textContent = word("cancel");
    row.append(name, bar, cancel);
    list.append(row);
    return { row, bar, cancel };
  };

  const failed = ({ row, bar, cancel }, reason) => {
    const why = document.createElement("p");
    why.className = "desk-fault";
    why.textContent = reasonText(reason);
    bar.remove();
    cancel.remove();
    row.append(why);
  };

  const send = (file, shown) => new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", "/files");
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) shown.bar.value = event.loaded / event.total;
    });
    shown.cancel.addEventListener("click", () => request.abort());
    request.addEventListener("abort", () => { shown.row.remove(); resolve(null); });
    request.addEventListener("error", () => { failed(shown, "network"); resolve(null); });
    request.addEventListener("load", () => {
      if (request.status === 201) return resolve(request.response);
      failed(shown, request.response?.error?.reason ?? "");
      resolve(null);
    });
    request.send(file);
  });

  // add puts what was uploaded among the fields of the form.
  const add = (form, file, info) => {
    const taken = [...form.elements].map((field) => /^f\.(\d+)\./.exec(field.name)?.[1]).filter(Boolean).map(Number);
    const row = `f.${Math.max(-1, ...taken) + 1}`;
    const field = (name, value) => {
      const input = document.createElement("input");
      input.type = "hidden";
      input.name = `${row}.${name}`;
      input.value = value ?? "";
      form.append(input);
    };
    const { digest, mediaType, size, width, height, warnings } = info;
    for (const [name, value] of Object.entries({ digest, media: mediaType, size, width: width ?? 0, height: height ?? 0, name: file.name.normalize("NFC") })) field(name, value);
    for (const warning of warnings) field("warning", warning);
    if (/^image\//.test(mediaType)) pictures.set(digest, URL.createObjectURL(file));
  };

  const take = (files) => {
    for (const file of files) {
      const shown = rowOf(file);
      waiting++;
      busy = busy.then(async () => {
        const info = await send(file, shown);
        const form = document.getElementById("editor");
        if (info) {
          add(form, file, info);
          shown.row.remove();
          portal.say(`${file.name}: ${word("done")}`);
        }
        waiting--;
        if (waiting === 0) form.querySelector("button[value=look], button[value=upload]").click();
      });
    }
  };

  portal.each(".desk-dropzone", (zone) => {
    const place = zone.querySelector(".desk-uploads");
    if (list) place.replaceWith(list);
    else list = place;
    const input = zone.querySelector("input[type=file]");
    input.addEventListener("change", () => {
      take([...input.files]);
      input.value = "";
    });
    for (const kind of ["dragenter", "dragover"]) zone.addEventListener(kind, (event) => { event.preventDefault(); zone.classList.add("desk-over"); });
    for (const kind of ["dragleave", "drop"]) zone.addEventListener(kind, () => zone.classList.remove("desk-over"));
    zone.addEventListener("drop", (event) => {
      event.preventDefault();
      take([...event.dataTransfer.files]);
    });
  });

  portal.each(".desk-picture[data-digest]", (place) => {
    const address = pictures.get(place.dataset.digest);
    if (!address || place.firstElementChild) return;
    const picture = document.createElement("img");
    picture.src = address;
    picture.alt = "";
    place.append(picture);
  });
}
