// Puts the chat into any page: a button and a panel, or an element of the page that the chat fills.
//
//   <script src="https://sourcier.example/embed.js" data-title="Questions sur nos documents"></script>
//
// The page gets one name, `window.Sourcier` with open(question) and close(), and one element, whose inside is apart from
// the page's style. docs/embedding.md lists the options. TOLD is written by the server: {language, words, style}.

(() => {
	const VERSION = 1;
	const PATIENCE = 10_000; // ms until it is said that the chat cannot be shown
	const BORDERS = 2; // px, of the frame in an element: its page tells the height inside them
	const script = document.currentScript;
	if (Object.hasOwn(window, "Sourcier")) return; // one chat on a page
	if (!script) {
		console.error("Sourcier: embed.js is a plain script; load it without type=module.");
		return;
	}
	const told = TOLD;
	const options = script.dataset;
	const root = new URL(".", script.src); // wherever the server is mounted

	const language = [options.lang, ...navigator.languages.map((name) => name.slice(0, 2).toLowerCase())].find((name) => Object.hasOwn(told.words, name ?? "")) ?? told.language;
	const say = (key) => told.words[language][key];
	const title = options.title?.trim() || say("embed_title");

	const theme = () => (["light", "dark"].includes(options.theme) ? options.theme : "auto");
	const pixels = (written, otherwise) => (/^\d{2,5}$/.test(written ?? "") ? Number(written) : otherwise);

	function el(tag, attributes = {}, ...children) {
		const made = document.createElement(tag);
		for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
		made.append(...children);
		return made;
	}

	function icon(path) {
		const [svg, line] = ["svg", "path"].map((name) => document.createElementNS("http://www.w3.org/2000/svg", name));
		svg.setAttribute("viewBox", "0 0 24 24");
		svg.setAttribute("aria-hidden", "true");
		line.setAttribute("d", path);
		svg.append(line);
		return svg;
	}

	// The address of the chat with what it begins with. What is asked is never in it: addresses are logged.
	function address() {
		const wanted = { documents: options.documents, from: options.from, to: options.to, title: options.title, theme: theme(), lang: language };
		return new URL(`embed?${new URLSearchParams(Object.entries(wanted).filter(([, value]) => value))}`, root).href;
	}

	// The frame, and what it and this page tell each other. `heard[type](message)` is called for what it says.
	class Frame {
		constructor(mode, heard) {
			this.mode = mode;
			this.isReady = false;
			this.waiting = [];
			this.element = el("iframe", { title, allow: "clipboard-write", referrerpolicy: "no-referrer", src: address() });
			window.addEventListener("message", ({ source, origin, data }) => {
				if (origin !== root.origin || source !== this.element.contentWindow) return;
				if (data?.source !== "sourcier" || data.version !== VERSION) return;
				if (data.type === "ready") this.begin();
				if (Object.hasOwn(heard, data.type)) heard[data.type](data);
			});
			// A frame that does not know who shows it waits to be greeted, and does so again when it is loaded again.
			this.element.addEventListener("load", () => this.greet());
		}

		begin() {
			if (this.isReady) return;
			this.isReady = true;
			this.greet();
			for (const message of this.waiting.splice(0)) this.post(message);
		}

		greet = () => this.post({ type: "hello", mode: this.mode, theme: theme() });

		post(message) {
			this.element.contentWindow?.postMessage({ source: "sourcier", version: VERSION, ...message }, root.origin);
		}

		// Tell the frame something as soon as it hears it.
		tell(message) {
			if (this.isReady) this.post(message);
			else this.waiting.push(message);
		}
	}

	const announce = (type, detail) => document.dispatchEvent(new CustomEvent(`sourcier:${type}`, { detail }));
	const events = {
		opened: () => announce("opened", {}),
		answered: ({ verdict, quotes }) => announce("answered", { verdict, quotes }),
	};

	// What is shown until the frame is ready, and what is said when it is not in time; `onClose` where it can be closed.
	class WaitingRoom {
		constructor(onClose) {
			const state = (this.state = el("p", { role: "status" }, say("embed_loading")));
			this.close = el("button", { type: "button", "aria-label": say("close") }, icon("M6 6l12 12M18 6L6 18"));
			this.close.addEventListener("click", onClose ?? null);
			this.element = el("div", { class: "waiting" }, el("div", { class: "top" }, el("strong", {}, title), ...(onClose ? [this.close] : [])), state);
			this.timer = setTimeout(() => {
				const link = el("a", { href: root.href, target: "_blank", rel: "noopener" }, say("own_window"));
				state.replaceChildren(say("embed_unreachable"), " ", link);
			}, PATIENCE);
		}

		// Let the page be seen that says where to log in. It has no button to close it by: ours stays above it.
		stepAside(frame) {
			clearTimeout(this.timer);
			this.state.remove();
			this.element.classList.add("aside");
			frame.element.classList.add("ready");
		}

		// Make room for the frame; tell whether the focus was here.
		leave(frame) {
			clearTimeout(this.timer);
			const hadFocus = this.element.contains(this.element.getRootNode().activeElement);
			this.element.remove();
			frame.element.classList.add("ready");
			return hadFocus;
		}
	}

	// A button in a corner, and the panel that it opens; the frame is made when it is first shown.
	class Corner {
		constructor(place) {
			this.place = place;
			this.button = el("button", { type: "button", class: "launcher", "aria-expanded": "false", "aria-controls": "panel" }, icon("M4 5h16v11H9l-5 4z"), el("span", {}, title));
			this.panel = el("div", { class: "panel", id: "panel", role: "dialog", "aria-label": title, hidden: "" });
			this.button.addEventListener("click", () => (this.panel.hidden ? this.open() : this.close()));
			place.append(this.panel, this.button);
			place.getRootNode().addEventListener("keydown", (event) => event.key === "Escape" && this.close());
		}

		// Show the chat, and leave the focus where it is.
		show() {
			this.panel.hidden = false;
			this.button.setAttribute("aria-expanded", "true");
			if (this.frame) return;
			this.room = new WaitingRoom(() => this.close());
			const ready = () => {
				if (this.room.leave(this.frame)) this.focus();
			};
			const login = () => this.room.stepAside(this.frame);
			this.frame = new Frame("panel", { ...events, ready, login, close: () => this.close() });
			this.panel.append(this.room.element, this.frame.element);
			begin(this.frame);
		}

		open() {
			const before = document.activeElement;
			const isElsewhere = before && before !== document.body && before !== this.place.getRootNode().host;
			if (this.panel.hidden) this.opener = isElsewhere ? before : this.button;
			this.show();
			if (this.frame.isReady) this.focus();
			else this.room.close.focus();
		}

		focus() {
			this.frame.element.focus();
			this.frame.tell({ type: "focus" });
		}

		// Close it; the focus goes back to what had it, if it was in here.
		close() {
			if (this.panel.hidden) return;
			const hadFocus = this.place.getRootNode().activeElement !== null;
			this.panel.hidden = true;
			this.button.setAttribute("aria-expanded", "false");
			if (hadFocus) (this.opener?.isConnected ? this.opener : this.button).focus();
		}
	}

	// The chat in an element of the page, as high as what it shows.
	class Inside {
		constructor(place) {
			const [least, most] = [pixels(options.minHeight, 360), pixels(options.maxHeight, 900)];
			const room = new WaitingRoom();
			const height = (message) => {
				if (Number.isFinite(message.height)) place.style.height = `${Math.max(least, Math.min(most, message.height + BORDERS))}px`;
			};
			this.place = place;
			const [ready, login] = [() => room.leave(this.frame), () => room.stepAside(this.frame)];
			this.frame = new Frame("inline", { ...events, ready, login, height });
			height({ height: 0 });
			place.append(room.element, this.frame.element);
			begin(this.frame);
		}

		show() {}

		open() {
			this.place.scrollIntoView({ block: "nearest" });
			this.frame.element.focus();
			this.frame.tell({ type: "focus" });
		}

		close() {}
	}

	// Ask what the page wants to have asked.
	function begin(frame) {
		if (options.question?.trim()) frame.tell({ type: "ask", question: options.question });
	}

	function build() {
		const target = options.target ? document.querySelector(options.target) : null;
		if (options.target && !target) console.warn(`Sourcier: the page has no element ${options.target}; there is a button instead.`);
		const host = el("sourcier-chat", { "data-mode": target ? "inline" : "panel" });
		const inside = host.attachShadow({ mode: "open" });
		const style = new CSSStyleSheet(); // which a policy without 'unsafe-inline' lets be
		style.replaceSync(told.style);
		inside.adoptedStyleSheets = [style];
		const place = el("div", { class: target ? "inline" : options.position === "left" ? "corner left" : "corner" });
		inside.append(place);

		const system = window.matchMedia("(prefers-color-scheme: dark)");
		const wear = () => place.classList.toggle("dark", theme() === "dark" || (theme() === "auto" && system.matches));
		system.addEventListener("change", wear);
		wear();

		(target ?? document.body).append(host);
		const chat = target ? new Inside(place) : new Corner(place);
		new MutationObserver(() => {
			wear();
			chat.frame?.tell({ type: "theme", theme: theme() });
		}).observe(script, { attributeFilter: ["data-theme"] });
		if ("open" in options) chat.show(); // the page keeps its focus
		return chat;
	}

	const isWhole = document.readyState !== "loading";
	const built = new Promise((resolve) => (isWhole ? resolve() : document.addEventListener("DOMContentLoaded", resolve, { once: true }))).then(build);
	const open = async (question) => {
		const chat = await built;
		chat.open();
		if (typeof question === "string" && question.trim()) chat.frame.tell({ type: "ask", question });
	};
	const close = async () => (await built).close();
	Object.defineProperty(window, "Sourcier", { value: Object.freeze({ open, close }) });
})();
