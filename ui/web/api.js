// The page is a client like any other: it asks the public endpoints, which say why they refuse.

import { language, say, setup } from "./words.js";

// Wherever the page is mounted, this script lies in a folder of it.
const ROOT = new URL("../", import.meta.url);

export class Refused extends Error {} // its message is for the reader
export class Lost extends Error {} // nobody answers
export class Busy extends Error {
	constructor(seconds) {
		super(say("busy"));
		this.seconds = seconds;
	}
}

const WAIT_WHEN_BUSY = 5; // seconds, where the server does not say how long

async function reach(path, options) {
	let response;
	try {
		response = await fetch(new URL(path, ROOT), { credentials: "same-origin", ...options });
	} catch (error) {
		throw error.name === "AbortError" ? error : new Lost(say("lost"));
	}
	if (response.status === 503 || response.status === 429) {
		throw new Busy(Number(response.headers.get("Retry-After")) || WAIT_WHEN_BUSY);
	}
	if ([502, 504].includes(response.status)) throw new Lost(say("lost"));
	if (!response.ok) {
		const told = await response.json().catch(() => ({}));
		throw new Refused(typeof told.error === "string" ? told.error : say("unexpected"));
	}
	return response;
}

// Call an endpoint; return what it gives. Throws Refused, Busy, Lost, or AbortError when `signal` says so.
export async function call(name, fields, signal) {
	const headers = { "Accept-Language": language, "Content-Type": "application/json" };
	const sent = { method: "POST", headers, body: JSON.stringify(fields), signal };
	const { event_id: event } = await (await reach(`gradio_api/call/v2/${name}`, sent)).json();
	const stream = await reach(`gradio_api/call/${name}/${event}`, { headers: { "Accept-Language": language }, signal });
	let told;
	try {
		told = await stream.text();
	} catch (error) {
		throw error.name === "AbortError" ? error : new Lost(say("lost"));
	}
	for (const block of told.split(/\r?\n\r?\n/)) {
		const [, kind] = /^event: (.*)$/m.exec(block) ?? [];
		const [, data] = /^data: (.*)$/m.exec(block) ?? [];
		if (kind === "complete") return JSON.parse(data)[0];
		if (kind === "error") throw new Refused(JSON.parse(data)?.error ?? say("unexpected"));
	}
	throw new Lost(say("lost"));
}

export async function isThere(signal) {
	try {
		return (await fetch(new URL("healthz", ROOT), { cache: "no-store", signal })).ok;
	} catch (error) {
		if (error.name === "AbortError") throw error;
		return false;
	}
}

// Where the file lies that a document was made from, for those who may have it.
export const fileAddress = (name) =>
	setup.files ? new URL(`files/${name.split("/").map(encodeURIComponent).join("/")}`, ROOT).href : null;

// Send a file of the administrator's; return {name}. Throws as `call` does.
export async function send(file, key) {
	const headers = { "Accept-Language": language, "X-Sourcier-Key": encodeURIComponent(key), "X-File-Name": encodeURIComponent(file.name) };
	return (await reach("uploads", { method: "POST", headers, body: file })).json();
}

// Return {state} of a file that was sent.
export async function follow(name, key) {
	const headers = { "Accept-Language": language, "X-Sourcier-Key": encodeURIComponent(key) };
	return (await reach(`uploads/${encodeURIComponent(name)}`, { headers, cache: "no-store" })).json();
}
