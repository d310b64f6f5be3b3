// The technical side of the gateway: handsets in a row, ticks, segments, and the raw call beside each text.
"use strict";

const TICKS = { accepted: "✓", delivered: "✓✓", failed: "✕" };
const VENDORS = { aliyun: "阿里云", tencent: "腾讯云", twilio: "Twilio", kannel: "Kannel" };
const NOT_COUNTS = ["numbers"];
const row = document.getElementById("handsets");
const open = new Map();

async function ask(path, method, body) {
  const answer = await fetch(`/sim${path}`, {
    method: method || "GET",
    headers: body ? { "content-type": "application/json" } : {},
    body: body ? JSON.stringify(body) : undefined,
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.status === 204 ? null : answer.json();
}

function handset(number) {
  if (open.has(number)) return open.get(number);
  const article = document.getElementById("handset").content.firstElementChild.cloneNode(true);
  article.dataset.number = number;
  article.querySelector("h2").textContent = number;
  article.querySelector("header select").addEventListener("change", (event) =>
    ask(`/handsets/${number}`, "PUT", { line: event.target.value }));
  article.querySelector(".reply").addEventListener("submit", (event) => send(event, number));
  open.set(number, article);
  row.prepend(article);
  document.getElementById("nobody").hidden = true;
  return article;
}

async function send(event, number) {
  event.preventDefault();
  const form = event.target;
  const typed = { text: form.text.value, times: Number(form.times.value) };
  if (form.to.value) typed.to = form.to.value;
  await ask(`/handsets/${number}/texts`, "POST", typed);
  form.text.value = "";
}

function facts(message) {
  const parts = message.segments.length > 1 ? ` · ${message.segments.length} 条 [${message.segments.join(", ")}]` : "";
  const missing = message.missing ? ` · 缺 ${message.missing} 条 missing` : "";
  const reason = message.reason ? ` ${message.reason}` : "";
  const report = message.report === "lost" ? " · 回执丢失 report lost" : "";
  return `${TICKS[message.state]}${reason} · ${message.at.slice(5, 19).replace("T", " ")}${parts}${missing}${report}`;
}

function bubble(message) {
  const item = document.getElementById("message").content.firstElementChild.cloneNode(true);
  item.id = `message-${message.id}`;
  item.className = `${message.direction} ${message.state}`;
  item.querySelector(".text").textContent = message.text;
  item.querySelector(".facts").textContent = facts(message);
  const raw = message.parts ? message.parts.map((part) => part.call) : message.call || { sequence_id: message.sequence_id, dest_code: message.thread };
  item.querySelector("pre").textContent = JSON.stringify(raw, null, 1);
  return item;
}

function thread(article, number, signName, provider) {
  const threads = article.querySelector(".threads");
  let list = threads.querySelector(`ol[data-thread="${number}"]`);
  if (!list) {
    const head = document.createElement("h3");
    head.textContent = `${signName} ${number} · ${VENDORS[provider]}`;
    list = document.createElement("ol");
    list.dataset.thread = number;
    threads.append(head, list);
    article.querySelector("select[name=to]").prepend(new Option(number, number, true, true));
  }
  return list;
}

function show(message) {
  const article = handset(message.number);
  const list = thread(article, message.thread, message.sign_name, message.provider);
  const known = document.getElementById(`message-${message.id}`);
  const item = bubble(message);
  if (known) {
    item.querySelector("details").open = known.querySelector("details").open;
    known.replaceWith(item);
  } else {
    list.append(item);
    const threads = article.querySelector(".threads");
    threads.scrollTop = threads.scrollHeight;
    article.querySelector("select[name=to]").value = message.thread;
  }
}

function label(about) {
  const article = handset(about.number);
  article.querySelector("h2").textContent = about.label ? `${about.label} ${about.number}` : about.number;
  article.querySelector("header select").value = about.line;
}

function faultFields(faults) {
  const fields = document.querySelector("#faults .fields");
  fields.replaceChildren();
  for (const [name, value] of Object.entries(faults)) {
    if (NOT_COUNTS.includes(name)) continue;
    const field = document.createElement("label");
    const input = document.createElement("input");
    input.name = name;
    input.value = value;
    field.append(name, input);
    fields.append(field);
  }
}

async function setFaults(event) {
  event.preventDefault();
  const changed = {};
  for (const [name, value] of new FormData(event.target)) {
    changed[name] = name === "refuse_code" ? value : Number(value);
  }
  await ask("/faults", "PUT", changed);
}

async function load() {
  row.replaceChildren();
  open.clear();
  document.getElementById("nobody").hidden = false;
  faultFields(await ask("/faults"));
  const { items } = await ask("/handsets");
  for (const about of items.slice(0, 30).reverse()) {
    label(about);
    const { threads } = await ask(`/handsets/${about.number}`);
    threads.reverse().flatMap((one) => one.messages).forEach(show);
  }
}

function follow() {
  const stream = new EventSource("/sim/changes");
  const status = document.getElementById("stream");
  const on = (event, act) => stream.addEventListener(event, (told) => act(JSON.parse(told.data)));
  stream.addEventListener("open", () => { status.textContent = "实时 live"; });
  stream.addEventListener("error", () => { status.textContent = "已断开,重连中 reconnecting"; });
  on("message", show);
  on("handset", label);
  on("faults", faultFields);
  on("reset", load);
  on("reload", load);
}

async function setResidents(event) {
  event.preventDefault();
  const { script } = event.target;
  const answer = await fetch("/sim/residents", { method: "PUT", body: script.value });
  const told = await answer.json();
  event.target.querySelector("output").textContent = answer.ok ? `✓ ${told.answer.length}` : told.detail;
}

document.querySelector("#residents form").addEventListener("submit", setResidents);
document.querySelector("#faults form").addEventListener("submit", setFaults);
document.querySelector("#faults form").addEventListener("reset", () => ask("/faults", "DELETE"));
document.getElementById("other").addEventListener("submit", (event) => {
  event.preventDefault();
  handset(event.target.number.value);
});
follow();
load();
