const box = document.getElementById("filter");
const count = document.getElementById("count");
const findings = [...document.querySelectorAll(".finding")];
const cards = findings.filter(finding => !finding.classList.contains("unshown"));
const text = findings.map(finding => finding.textContent.toLowerCase());

function show() {
  const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
  findings.forEach((finding, index) => {
    finding.hidden = !words.every(word => text[index].includes(word));
  });
  const left = cards.filter(finding => !finding.hidden).length;
  for (const group of [".exercise", ".lesson"])
    for (const part of document.querySelectorAll(group))
      part.hidden = words.length > 0 && !part.querySelector(".finding:not([hidden])");
  count.textContent = words.length ? `${left} of ${cards.length} findings` : "";
}

box.addEventListener("input", show);
document.getElementById("search").hidden = false;
