// Documents that an administrator adds, each with what becomes of it.

import { follow, Lost, send } from "./api.js";
import { reconnected } from "./connection.js";
import { dialog, el, printable } from "./dom.js";
import { say, setup } from "./words.js";

const LOOK_EVERY = 1500; // ms

export class Adding {
	constructor(root) {
		this.key = el("input", { type: "password", autocomplete: "off" });
		const keyField = el("label", { hidden: !setup.uploadsByKey }, say("add_key"), this.key);
		// The browser's own words for it are in the browser's language.
		this.files = el("input", { id: "sourcier-files", class: "unseen", type: "file", multiple: true });
		this.files.addEventListener("change", () => {
			this.take(this.files.files);
			this.files.value = "";
		});
		const zone = el("div", { class: "drop" }, el("p", {}, say("add_drop")), this.files, el("label", { for: this.files.id, class: "pick" }, say("add_pick")));
		for (const type of ["dragover", "drop"]) window.addEventListener(type, (event) => this.keepHere(event, zone));
		zone.addEventListener("drop", (event) => {
			this.take(event.dataTransfer.files);
		});
		this.list = el("ul", { class: "library", role: "list" });
		this.dialog = dialog("sourcier-adding", say("add_title"), say("close"), el("p", { class: "notice" }, say("add_note")), keyField, zone, this.list);
		root.append(this.dialog);
	}

	show() {
		this.dialog.showModal();
		(setup.uploadsByKey ? this.key : this.files).focus();
	}

	// A file that is dropped beside the zone would be opened in the place of the page.
	keepHere(event, zone) {
		if (!event.dataTransfer.types.includes("Files")) return;
		event.preventDefault();
		if (!zone.contains(event.target)) event.dataTransfer.dropEffect = "none";
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
				if (error instanceof Lost) {
					await reconnected();
					continue;
				}
				state.textContent = error.message;
				return;
			}
		}
	}
}
