/* core.js - what every page has: menu, folds, status line, ages, password.
 *
 * The script only adds comfort: each page works without it.  It never writes
 * markup as text (no innerHTML) nor inline styles, so that it runs under
 * "require-trusted-types-for 'script'; style-src 'self'".
 * The modules of this folder are joined into one file, in one function.
 */
const root = document.documentElement;
const one = (sel, from) => (from || document).querySelector(sel);
const all = (sel, from) => Array.from((from || document).querySelectorAll(sel));
const on = (el, event, fn) => { if (el) el.addEventListener(event, fn); };

const narrow = window.matchMedia('(max-width: 61.99em)');

function make(tag, cls, text) {
	const el = document.createElement(tag);
	if (cls) el.className = cls;
	if (text) el.textContent = text;
	return el;
}

/* The one role=status line of the page.  Emptied first, so that the same
 * sentence said twice is read twice. */
const statusLine = one('#etat');

function say(text, failed) {
	if (!statusLine) return;
	statusLine.classList.toggle('is-ko', Boolean(failed));
	statusLine.textContent = '';
	window.setTimeout(() => { statusLine.textContent = text; }, 30);
}

/* Filters and trees are open without script; a phone starts with them closed. */
if (narrow.matches) all('details[data-fold]').forEach((d) => { d.open = false; });

/* Menu of narrow screens. */
const menuButton = one('.ror-menubtn');
const menu = one('.ror-navwrap');

function menuToggle() {
	const open = menu.classList.toggle('is-open');
	one('.ror-head').classList.toggle('is-open', open);
	menuButton.setAttribute('aria-expanded', String(open));
}

if (menuButton && menu) {
	on(menuButton, 'click', menuToggle);
	on(menu, 'keydown', (e) => {
		if (e.key !== 'Escape' || !menu.classList.contains('is-open')) return;
		menuToggle();
		menuButton.focus();
	});
}

/* Show the password: offered only where it works. */
all('[data-pw]').forEach((box) => {
	box.closest('.ror-pwt').hidden = false;
	on(box, 'change', () => {
		document.getElementById(box.dataset.pw).type = box.checked ? 'text' : 'password';
	});
});

/* Leaving the provider's session too is one more click without script. */
const leave = one('form[data-leave]');

if (leave) leave.requestSubmit();

/* Ages follow the server's clock, never that of the desk: data-now is the
 * server's time when the page was made, and we count from there. */
const AGE_LIMITS_S = [3600, 10800, 21600, 43200, 86400];
const relative = new Intl.RelativeTimeFormat('fr-FR', { numeric: 'always' });
const clock = { server: Date.parse(root.dataset.now), local: Date.now() };

function clockSet(iso) {
	const t = Date.parse(iso);
	if (Number.isNaN(t)) return;
	clock.server = t;
	clock.local = Date.now();
}

function now() {
	return clock.server + (Date.now() - clock.local);
}

/* 0..5; half-open, as on the server: exactly 3 h is level 2. */
function ageLevel(s, ttl) {
	/* A weekly rhythm: news, soon to be confirmed, over. */
	if (ttl > 86400) return s >= ttl ? 5 : s >= ttl / 7 * 5 ? 3 : 0;
	const i = AGE_LIMITS_S.findIndex((limit) => s < limit);
	return i < 0 ? 5 : i;
}

/* Hours up to 48, then days: "yesterday" would be ambiguous at 1 a.m. */
function ageText(s) {
	if (s < 60) return 'à l’instant';
	if (s < 3600) return relative.format(-Math.floor(s / 60), 'minute');
	if (s < 172800) return relative.format(-Math.floor(s / 3600), 'hour');
	return relative.format(-Math.floor(s / 86400), 'day');
}

function setText(el, text) {
	if (el.textContent !== text) el.textContent = text;
}

function ageShow(chip) {
	const time = one('time', chip);
	if (!time || Number.isNaN(clock.server)) return;
	const s = Math.max(0, (now() - Date.parse(time.dateTime)) / 1000);
	const kind = chip.closest('[data-ttl]');
	const level = ageLevel(s, kind ? Number(kind.dataset.ttl) : 0);
	const use = one('use', chip);
	setText(time, ageText(s));
	chip.className = 'ror-fr ror-fr--' + level;
	if (use) use.setAttribute('href', use.getAttribute('href').replace(/#f\d$/, '#f' + level));
}

/* A value was just recorded: its chip takes the server's time. */
function ageSet(chip, iso, title) {
	let time = one('time', chip);
	if (!time) {
		const sign = one('svg', chip);
		time = make('time');
		chip.replaceChildren(...(sign ? [sign] : []), time);
	}
	time.dateTime = iso;
	time.title = title;
	ageShow(chip);
}

window.setInterval(() => all('.ror-fr').forEach(ageShow), 30000);

/* Where a request that must not follow redirects ended. */
function signinPath() {
	return '/connexion?retour=' + encodeURIComponent(location.pathname + location.search);
}

/* A form as the body of a fetch. */
function formBody(form, submitter) {
	const body = new URLSearchParams(new FormData(form));
	if (submitter && submitter.name) body.set(submitter.name, submitter.value);
	return body;
}

/* POST without leaving the page.  An answer that redirects means "done" for a
 * form made for a browser; the callers say what it means for them. */
function post(url, body) {
	return fetch(url, {
		method: 'POST',
		body,
		headers: { Accept: 'application/json' },
		redirect: 'manual',
		credentials: 'same-origin',
	}).then((answer) => {
		if (answer.ok) idleUsed();
		return answer;
	});
}
