/* Shows how far the files of a form are sent, and keeps what was typed when sending fails or the visitor was signed out.
   Without this script the same form works: the browser then sends it by itself. */
(() => {
  "use strict";
  // Each file field brings this script along; a page with two of them needs it once.
  if (document.documentElement.hasAttribute("data-uploads")) return;
  document.documentElement.setAttribute("data-uploads", "");

  const STEP = 10; // a screen reader hears every tenth percent, not every one

  document.addEventListener("submit", (event) => {
    const form = event.target;
    const field = form.querySelector("[data-upload]");
    const files = chosenFiles(form);
    if (event.defaultPrevented || !field || !files.length) return;
    event.preventDefault();
    if (form.hasAttribute("data-sending")) return;
    const complaint = tooMuch(field.dataset, files);
    if (complaint) complain(field, complaint);
    else if (form.hasAttribute("data-ended-as")) renew(form, field, event.submitter);
    else send(form, field, event.submitter);
  });

  // Back from another page: the form is as it was left, and can be sent again.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("form[data-sending]").forEach(rest);
  });

  function chosenFiles(form) {
    return [...form.querySelectorAll("input[type=file]")].flatMap((input) => [...input.files]);
  }

  function tooMuch(limits, files) {
    if (files.length > limits.maxFiles) return limits.tooMany;
    if (files.some((file) => file.size > limits.maxFile)) return limits.tooLarge;
    const together = files.reduce((sum, file) => sum + file.size, 0);
    return together > limits.maxRequest ? limits.tooLargeTogether : "";
  }

  function send(form, field, button) {
    const data = new FormData(form);
    if (button && button.name) data.append(button.name, button.value);
    const request = new XMLHttpRequest();
    const lose = () => fail(form, field, field.dataset.lost);
    const leave = () => request.abort();
    request.open("POST", (button && button.getAttribute("formaction")) || form.getAttribute("action") || location.href);
    request.setRequestHeader("X-Upload", "1");
    request.upload.addEventListener("progress", (event) => show(field, event));
    request.upload.addEventListener("load", () => say(field, field.dataset.saving));
    request.addEventListener("load", () => arrive(request, form, field));
    request.addEventListener("error", lose);
    request.addEventListener("abort", lose);
    request.addEventListener("loadend", () => window.removeEventListener("offline", leave));
    window.addEventListener("offline", leave);
    begin(form, field);
    request.send(data);
  }

  function begin(form, field) {
    form.setAttribute("data-sending", "");
    form.querySelectorAll("button").forEach((button) => button.setAttribute("aria-disabled", "true"));
    complain(field, "");
    field.querySelector("[data-upload-progress]").hidden = false;
    show(field, { lengthComputable: true, loaded: 0, total: 1 });
  }

  function rest(form) {
    form.removeAttribute("data-sending");
    form.querySelectorAll("button").forEach((button) => button.removeAttribute("aria-disabled"));
    form.querySelectorAll("[data-upload-progress]").forEach((bar) => { bar.hidden = true; });
    form.querySelectorAll("[data-upload-words]").forEach((words) => { words.textContent = ""; });
  }

  function show(field, event) {
    if (!event.lengthComputable) return;
    const percent = Math.floor((100 * event.loaded) / event.total);
    field.querySelector("progress").value = percent;
    say(field, field.dataset.sending.replace("{percent}", `${percent - (percent % STEP)}%`));
  }

  function say(field, words) {
    const place = field.querySelector("[data-upload-words]");
    if (place.textContent !== words) place.textContent = words;
  }

  function complain(field, words) {
    const place = field.querySelector("[data-upload-error]");
    place.hidden = !words;
    place.textContent = words;
  }

  function fail(form, field, words) {
    rest(form);
    complain(field, words);
    field.querySelector("[data-upload-error]").scrollIntoView({ block: "nearest" });
  }

  function arrive(request, form, field) {
    const where = request.getResponseHeader("X-Upload-Location");
    if (where) {
      go(new URL(where, location.href));
      return;
    }
    const page = new DOMParser().parseFromString(request.responseText, "text/html");
    const main = page.querySelector("main");
    const ended = main && main.querySelector("[data-ended]");
    if (ended) end(form, field, ended.dataset.ended);
    else if (main && main.querySelector("[data-upload]")) turnTo(page, main);
    else fail(form, field, words(main) || field.dataset.failed);
  }

  // Signed out, or open for too long: the form stays, and its next sending starts with a fresh token.
  function end(form, field, how) {
    form.setAttribute("data-ended-as", how);
    fail(form, field, field.dataset[how]);
    if (how !== "signedOut") return;
    const link = document.createElement("a");
    link.href = field.dataset.signInUrl;
    link.target = "_blank";
    link.rel = "noopener";
    link.textContent = field.dataset.signIn;
    const sentence = document.createElement("span"); // one box, or words and link would stand side by side
    sentence.append(field.dataset[how], " ", link);
    field.querySelector("[data-upload-error]").replaceChildren(sentence);
  }

  // Whoever signs in gets another token: it is taken from this same page as it is now.
  async function renew(form, field, button) {
    begin(form, field);
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      if (answer.redirected) {
        end(form, field, "signedOut");
        return;
      }
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const token = page.querySelector("input[name=csrfmiddlewaretoken]");
      document.querySelectorAll("input[name=csrfmiddlewaretoken]").forEach((input) => { input.value = token.value; });
    } catch {
      fail(form, field, field.dataset.lost);
      return;
    }
    form.removeAttribute("data-ended-as");
    send(form, field, button);
  }

  // The same address with another # would only scroll: the page has to be fetched anew.
  function go(url) {
    const isHere = url.pathname === location.pathname && url.search === location.search;
    location.assign(url);
    if (isHere) location.reload();
  }

  // The form came back with something to put right.
  function turnTo(page, main) {
    document.title = page.title;
    document.querySelector("main").replaceWith(main);
    window.scrollTo(0, 0);
    const summary = main.querySelector("[autofocus]");
    if (summary) summary.focus();
  }

  // An error page: its heading and first sentences say what happened.
  function words(main) {
    if (!main) return "";
    const parts = main.querySelectorAll("h1, .lede, .list-plain li");
    return [...parts].map((part) => part.textContent.trim()).filter(Boolean)
      .map((text) => (/[.!?:]$/.test(text) ? text : `${text}.`)).join(" ");
  }
})();
