// What HTMX cannot say by itself: that the console was not reached. What was typed stays where it is.
document.addEventListener("htmx:sendError", (event) => {
  const words = document.createElement("p");
  words.className = "notice wrong";
  words.setAttribute("role", "alert");
  words.textContent = "The console was not reached. Nothing was recorded; press the button again.";
  event.detail.target.replaceChildren(words);
});

// A call has ended: on to its outcome. What somebody has chosen or typed meanwhile is theirs.
document.addEventListener("call-ended", (event) => {
  const form = document.getElementById("outcome-form");
  if (!form) return;
  const suggested = form.querySelector(`[name=outcome][value="${event.detail.suggested}"]`);
  if (suggested && !form.querySelector("[name=outcome]:checked")) suggested.checked = true;
  if (!form.contains(document.activeElement)) document.getElementById("outcome").focus();
});
