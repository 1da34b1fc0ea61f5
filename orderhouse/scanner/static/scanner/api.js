// The scanner's doors. A request ends in an answer, in a refusal of the server, or in no answer at all.

import { say } from "./say.js";

/** The server said no: `sentence` is for people. */
export class Refused extends Error {
  /** @param {number} status @param {any} problem */
  constructor(status, problem) {
    super(problem.detail || say("server-said-no"));
    this.status = status;
    this.code = problem.code || "";
    this.sentence = [problem.detail, problem.remedy].filter(Boolean).join(" ");
  }
}

/** No answer: no network, or a server that cannot. */
export class Unreachable extends Error {}

let token = "";
const root = () => `${document.body.dataset.root}api/`;

/** @param {string} door @param {number} [patience] milliseconds @returns {Promise<any>} */
export async function get(door, patience = 6000) {
  const answer = await request(door, { method: "GET" }, patience);
  if (door === "me") token = answer.csrf;
  return answer;
}

/** @param {string} door @param {any} body @param {number} [patience] milliseconds @returns {Promise<any>} */
export async function post(door, body, patience = 10_000) {
  if (!token) await get("me");
  const send = () => request(door, { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json", "X-CSRFToken": token } }, patience);
  try {
    return await send();
  } catch (error) {
    if (!(error instanceof Refused) || error.code !== "stale-token") throw error;
    await get("me"); // the page was kept since before this token
    return send();
  }
}

/** @param {string} door @param {RequestInit} init @param {number} patience */
async function request(door, init, patience) {
  const control = new AbortController();
  const alarm = setTimeout(() => control.abort(), patience);
  try {
    const response = await fetch(root() + door, { ...init, signal: control.signal, credentials: "same-origin", cache: "no-store", redirect: "error" });
    if (response.status >= 500 || response.status === 429 && door === "scans") throw new Unreachable(`status ${response.status}`);
    const json = (response.headers.get("Content-Type") || "").includes("json");
    if (!json && response.status === 403) throw new Refused(403, { code: "stale-token", detail: say("page-too-old"), remedy: say("reload-it") });
    if (!json) throw new Unreachable("not our server"); // the sign-in page of a foreign network
    const value = await response.json();
    if (!response.ok) throw new Refused(response.status, value);
    return value;
  } catch (error) {
    throw error instanceof Refused ? error : new Unreachable(String(error));
  } finally {
    clearTimeout(alarm);
  }
}
