// Documents that an administrator adds, each with what becomes of it.

import { follow, send } from "./api.js";
import { dialog, el, printable } from "./dom.js";
import { say, setup } from "./words.js";

const LOOK_EVERY = 1500; // ms

export class Adding {
	constructor(root) {
		this.key = el("input", { type: "password", autocomplete: "off", "aria-label": say("add_key"), placeholder: say("add_key") });
		this.key.hidden = !setup.uploadsByKey;
		this.files = el("input", { type: "file", multiple: true, "aria-label": say("add_drop") });
		this.files.addEventListener("change", () => {
			this.take(this.files.files);
			this.files.value = "";
		});
		const zone = el("div", { class: "drop" }, el("p", {}, say("add_drop")), this.files);
		zone.addEventListener("dragover", (event) => event.preventDefault());
		zone.addEventListener("drop", (event) => {
			event.preventDefault();
			this.take(event.dataTransfer.files);
		});
		this.list = el("ul", { class: "library", role: "list" });
		this.dialog = dialog("sourcier-adding", say("add_title"), say("close"), el("p", { class: "notice" }, say("add_note")), this.key, zone, this.list);
		root.append(this.dialog);
	}

	show() {
		this.dialog.showModal();
		(this.key.hidden ? this.files : this.key).focus();
	}

	// One after the other, so that a hundred files do not crowd out those who ask.
	async take(files) {
		const rows = [...files].map((file) => {
			const state = el("span", { class: "about", role: "status" }, say("add_queued"));
			this.list.append(el("li", {}, el("span", { class: "entry" }, el("span", { class: "title" }, printable(file.name)), state)));
			return [file, state];
		});
		for (const [file, state] of rows) {
			try {
				state.textContent = say("add_sending");
				const { name } = await send(file, this.key.value);
				state.textContent = say("add_waiting");
				await this.watch(name, state);
			} catch (error) {
				state.textContent = error.message;
			}
		}
	}

	async watch(name, state) {
		for (;;) {
			await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
			try {
				const told = await follow(name, this.key.value);
				state.textContent = told.state === "skipped" ? say("add_skipped", { reason: told.reason }) : say(`add_${told.state}`);
				if (told.state !== "waiting") return;
			} catch (error) {
				state.textContent = error.message;
				return;
			}
		}
	}
}
