// Tells htmx when the picture moved; the parts of the page that listen fetch themselves again.
(function () {
  "use strict";
  const state = document.getElementById("link");
  const source = new EventSource("/console/live");
  source.addEventListener("changed", function () {
    state.dataset.state = "on";
    htmx.trigger(document.body, "changed");
  });
  source.onopen = function () { state.dataset.state = "on"; };
  source.onerror = function () { state.dataset.state = "off"; };
})();
