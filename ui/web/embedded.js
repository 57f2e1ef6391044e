// The chat in a frame of another page: a smaller header, and what the two pages tell each other.
//
// Each message is {source: "sourcier", version: 1, type, ...}; docs/embedding.md lists them. Nothing that was asked or
// answered is told, and only a page of a listed origin is told anything, or listened to.

import { button, el, printable } from "./dom.js";
import { built } from "./main.js";
import { ROOT } from "./place.js";
import { presets, writePresets } from "./presets.js";
import { say, setup } from "./words.js";

const VERSION = 1;
const ROOM = 640; // px, for a document or a dialog, which have no height of their own
const LONGEST_TITLE = 120;
const LOOK_EVERY = 200; // ms, whether an answer has come

// The page that shows this one. Browsers differ in what they say of it: where they name its origin, that is believed;
// else the first message from it does, as the browser itself says where that comes from.
class Host {
	// `heard[type](message)` is called for each message that may be listened to.
	constructor(origins, heard) {
		this.origins = new Set(origins.map((origin) => new URL(origin).origin));
		this.isThere = window.parent !== window;
		const named = window.location.ancestorOrigins?.[0];
		this.origin = this.origins.has(named) ? named : null;
		this.isNamed = Boolean(named);
		if (this.isThere) window.addEventListener("message", (event) => this.isTrusted(event) && heard[event.data.type]?.(event.data));
	}

	isTrusted({ source, origin, data }) {
		if (source !== window.parent || !this.origins.has(origin)) return false;
		if (data?.source !== "sourcier" || data.version !== VERSION || typeof data.type !== "string") return false;
		if (data.type === "hello" && !this.isNamed) this.origin ??= origin;
		return origin === this.origin;
	}

	tell(type, fields = {}) {
		if (this.isThere && this.origin) window.parent.postMessage({ source: "sourcier", version: VERSION, type, ...fields }, this.origin);
	}
}

// What the style says of the dark is said of a theme that is asked for, too.
const darkRules = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]).filter((rule) => rule instanceof CSSMediaRule && rule.media.mediaText.includes("prefers-color-scheme"));
const dark = darkRules.map((rule) => rule.media.mediaText);

function wear(theme) {
	const media = { dark: "screen", light: "not all" }[theme];
	darkRules.forEach((rule, number) => (rule.media.mediaText = media ?? dark[number]));
}

// Icons are drawn here: a page in a frame is too narrow for words on every button.
function icon(path) {
	const [svg, line] = ["svg", "path"].map((name) => document.createElementNS("http://www.w3.org/2000/svg", name));
	svg.setAttribute("viewBox", "0 0 24 24");
	svg.setAttribute("aria-hidden", "true");
	line.setAttribute("d", path);
	svg.append(line);
	return svg;
}

const MENU = "M4 7h16M4 12h16M4 17h16";
const WINDOW = "M13 4h7v7M20 4l-9 9M18 14v6H4V6h6";
const CROSS = "M6 6l12 12M18 6L6 18";

// The header that there is, made small. Returns the button that closes the frame.
function makeSmall(root, { talk, filters, menu, onClose }) {
	const header = root.querySelector("header");
	const title = printable(presets.title).slice(0, LONGEST_TITLE).trim();
	if (title) {
		header.querySelector("h1").textContent = title;
		document.title = title;
	}
	const named = (label, more = {}) => ({ class: "icon", "aria-label": say(label), title: say(label), ...more });
	for (const [name, value] of Object.entries(named("menu"))) menu.opener.setAttribute(name, value);
	menu.opener.replaceChildren(icon(MENU));
	// The address holds what was asked last; it is written as the link is about to be followed.
	const own = el("a", named("own_window", { target: "_blank", rel: "noopener" }), icon(WINDOW));
	const write = () => (own.href = new URL(writePresets(talk.asked[0] ?? "", filters.chosen), ROOT).href);
	for (const event of ["pointerenter", "pointerdown", "focus", "click"]) own.addEventListener(event, write);
	const close = button(icon(CROSS), onClose, named("close", { hidden: true }));
	menu.nav.before(el("div", { class: "tools" }, menu.opener, own, close));
	write();
	return close;
}

// Call `onAnswer(answer)` for each answer that comes from now on, and for none that was kept from before.
function watchAnswers(talk, onAnswer) {
	const asked = new Set(talk.exchanges.filter(({ answer }) => !answer));
	const before = talk.onChange;
	talk.onChange = (conversation) => {
		before(conversation);
		for (const exchange of conversation.exchanges) {
			if (!exchange.answer) asked.add(exchange);
			else if (asked.delete(exchange)) onAnswer(exchange.answer);
		}
	};
}

// Call `onHeight(px)` with the height at which nothing of the conversation has to be scrolled, whenever it changes.
function watchHeight(root, onHeight) {
	const scroll = root.querySelector(".scroll");
	const content = document.createRange();
	content.selectNodeContents(scroll);
	let told = 0;
	const measure = () => {
		const { paddingTop, paddingBottom } = getComputedStyle(scroll);
		const inside = content.getBoundingClientRect().height + parseFloat(paddingTop) + parseFloat(paddingBottom);
		const needed = Math.ceil(root.offsetHeight - scroll.offsetHeight + inside);
		const height = root.querySelector("dialog[open], #sourcier-panel:not([hidden])") ? Math.max(needed, ROOM) : needed;
		if (height !== told) onHeight((told = height));
	};
	const sizes = new ResizeObserver(measure);
	for (const part of [root.querySelector("header"), root.querySelector("form.asking"), ...scroll.children]) sizes.observe(part);
	new MutationObserver(measure).observe(root, { subtree: true, attributeFilter: ["open", "hidden"] });
}

function embed({ root, talk, filters, box, menu, checked }) {
	root.classList.add("embedded");
	const onClose = () => host.tell("close");
	const close = makeSmall(root, { talk, filters, menu, onClose });
	let mode = null;

	const takeOn = (wanted) => {
		if (!["panel", "inline"].includes(wanted) || wanted === mode) return;
		mode = wanted;
		close.hidden = mode !== "panel";
		root.classList.toggle("inline", mode === "inline");
		if (mode === "inline") watchHeight(root, (height) => host.tell("height", { height }));
		host.tell("opened");
	};
	const host = new Host([...setup.framers, window.location.origin], {
		hello: (message) => {
			wear(message.theme ?? presets.theme);
			host.tell("ready");
			takeOn(message.mode);
		},
		focus: () => {
			window.focus();
			box.focus();
		},
		theme: ({ theme }) => wear(theme),
		ask: async ({ question }) => {
			if (typeof question !== "string") return;
			await checked; // the filters that it is kept to
			while (talk.asking) await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY)); // the reader's own is answered first
			talk.ask(question);
		},
	});
	watchAnswers(talk, ({ verdict, quotes }) => host.tell("answered", { verdict, quotes: quotes.length }));

	// Before anybody else hears of the key, so that what it closes is still open.
	window.addEventListener(
		"keydown",
		(event) => {
			if (event.key !== "Escape" || event.isComposing) return;
			if (root.querySelector("dialog[open], #sourcier-panel:not([hidden])")) return;
			if (!menu.isOpen() && mode === "panel") onClose();
		},
		{ capture: true },
	);
	host.tell("ready");
}

wear(presets.theme);
built.then(embed);
