// The week as a calendar, over the list that the page already has. Without JavaScript the list stays.
(() => {
  const host = document.getElementById("calendrier");
  const list = document.getElementById("liste");
  const views = document.getElementById("vues");
  if (!host || !list || !views || !window.EventCalendar) return;

  const remembered = "agenda-view";
  let calendar = null;

  const url = (info) => {
    const days = new URLSearchParams({ du: info.startStr.slice(0, 10), au: info.endStr.slice(0, 10) });
    return `${host.dataset.events}&${days}`;
  };

  const load = async (info) => {
    const answer = await fetch(url(info), { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`agenda: ${answer.status}`);
    return answer.json();
  };

  // White or black, whichever is read better on the type's colour.
  const ink = (colour) => {
    const [r, g, b] = [1, 3, 5].map((at) => {
      const part = parseInt(colour.slice(at, at + 2), 16) / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179 ? "#000000" : "#ffffff";
  };

  const dress = (events) =>
    events.map((event) => (event.backgroundColor ? { ...event, textColor: ink(event.backgroundColor) } : event));

  // "9 h", "9 h 30", as everywhere else.
  const hour = (at) => {
    const minutes = at.getMinutes();
    return `${at.getHours()}\u00a0h${minutes ? `\u00a0${String(minutes).padStart(2, "0")}` : ""}`;
  };

  const content = ({ event, timeText }) => {
    const box = document.createElement("div");
    const time = document.createElement("time");
    time.textContent = timeText;
    const title = document.createElement(event.extendedProps.url ? "a" : "span");
    title.textContent = event.title;
    if (event.extendedProps.url) title.href = event.extendedProps.url;
    box.append(time, " ", title);
    for (const note of event.extendedProps.notes || []) {
      const line = document.createElement("div");
      line.textContent = note;
      box.append(line);
    }
    return { domNodes: [box] };
  };

  // The day as the list has it, with what it says of the day.
  const named = new Intl.DateTimeFormat("fr", { weekday: "short", day: "numeric", month: "short" });
  const head = (at) => {
    const [year, month, day] = [at.getFullYear(), at.getMonth() + 1, at.getDate()].map((part) => String(part).padStart(2, "0"));
    const tags = document.getElementById(`jour-${year}-${month}-${day}`)?.parentElement.querySelector(".day-tags");
    const title = document.createElement("span");
    title.textContent = named.format(at);
    return { domNodes: tags ? [title, tags.cloneNode(true)] : [title] };
  };

  // The component calls itself a table, with children that tables don't have: it is read as a region of links.
  const tidy = () => {
    host.setAttribute("role", "region");
    host.setAttribute("aria-label", host.dataset.label);
    for (const bar of host.querySelectorAll("nav")) bar.hidden = true;
    for (const part of host.querySelectorAll("[role]")) part.removeAttribute("role");
    for (const name of ["aria-colindex", "aria-colspan"]) {
      for (const part of host.querySelectorAll(`[${name}]`)) part.removeAttribute(name);
    }
  };

  const draw = () => {
    if (calendar) return;
    const narrow = window.matchMedia("(max-width: 47.99rem)").matches;
    calendar = window.EventCalendar.create(host, {
      view: narrow ? "timeGridDay" : "timeGridWeek",
      date: host.dataset.day,
      locale: "fr",
      firstDay: 1,
      headerToolbar: { start: "", center: "", end: "" },
      allDaySlot: false,
      slotMinTime: "08:00:00",
      slotMaxTime: "18:00:00",
      flexibleSlotTimeLimits: true,
      slotDuration: "00:15:00",
      slotLabelInterval: "00:30:00",
      slotHeight: 24,
      hiddenDays: host.dataset.empty ? host.dataset.empty.split(",").map(Number) : [],
      nowIndicator: true,
      editable: false,
      eventStartEditable: false,
      eventDurationEditable: false,
      pointer: false,
      height: "auto",
      dayHeaderFormat: head,
      displayEventEnd: false,
      eventTimeFormat: hour,
      slotLabelFormat: hour,
      eventContent: content,
      eventAllUpdated: () => requestAnimationFrame(tidy),
      eventSources: [
        {
          events: (info, done, failed) => {
            load(info).then(dress).then(done, failed);
          },
        },
      ],
    });
  };

  const show = (view) => {
    const grid = view === "grid";
    host.hidden = !grid;
    list.hidden = grid;
    for (const button of views.querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String(button.dataset.view === view));
    }
    if (grid) {
      draw();
      tidy();
    }
    try {
      localStorage.setItem(remembered, view);
    } catch {
      // Private windows may refuse: the choice lasts as long as the page.
    }
  };

  views.hidden = false;
  views.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-view]");
    if (button) show(button.dataset.view);
  });
  let chosen = "list";
  try {
    chosen = localStorage.getItem(remembered) || "list";
  } catch {
    // As above.
  }
  show(chosen === "grid" ? "grid" : "list");
})();
