// Everything works without this: the tags are links to the passages below them.
(function () {
  "use strict";
  document.documentElement.classList.add("js");
  function choose(answer, id, move) {
    answer.querySelectorAll(".card").forEach(function (card) {
      card.classList.toggle("current", card.id === "s" + id);
    });
    answer.querySelectorAll(".claim").forEach(function (claim) {
      claim.classList.toggle("current", claim.dataset.s === id);
    });
    var card = document.getElementById("s" + id);
    if (move && card) {
      card.scrollIntoView({ block: "nearest" });
      card.focus({ preventScroll: true });
    }
  }
  document.querySelectorAll(".answer").forEach(function (answer) {
    var first = answer.querySelector(".claim:not(.bare)") || answer.querySelector(".claim");
    if (first) { choose(answer, first.dataset.s, false); }
    answer.addEventListener("click", function (event) {
      var tag = event.target.closest(".text a.tag");
      var claim = event.target.closest(".text .claim");
      if (tag) {
        event.preventDefault();
        choose(answer, tag.getAttribute("href").slice(2), true);
      } else if (claim) {
        choose(answer, claim.dataset.s, false);
        var card = document.getElementById("s" + claim.dataset.s);
        if (card) { card.scrollIntoView({ block: "nearest" }); }
      }
    });
  });
  // A link into a folded answer opens it.
  function unfold() {
    var target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    var fold = target && target.closest("details");
    if (fold) { fold.open = true; }
    if (target && target.classList.contains("card")) {
      choose(target.closest(".answer"), target.id.slice(1), true);
    }
  }
  window.addEventListener("hashchange", unfold);
  unfold();
  // On paper everything is open; afterwards as it was.
  var folded = [];
  window.addEventListener("beforeprint", function () {
    folded = Array.prototype.slice.call(document.querySelectorAll("details:not([open])"));
    folded.forEach(function (fold) { fold.open = true; });
  });
  window.addEventListener("afterprint", function () {
    folded.forEach(function (fold) { fold.open = false; });
  });
})();
