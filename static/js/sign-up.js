/* Saves a step of the sign-up while somebody types, and says so. Shows what the server says about a number, and fills in a
   municipality that is the only one. Without this script the same form works: the buttons save. */
(() => {
  "use strict";
  const PAUSE = 1500; // after the last key
  const AGAIN = [5000, 15000, 60000]; // after a try that failed; the last one over and over
  const ENDED = ["sent", "gone", "overtaken"];

  let filledIn = ""; // the municipality that came from its postal code, and goes along with the next one

  const form = document.querySelector("form[data-save]");
  if (form) keep(form);
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.status === 429) event.detail.shouldSwap = true; // it brings a sentence
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.id === "about-the-number") judge(event.target);
    if (event.target.id === "municipalities") fillIn(event.target);
  });

  function keep(form) {
    const page = Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16)).join("");
    const line = form.querySelector(".saved");
    let version = form.dataset.version;
    let count = 0;
    let timer = 0;
    let failed = 0;
    let saving = null; // what can stop the save that is under way
    let isNew = false; // something was typed since the last save began
    let isOver = false;

    // Each send of this form says which page it is, for the how manieth time, and what it was made from.
    form.addEventListener("formdata", (event) => {
      count += 1;
      event.formData.set("save_page", page);
      event.formData.set("save_count", count);
      event.formData.set("save_version", version);
    });
    form.addEventListener("input", typed);
    form.addEventListener("change", typed);
    form.addEventListener("submit", leave);
    window.addEventListener("online", () => isNew && plan(0));
    window.addEventListener("pageshow", (event) => event.persisted && typed());
    document.addEventListener("visibilitychange", () => document.hidden && isNew && plan(0));

    function typed() {
      isNew = true;
      plan(failed ? AGAIN[0] : PAUSE);
    }

    function plan(wait) {
      clearTimeout(timer);
      if (!isOver) timer = setTimeout(save, wait);
    }

    function leave() {
      clearTimeout(timer);
      if (saving) saving.abort();
      isNew = false;
    }

    async function save() {
      if (saving) return plan(PAUSE);
      const stop = new AbortController();
      const waited = setTimeout(() => stop.abort("slow"), 20000);
      saving = stop;
      isNew = false;
      try {
        take(await (await fetch(form.dataset.save, request(stop.signal))).json());
      } catch {
        // Left the page on purpose, or no connection, or an answer that is none.
        if (!stop.signal.aborted || stop.signal.reason === "slow") lose(form.dataset.lost);
      } finally {
        clearTimeout(waited);
        saving = null;
      }
    }

    function request(signal) {
      return { method: "POST", body: new URLSearchParams(new FormData(form)), signal };
    }

    function take(answer) {
      if (answer.state === "saved") {
        version = answer.version;
        failed = 0;
        say(answer.sentence);
      } else if (ENDED.includes(answer.state)) {
        isOver = true;
        say(answer.sentence);
      } else {
        lose(answer.sentence || form.dataset.lost);
      }
    }

    function lose(sentence) {
      say(sentence);
      isNew = true;
      plan(AGAIN[Math.min(failed, AGAIN.length - 1)]);
      failed += 1;
    }

    function say(sentence) {
      if (line.textContent !== sentence) line.textContent = sentence;
    }
  }

  function judge(about) {
    const field = document.querySelector("[name=enterprise_number]");
    mark(field, about.querySelector(".err") !== null);
  }

  function mark(field, isWrong) {
    field.classList.toggle("is-invalid", isWrong);
    if (isWrong) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  }

  function fillIn(list) {
    const field = document.querySelector("[name=municipality]");
    if ((field.value.trim() && field.value !== filledIn) || list.options.length !== 1) return;
    filledIn = field.value = list.options[0].value;
    if (document.activeElement === field) field.select(); // whoever types on replaces it
    document.getElementById("id_municipality_error")?.remove();
    mark(field, false);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
})();
