// The page is a client like any other: it asks the public endpoints, which say why they refuse.

import { ROOT } from "./place.js";
import { language, say, setup } from "./words.js";

// Its message is for the reader, and its code for the page.
export class Refused extends Error {
	constructor(message, code = "") {
		super(message);
		this.code = code;
	}
}
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
	if (response.ok) return response;
	const { message: told, code } = (await response.json().catch(() => ({}))).error ?? {};
	const wait = response.headers.get("Retry-After");
	if (wait !== null || (!told && [429, 503].includes(response.status))) throw new Busy(Number(wait) || WAIT_WHEN_BUSY);
	if (!told && [502, 504].includes(response.status)) throw new Lost(say("lost"));
	throw new Refused(told ?? say("unexpected"), code);
}

// Ask a door of the API; return what it gives. Throws Refused, Busy, Lost, or AbortError when `signal` says so.
export async function call(name, fields, signal) {
	const headers = { "Accept-Language": language };
	const shows = ["document", "documents", "suggestions"].includes(name);
	const path = `api/v1/${name}${shows ? `?${new URLSearchParams(fields)}` : ""}`;
	const options = shows ? { headers, signal } : { method: "POST", headers: { ...headers, "Content-Type": "application/json" }, body: JSON.stringify(fields), signal };
	const response = await reach(path, options);
	try {
		return await response.json();
	} catch (error) {
		throw error.name === "AbortError" ? error : new Lost(say("lost"));
	}
}

// Return what the server says of itself, {updating}, {} where a proxy keeps that to itself, null when nobody is there.
export async function serverState() {
	try {
		const response = await fetch(new URL("readyz", ROOT), { cache: "no-store" });
		const told = await response.json().catch(() => null);
		return told?.status ? told : response.status < 500 ? {} : null;
	} catch {
		return null;
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
