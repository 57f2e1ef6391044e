// The page that stands in a frame while nobody has logged in there: it looks whether somebody has, and then makes way.

const LOOK_EVERY = 3000; // ms, once the tab to log in was opened
const ANEW_AFTER = 9 * 60 * 1000; // ms; what the link names is forgotten after ten minutes

async function look() {
	if (document.visibilityState !== "visible") return;
	try {
		const answer = await fetch(new URL("session", import.meta.url), { cache: "no-store" });
		if (answer.ok) location.reload();
	} catch {
		// The server is not reached; the next look may.
	}
}

let looking;
document.querySelector("a").addEventListener("click", () => {
	looking ??= setInterval(look, LOOK_EVERY);
});
addEventListener("focus", look);
document.addEventListener("visibilitychange", look);
setTimeout(() => location.reload(), ANEW_AFTER);

// The page around this one may show it now. It is told nothing else, and the browser has let it be one that may.
window.parent.postMessage({ source: "sourcier", version: 1, type: "login" }, "*");
