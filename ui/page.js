// The place that is open stands in the address, as "#doc=...&start=...&end=...": a link opens it, the browser's "back"
// closes it, and an address that is passed on opens the same document at the same place.
//
// All of this is in one script of the page, and none in Gradio's `js=`, which needs 'unsafe-eval'.
(() => {
	const last = (selector) => [...document.querySelectorAll(selector)].at(-1);
	const box = () => document.querySelector("#sourcier-place textarea, #sourcier-place input");
	let shown = null;
	let answered = null;

	const tellPlace = () => {
		box().value = window.location.hash;
		box().dispatchEvent(new Event("input", { bubbles: true }));
	};

	document.addEventListener("click", (event) => {
		const link = event.target.closest?.('a[href^="#"]');
		if (!link) return;
		// The page has a <base>, against which a plain "#..." would lead away when the address has a query.
		event.preventDefault();
		const place = link.getAttribute("href");
		if (place === window.location.hash) shown?.scrollIntoView({ block: "center" });
		else window.location.hash = place;
	});
	window.addEventListener("hashchange", tellPlace);

	// Gradio draws the page after this script has run, and the panel after its text has arrived.
	let told = false;
	new MutationObserver(() => {
		if (!told && box()) {
			told = true;
			if (window.location.hash) setTimeout(tellPlace, 500);
		}
		// An answer is read from its question on, however many quotes come below.
		const answer = last(".sourcier-answer, .sourcier-stage");
		if (answer !== answered) {
			answered = answer;
			requestAnimationFrame(() => last(".sourcier-question")?.scrollIntoView({ block: "start" }));
		}
		// Gradio labels each message with its HTML, which a screen reader would read out instead of its text.
		for (const message of document.querySelectorAll("#sourcier-chat [aria-label*='<div']")) {
			message.removeAttribute("aria-label");
		}
		const place = document.getElementById("quoted-place");
		if (place !== shown) {
			shown = place;
			requestAnimationFrame(() => shown?.scrollIntoView({ block: "center" }));
		}
	}).observe(document, { childList: true, subtree: true });
})();
