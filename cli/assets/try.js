// Keys for what can be clicked, and focus where a person goes on. What an input means is decided by the handheld.
(function () {
  "use strict";
  const byId = function (id) { return document.getElementById(id); };
  const typed = function () { return byId("typed"); };
  const awaitsText = function () { return typed().type === "password" || typed().inputMode === "decimal"; };

  function press(key) {
    const button = document.querySelector('#held [data-key="' + CSS.escape(key) + '"]');
    if (button) { button.click(); }
    return Boolean(button);
  }

  document.addEventListener("keydown", function (event) {
    if (event.altKey || event.metaKey) { return; }
    const box = typed();
    const finding = event.target === byId("find");
    if (event.ctrlKey) {
      // A scanner that types sends GS as Ctrl-].
      if (event.key === "]" && event.target === box) {
        event.preventDefault();
        box.setRangeText("<GS>", box.selectionStart, box.selectionEnd, "end");
      }
      return;
    }
    if (event.key === "F9" && press("F9")) {
      // A key of the screen: in a training it ends the lesson, or goes back to work.
      event.preventDefault();
    } else if (event.key === "F9") {
      event.preventDefault();
      byId("find").focus();
      byId("find").select();
    } else if (event.key === "Escape") {
      event.preventDefault();
      if (finding) { byId("find").value = ""; find(); box.focus(); }
      else if (box.value !== "") { box.value = ""; }
      else { press("Escape"); }
    } else if (/^F\d+$/.test(event.key)) {
      if (press(event.key)) { event.preventDefault(); }
    } else if (finding && event.key === "Enter") {
      event.preventDefault();
      const label = document.querySelector("#labels .label:not([hidden])");
      if (label) { label.click(); box.focus(); }
    } else if (event.key.length === 1 && !finding && event.target !== box && event.key !== " ") {
      // A digit is a key of the screen; whatever else is typed, wherever, goes into the box.
      if (!awaitsText() && press(event.key)) { event.preventDefault(); }
      else { box.focus(); }
    }
  });

  function find() {
    const wanted = byId("find").value.toLowerCase().split(/\s+/);
    document.querySelectorAll("#labels .label").forEach(function (label) {
      const text = (label.value + " " + label.textContent).toLowerCase();
      label.hidden = !wanted.every(function (word) { return text.includes(word); });
    });
    document.querySelectorAll("#labels fieldset").forEach(function (part) {
      part.hidden = !part.querySelector(".label:not([hidden])");
    });
  }
  byId("find").addEventListener("input", find);

  // The part that is swapped holds the box: what is being typed, and where, must outlive it.
  let kept = null;
  // While an answer is awaited, a look that was asked for earlier is old news.
  let acting = 0;
  const isLook = function (event) { return event.detail.requestConfig.verb === "get"; };
  document.body.addEventListener("htmx:beforeRequest", function (event) {
    if (!isLook(event)) { acting += 1; } else if (acting > 0) { event.preventDefault(); }
  });
  document.body.addEventListener("htmx:afterRequest", function (event) {
    if (!isLook(event)) { acting -= 1; }
  });
  document.body.addEventListener("htmx:beforeSwap", function (event) {
    const active = document.activeElement;
    const within = byId("held").contains(active);
    const asked = isLook(event);
    if (asked && acting > 0) { event.detail.shouldSwap = false; return; }
    if (event.detail.target !== byId("held")) { return; }
    kept = {
      within: within,
      key: within ? active.dataset.key : undefined,
      id: within ? active.id : "",
      text: asked ? typed().value : "",
      at: asked && active === typed() ? [active.selectionStart, active.selectionEnd] : null,
      poll: asked,
      scrolled: asked ? [byId("body").scrollTop, byId("actions").scrollTop] : [0, 0]
    };
  });
  document.body.addEventListener("htmx:afterSwap", function () {
    if (!kept) { return; }
    const box = typed();
    if (kept.text) { box.value = kept.text; }
    byId("body").scrollTop = kept.scrolled[0];
    byId("actions").scrollTop = kept.scrolled[1];
    const same = kept.id ? byId(kept.id)
      : kept.key ? document.querySelector('#held [data-key="' + CSS.escape(kept.key) + '"]') : null;
    if (kept.poll && kept.within && same) {
      same.focus();
      if (kept.at && same === box) { box.setSelectionRange(kept.at[0], kept.at[1]); }
    } else if (!kept.poll && (kept.within || awaitsText())) {
      const knob = kept.id === "network" || kept.id === "battery";
      (knob && same ? same : box).focus();
    }
    kept = null;
  });
  document.body.addEventListener("htmx:sendError", function () { byId("held").classList.add("lost"); });
})();
