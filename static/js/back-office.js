/* Select2 draws a field of its own over a list, and gives it no name: here it gets the words of the list's label. */
"use strict";
{
  const nameOf = list => list?.labels[0]?.textContent.trim().replace(/:$/, "");

  const name = container => {
    const words = nameOf(container.previousElementSibling);
    if (!words) return;
    for (const part of container.querySelectorAll("[role=combobox], [role=textbox]")) {
      part.setAttribute("aria-label", words);
      // What is chosen is read out through this reference; without a choice it would be an empty name.
      part.removeAttribute("aria-labelledby");
    }
    const chosen = container.querySelector(".select2-selection__rendered");
    if (chosen?.title) chosen.parentElement.setAttribute("aria-label", `${words}: ${chosen.title}`);
  };

  const nameAll = () => {
    document.querySelectorAll(".select2-container").forEach(name);
    const open = document.querySelector(".select2-container--open")?.previousElementSibling;
    document.querySelector(".select2-search__field")?.setAttribute("aria-label", nameOf(open) ?? "");
  };

  new MutationObserver(nameAll).observe(document.documentElement, {childList: true, subtree: true});
}
