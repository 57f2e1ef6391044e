// What the server tells the page as it is loaded, and every word of it, in the language of the reader.

export const setup = JSON.parse(document.getElementById("sourcier-setup").textContent);

const LANGUAGES = Object.keys(setup.words);

function chosen() {
	const asked = new URLSearchParams(window.location.search).get("lang");
	const spoken = navigator.languages.map((name) => name.slice(0, 2).toLowerCase());
	return [asked, ...spoken].find((name) => LANGUAGES.includes(name)) ?? setup.language;
}

export const language = chosen();
document.documentElement.lang = language;

// Say something, with its {places} filled.
export function say(key, values = {}) {
	const words = setup.words[language][key];
	return words.replace(/\{(\w+)\}/g, (place, name) => String(values[name] ?? place));
}

// Say something with elements in its {places}; return its parts.
export function sayAround(key, elements) {
	const pieces = setup.words[language][key].split(/\{(\w+)\}/); // every other one is the name of a place
	return pieces.map((piece, number) => (number % 2 ? elements[piece] : piece));
}

// What questions, answers and documents are written in, whatever language the page speaks.
export const WRITTEN_IN = "fr";

// Say a number of things: French has its plural from two on, English for all but one.
export function counted(number, key) {
	const plural = language === "fr" ? number >= 2 : number !== 1;
	return `${number.toLocaleString(language)} ${say(key)}${plural ? "s" : ""}`;
}

// Say an ISO date, which may be partial, as people do: "2 juillet 2025", "juillet 2025", "2025".
export function dateInWords(date) {
	const parts = /^(\d{4})(?:-(0[1-9]|1[0-2]))?(?:-(0[1-9]|[12]\d|3[01]))?$/.exec(date);
	if (!parts) return date;
	const [, year, month, day] = parts;
	const said = [];
	if (day) said.push(day === "01" && language === "fr" ? "1er" : String(Number(day)));
	if (month) said.push(setup.words[language].months.split(" ")[Number(month) - 1]);
	return [...said, year].join(" ");
}

// Say the day of a moment, as it is where the reader is.
export function dayInWords(moment) {
	const at = new Date(moment);
	const parts = [at.getFullYear(), at.getMonth() + 1, at.getDate()];
	return dateInWords(parts.map((part) => String(part).padStart(2, "0")).join("-"));
}

// Say since when the corpus holds a document as it is, where that is known.
export const updatedInWords = (moment) => moment && say("updated_on", { date: dayInWords(moment) });

export const momentInWords = (moment) =>
	new Date(moment).toLocaleString(language, { dateStyle: "long", timeStyle: "short" });
