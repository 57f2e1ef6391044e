// Whether there is a server. Whoever finds that nobody answers waits here, all for the same one, until somebody does.

import { call, Lost, serverState } from "./api.js";

const LOOK_EVERY = 2000; // ms, while nobody answers
const IDLE = 30_000; // ms, while nothing is asked
const IDLE_UPDATING = 5000; // ms, while the corpus is brought up to date, which ends sooner or later

let onChange = () => {};
let back = null; // resolves when the server is there again; null while it is
let timer = 0;

// Have `told({isLost, isUpdating})` called with how the server is, now and whenever that is looked for.
export function watchServer(told) {
	onChange = told;
	for (const event of ["online", "offline"]) window.addEventListener(event, look);
	document.addEventListener("visibilitychange", look);
	return look();
}

// Look how the server is, and again after a while; a page that nobody sees asks nothing.
async function look() {
	clearTimeout(timer);
	timer = setTimeout(look, IDLE);
	if (back || document.visibilityState !== "visible") return;
	const state = await serverState();
	if (!state) return reconnected();
	tell(state);
}

function tell(state) {
	const isUpdating = Boolean(state.updating);
	onChange({ isLost: false, isUpdating });
	if (!isUpdating) return;
	clearTimeout(timer);
	timer = setTimeout(look, IDLE_UPDATING);
}

// Resolve when the server answers again; reject with an AbortError when `signal` says so.
export function reconnected(signal) {
	back ??= untilThere();
	return signal ? Promise.race([back, aborted(signal)]) : back;
}

async function untilThere() {
	onChange({ isLost: true, isUpdating: false });
	let state = null;
	while (!state) {
		await pause(LOOK_EVERY);
		state = await serverState();
	}
	back = null;
	tell(state);
}

// Ask a door as `call` does, and again once there is a server; `onLost()` is called when there is none.
export async function insist(name, fields, { signal, onLost } = {}) {
	for (let tries = 1; ; tries++) {
		try {
			return await call(name, fields, signal);
		} catch (error) {
			if (!(error instanceof Lost)) throw error;
			if (tries === 1) onLost?.();
			await reconnected(signal);
		}
	}
}

// Wait; reject with an AbortError when `signal` says so.
export function pause(milliseconds, signal) {
	const over = new Promise((resolve) => setTimeout(resolve, milliseconds));
	return signal ? Promise.race([over, aborted(signal)]) : over;
}

const aborted = (signal) =>
	new Promise((_, reject) => {
		const give = () => reject(new DOMException("stopped", "AbortError"));
		if (signal.aborted) give();
		else signal.addEventListener("abort", give, { once: true });
	});
