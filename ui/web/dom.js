// Elements made of text: nothing that a document or a person wrote is ever read as HTML.

// Controls, and the marks that turn the direction of writing, which can rewrite what is read around them.
const UNPRINTABLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

export const printable = (text) => text.replace(UNPRINTABLE, "\ufffd");

// Make an element. An attribute that is null or false is left out; one that begins with "on" is a listener.
export function el(tag, attributes = {}, ...children) {
	const made = document.createElement(tag);
	for (const [name, value] of Object.entries(attributes)) {
		if (value === null || value === undefined || value === false) continue;
		if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
		else made.setAttribute(name, value === true ? "" : value);
	}
	made.append(...children.flat(2).filter((child) => child !== null && child !== undefined && child !== false));
	return made;
}

export const button = (label, onclick, attributes = {}) => el("button", { type: "button", ...attributes, onclick }, label);

// A dialog with a heading and a button that closes it; the browser keeps the focus in it, and Escape closes it.
export function dialog(id, title, closeLabel, ...children) {
	const heading = el("h2", { id: `${id}-title` }, title);
	const made = el("dialog", { id, class: "sourcier-dialog", "aria-labelledby": heading.id });
	const close = button(closeLabel, () => made.close(), { class: "quiet" });
	made.append(el("div", { class: "dialog-top" }, heading, close), ...children);
	// A click beside it closes it, and none that began in it, such as the end of a selection.
	let beganBeside = false;
	const isBeside = ({ clientX, clientY }) => {
		const { left, right, top, bottom } = made.getBoundingClientRect();
		return clientX < left || clientX > right || clientY < top || clientY > bottom;
	};
	made.addEventListener("pointerdown", (event) => (beganBeside = event.target === made && isBeside(event)));
	made.addEventListener("click", (event) => beganBeside && event.target === made && isBeside(event) && made.close());
	return made;
}

// Hand a text over as a file.
export function download(name, type, text) {
	const address = URL.createObjectURL(new Blob([text], { type }));
	const link = el("a", { href: address, download: name });
	document.body.append(link);
	link.click();
	link.remove();
	setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

// Put a text into the clipboard; tell whether it is there. A page without TLS has no clipboard of its own.
export async function copy(text) {
	try {
		await navigator.clipboard.writeText(text);
		return true;
	} catch {
		const box = el("textarea", { class: "unseen", "aria-hidden": "true" });
		box.value = text;
		const before = document.activeElement;
		(document.querySelector("dialog[open]") ?? document.body).append(box);
		box.select();
		const done = document.execCommand("copy");
		box.remove();
		before?.focus();
		return done;
	}
}
