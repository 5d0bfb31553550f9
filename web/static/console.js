// What HTMX cannot say by itself: that the console was not reached. What was typed stays where it is.
document.addEventListener("htmx:sendError", (event) => {
  const words = document.createElement("p");
  words.className = "notice wrong";
  words.setAttribute("role", "alert");
  words.textContent = "The console was not reached. Nothing was recorded; press the button again.";
  event.detail.target.replaceChildren(words);
});
