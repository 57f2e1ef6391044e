// The conversation: questions are asked here, and answers appear below them. All of it is kept by this page alone; the
// server gets the last turns with each question, as every client of its API sends them.

import { answerBlock, announced } from "./answer.js";
import { Busy, call, isThere, Lost } from "./api.js";
import { button, el, printable } from "./dom.js";
import { feedbackFields } from "./feedback.js";
import { language, say, setup } from "./words.js";

const TURNS = 6; // that a question may lean on
const LOOK_EVERY = 2000; // ms, while nobody answers
const TRIES_WHEN_BUSY = 5;

export class Talk {
	// `filters` says what may answer; `onChange(conversation)` is told of each answer.
	constructor({ log, form, box, live, banner, filters, onChange }) {
		Object.assign(this, { log, form, box, live, banner, filters, onChange });
		this.submit = form.querySelector("button[type=submit]");
		this.asking = null;
		this.recalled = -1;
		this.begin();
		form.addEventListener("submit", (event) => {
			event.preventDefault();
			if (this.asking) this.stop();
			else this.ask(box.value);
		});
		box.addEventListener("keydown", (event) => this.key(event));
		box.addEventListener("input", () => this.resize());
	}

	get conversation() {
		return { id: this.id, name: this.name, exchanges: this.exchanges };
	}

	// Forget what was said, or go on with a conversation that was kept.
	begin({ id = newId(), name, exchanges = [] } = {}) {
		this.stop();
		Object.assign(this, { id, name, exchanges: [...exchanges] });
		this.log.replaceChildren(...this.exchanges.map((exchange) => this.block(exchange)));
		this.live.textContent = "";
		this.onChange(this.conversation);
	}

	key(event) {
		if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
			event.preventDefault();
			if (!this.asking) this.ask(this.box.value);
		}
		const isRecalled = this.recalled >= 0 && this.box.value === this.asked[this.recalled];
		if (event.key === "ArrowUp" && (!this.box.value || isRecalled)) this.recall(event, isRecalled ? this.recalled + 1 : 0);
		if (event.key === "ArrowDown" && isRecalled) this.recall(event, this.recalled - 1);
	}

	// The questions that were asked, the last one first.
	get asked() {
		return this.exchanges.map(({ question }) => question).reverse();
	}

	recall(event, number) {
		if (number >= this.asked.length) return;
		event.preventDefault();
		this.recalled = number;
		this.put(this.asked[number] ?? "");
	}

	// Put a text into the question box, to be gone on with.
	put(text) {
		this.box.value = text;
		this.resize();
		this.box.focus();
		this.box.setSelectionRange(text.length, text.length);
	}

	resize() {
		this.box.style.height = "auto";
		this.box.style.height = `${Math.min(this.box.scrollHeight, 180)}px`;
	}

	async ask(text) {
		const question = text.trim();
		if (!question || this.asking) return;
		const length = Array.from(question).length; // in code points, as the server counts
		if (length > setup.longest) {
			this.live.textContent = "";
			this.warn(say("too_long", { length: length.toLocaleString(language), most: setup.longest.toLocaleString(language) }));
			return;
		}
		this.warn("");
		if (this.box.value.trim() === question) this.put("");
		this.recalled = -1;
		const exchange = { question, filters: this.filters.chosen };
		const turns = this.exchanges.filter(({ answer }) => answer).slice(-TURNS);
		this.exchanges.push(exchange);
		const block = this.waiting(exchange);
		this.log.append(block);
		this.onChange(this.conversation);
		block.scrollIntoView({ block: "start" });
		this.live.textContent = say("searching");
		this.asking = new AbortController();
		this.working(true);
		try {
			const history = turns.map(({ question, answer }) => ({ question, answer: answer.text }));
			exchange.answer = await this.answered({ question, history, ...this.filters.fields }, block);
		} catch (error) {
			if (error.name === "AbortError") exchange.error = say("stopped");
			else exchange.error = error.message;
		} finally {
			this.asking = null;
			this.working(false);
		}
		if (!this.exchanges.includes(exchange)) return; // another conversation has begun since
		const fresh = this.block(exchange);
		block.replaceWith(fresh);
		fresh.scrollIntoView({ block: "start" });
		this.live.textContent = exchange.answer ? announced(exchange.answer) : exchange.error;
		this.onChange(this.conversation);
	}

	// Ask, and ask again once there is a server, or one that has time.
	async answered(fields, block) {
		const { signal } = this.asking;
		for (let tries = 1; ; tries++) {
			try {
				return await call("ask", fields, signal);
			} catch (error) {
				if (error instanceof Lost) await this.reconnected(signal);
				else if (error instanceof Busy && tries < TRIES_WHEN_BUSY) {
					block.querySelector(".stage").textContent = say("busy_asking", { seconds: error.seconds });
					await pause(1000 * error.seconds, signal);
					block.querySelector(".stage").textContent = say("searching");
				} else throw error;
			}
		}
	}

	// Resolve when the server answers again; say meanwhile that it does not.
	async reconnected(signal) {
		this.banner.textContent = say("lost_asking");
		this.banner.hidden = false;
		try {
			do await pause(LOOK_EVERY, signal);
			while (!(await isThere(signal)));
		} finally {
			this.banner.hidden = true;
			this.banner.textContent = "";
		}
	}

	stop = () => this.asking?.abort();

	working(isWorking) {
		this.submit.textContent = say(isWorking ? "stop" : "ask");
		this.submit.classList.toggle("stop", isWorking);
		this.log.setAttribute("aria-busy", String(isWorking));
	}

	warn(sentence) {
		this.form.querySelector(".error")?.remove();
		if (sentence) this.form.prepend(el("p", { class: "error", role: "alert" }, sentence));
	}

	waiting(exchange) {
		return el("section", { class: "exchange" }, this.questionBlock(exchange), el("p", { class: "stage" }, say("searching")));
	}

	block(exchange) {
		const { answer, error, filters } = exchange;
		const said = answer
			? answerBlock(answer, {
					filtered: isFiltered(filters),
					onCorrect: (text) => this.put(text),
					onUnfiltered: () => {
						this.filters.clear();
						this.ask(exchange.question);
					},
					onFeedback: setup.feedback && ((verdict, comment) => call("feedback", { ...feedbackFields(answer, verdict, comment), filtered: isFiltered(filters) })),
				})
			: el("p", { class: "error" }, error ?? say("stopped"));
		return el("section", { class: "exchange", "aria-label": printable(exchange.question).slice(0, 200) }, this.questionBlock(exchange), said);
	}

	questionBlock({ question }) {
		const again = button(say("edit"), () => this.put(question), { class: "quiet", "aria-label": say("edit_question") });
		return el("div", { class: "question" }, el("h2", {}, printable(question)), again);
	}
}

const isFiltered = (filters) => Boolean(filters?.from || filters?.to || filters?.documents?.length);

const newId = () => `${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 8)}`;

const pause = (milliseconds, signal) =>
	new Promise((resolve, reject) => {
		signal.throwIfAborted();
		const timer = setTimeout(resolve, milliseconds);
		signal.addEventListener("abort", () => {
			clearTimeout(timer);
			reject(new DOMException("stopped", "AbortError"));
		});
	});
