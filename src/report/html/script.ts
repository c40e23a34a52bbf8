/** Filter, copy, fold and age. Everything can be read without it. */
export const script = String.raw`
"use strict";
const $ = (id) => document.getElementById(id);
const all = (selector, from = document) => [...from.querySelectorAll(selector)];
document.documentElement.classList.add("scripted");

const groups = all("details.group").map((group) => ({ group, open: group.open, cards: all(".finding", group) }));
const cards = groups.flatMap(({ group, cards }) => {
  const title = group.querySelector("summary h3").parentNode.textContent;
  return cards.map((card) => ({ card, title, severity: card.dataset.severity, text: undefined }));
});
const boxes = all("input[name=severity]");
const input = $("text");

const number = (value) => value.toLocaleString("en-US");
const count = number(cards.length) + (cards.length === 1 ? " finding" : " findings");

function filter() {
  const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
  const severities = boxes.filter((box) => box.checked).map((box) => box.value);
  const active = words.length > 0 || severities.length > 0;
  let shown = 0;
  for (const one of cards) {
    if (words.length > 0) one.text ??= (one.title + " " + one.card.textContent).toLowerCase();
    const matches =
      (severities.length === 0 || severities.includes(one.severity)) && words.every((word) => one.text.includes(word));
    one.card.hidden = !matches;
    if (matches) shown++;
  }
  for (const { group, open, cards } of groups) {
    group.hidden = cards.every((card) => card.hidden);
    group.open = active || open;
  }
  $("shown").textContent = active
    ? shown === 0 ? "No finding matches" : number(shown) + " of " + count
    : count;
  folding();
}

function folding() {
  $("fold").textContent = groups.some(({ group }) => group.open) ? "Collapse all" : "Expand all";
}

async function copy(button) {
  const code = button.parentNode.querySelector("code");
  const range = document.createRange();
  range.selectNodeContents(code);
  let done = false;
  try {
    await navigator.clipboard.writeText(code.textContent);
    done = true;
  } catch {
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    try {
      done = document.execCommand("copy");
    } catch {}
  }
  button.textContent = done ? "Copied" : "Press Ctrl+C";
  button.dataset.state = done ? "copied" : "selected";
  $("said").textContent = done ? "Command copied" : "Command selected, press Control C to copy";
  setTimeout(() => {
    button.textContent = "Copy";
    delete button.dataset.state;
    $("said").textContent = "";
  }, 2500);
}

if (input) {
  input.addEventListener("input", filter);
  for (const box of boxes) box.addEventListener("change", filter);
  $("fold").addEventListener("click", () => {
    const open = !groups.some(({ group }) => group.open);
    for (const { group } of groups) group.open = open;
    folding();
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      input.focus();
    }
  });
  filter();
}
document.addEventListener("click", (event) => {
  const button = event.target.closest(".cmd button");
  if (button) copy(button);
});
let folded = [];
addEventListener("beforeprint", () => {
  folded = all(".group:not([open]), .fold:not([open])");
  for (const details of folded) details.open = true;
});
addEventListener("afterprint", () => {
  for (const details of folded) details.open = false;
});
const age = $("age");
const hours = age ? Math.floor((Date.now() - Date.parse(age.dateTime)) / 3600000) : 0;
if (hours >= 1) age.append(hours < 48 ? " (" + hours + " h ago)" : " (" + Math.floor(hours / 24) + " days ago)");
`;
