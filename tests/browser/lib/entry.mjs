// entry.mjs - the entry board by keyboard, and what the script does when the answer
// is not "saved": refusals, conflicts, an expired session, no network.
//
// Trouble is made by answering the page's own requests (page.route).
import { PATIENCE_MS, context } from './browser.mjs';
import { listen } from './checks.mjs';
import { attempt, ok } from './tap.mjs';

const BOARD = '/capacitaire/lits';
export const FIELD = 'input[data-f="dispo_ind"]:not([disabled])';

const focused = (page) => page.evaluate(() => {
	const a = document.activeElement;
	return { name: a.dataset.f ?? '', place: a.closest('tr')?.dataset.u ?? '', value: a.value ?? '',
		selected: a.selectionEnd - a.selectionStart };
});

export const places = (page) => page.$$eval(`tr[data-u]:has(${FIELD})`, (rows) => rows.map((r) => r.dataset.u));

export const rowOf = (page, place) => page.locator(`tr[data-u="${place}"]`);
export const fieldOf = (page, place, name = 'dispo_ind') => rowOf(page, place).locator(`input[data-f="${name}"]`);

export const settled = (page) => page.waitForFunction(() => !document.querySelector('.ror-dirty, .ror-sending'),
	null, { timeout: PATIENCE_MS });

// A value that is allowed, usual, and differs from the one shown: one key.
async function other(page, place) {
	const shown = Number(await fieldOf(page, place).inputValue() || 0);
	return String(shown > 0 ? Math.min(shown - 1, 9) : 1);
}

export async function open(browser, url, state, fn) {
	const c = await context(browser, url, { storageState: state });
	const page = await c.newPage();
	const said = listen(page, null);
	/* What is typed must not be lost without a question; the test answers it. */
	page.on('dialog', (d) => d.accept());
	await page.goto(BOARD);
	try {
		await fn(page, said, c);
	} finally {
		await c.close();
	}
}

async function fastPath(page, said) {
	const list = (await places(page)).slice(0, 10);
	let keys = 0;
	const press = async (k) => { keys++; await page.keyboard.press(k); };

	await press('Tab');
	await press('Tab');
	await press('Enter');
	let at = await focused(page);
	ok(keys === 3 && at.place === list[0] && at.name === 'dispo_ind' && at.selected > 0,
	    'entry: the first cell in 3 keys, selected', JSON.stringify(at));

	const typed = [];
	for (const place of list) {
		at = await focused(page);
		typed.push([place, at.place, await other(page, place)]);
		await press(typed.at(-1)[2]);
		await press('Enter');
	}
	await settled(page);
	ok(list.length === 10 && keys <= 23, `entry: ${list.length} units in ${keys} keys (at most 23)`);
	ok(typed.every(([want, got]) => want === got), 'entry: Enter goes down in the same column',
	    JSON.stringify(typed));
	await page.reload();
	const kept = [];
	for (const [place, , value] of typed) kept.push(await fieldOf(page, place).inputValue() === value);
	ok(kept.every(Boolean), 'entry: the values are there after a reload', kept.join(' '));
	ok(said.length === 0, 'entry: silent console', said.join('\n'));
}

async function confirmAndCancel(page) {
	const [a, b] = await places(page);
	const age = rowOf(page, a).locator('.ror-fr time');
	const before = await fieldOf(page, a).inputValue();

	await fieldOf(page, a).focus();
	await page.keyboard.press('Enter');
	await page.waitForFunction((p) => document.querySelector(`tr[data-u="${p}"]`).classList.contains('ror-saved'), a);
	ok(/instant|seconde|minute/.test(await age.textContent()), 'entry: Enter alone confirms, the age starts again',
	    await age.textContent());
	ok(await fieldOf(page, a).inputValue() === before, 'entry: a confirmation changes no value');
	ok((await focused(page)).place === b, 'entry: a confirmation goes down too');

	const shown = await fieldOf(page, b).inputValue();
	await page.keyboard.type('77');
	ok(await rowOf(page, b).evaluate((r) => r.classList.contains('ror-dirty')), 'entry: a typed row is marked');
	await page.keyboard.press('Escape');
	ok(await fieldOf(page, b).inputValue() === shown, 'entry: Escape gives the value back');
	await page.keyboard.press('ArrowUp');
	ok((await focused(page)).place === a, 'entry: arrows change row');
}

// Answer the save of one place with a status and data.
function answerWith(page, place, status, data) {
	return page.route(`**/capacitaire/${place}`, (r) => r.fulfill({
		status, contentType: 'application/json', body: JSON.stringify(data) }));
}

async function refusal(page) {
	const [a] = await places(page);
	await answerWith(page, a, 422, { error: 'Valeur refusée.', field: 'dispo_ind' });
	await fieldOf(page, a).focus();
	await page.keyboard.type('3');
	await page.keyboard.press('Enter');
	await page.waitForSelector('.ror-errmsg');
	const field = fieldOf(page, a);
	const id = await field.getAttribute('aria-describedby');
	ok(await field.getAttribute('aria-invalid') === 'true' && id &&
	    /Valeur refusée/.test(await page.locator('#' + id).textContent()),
	'entry: a refusal is said at the field');
	ok((await focused(page)).place === a, 'entry: a refusal brings the focus back');
	ok(await field.inputValue() === '3' && !await rowOf(page, a).evaluate((r) => r.classList.contains('ror-saved')),
	    'entry: a refused value stays, and is not shown as saved');
}

function conflictState(a) {
	return { place: a, version: '99', values: { inst: 40, ferm_nr: 0, dispo_ind: 9, suppl_mob: 0 },
		comment: '', at: new Date().toISOString(), at_title: 'à l’instant', by: 'Bed Management', level: 0,
		yours: {}, error: 'Ces valeurs ont changé.' };
}

async function conflict(page) {
	const [a] = await places(page);
	await answerWith(page, a, 409, conflictState(a));
	await fieldOf(page, a).focus();
	await page.keyboard.type('5');
	await page.keyboard.press('Enter');
	await page.waitForSelector('.ror-choice');
	const text = await page.locator('.ror-errmsg').textContent();
	ok(/disponibles 9/.test(text) && /disponibles 5/.test(text), 'entry: a conflict shows both values', text);
	ok(await fieldOf(page, a).inputValue() === '5', 'entry: a conflict keeps what was typed');
	await page.getByRole('button', { name: 'Prendre la valeur enregistrée' }).click();
	ok(await fieldOf(page, a).inputValue() === '9', 'entry: the recorded value can be taken');

	await page.unroute(`**/capacitaire/${a}`);
	await answerWith(page, a, 409, { ...conflictState(a), version: '101' });
	await fieldOf(page, a).focus();
	await page.keyboard.type('6');
	await page.keyboard.press('Enter');
	await page.waitForSelector('.ror-choice');
	await page.unroute(`**/capacitaire/${a}`);
	let sent = '';
	await page.route(`**/capacitaire/${a}`, (r) => {
		sent = r.request().postData();
		return r.fulfill({ status: 200, contentType: 'application/json', body: JSON.stringify({
			...conflictState(a), version: '102', values: { inst: 40, ferm_nr: 0, dispo_ind: 6, suppl_mob: 0 },
			by: 'Manuelle' }) });
	});
	await page.getByRole('button', { name: 'Garder ma saisie' }).click();
	await settled(page);
	const body = new URLSearchParams(sent);
	ok(body.get('version') === '101' && body.get('dispo_ind') === '6',
	    'entry: one’s own value is saved over the version that was shown', sent);
}

async function sessionExpired(page) {
	const [a] = await places(page);
	const value = await other(page, a);
	await answerWith(page, a, 401, { error: 'Session expirée', signin: '/connexion?retour=%2F' });
	await fieldOf(page, a).focus();
	await page.keyboard.type(value);
	await page.keyboard.press('Enter');
	const link = page.locator('.ui-alert a[target="_blank"]');
	await link.waitFor();
	ok((await link.getAttribute('href')).startsWith('/connexion'), 'entry: an expired session leads to sign-in');
	await page.unroute(`**/capacitaire/${a}`);
	await page.getByRole('button', { name: /reprendre ma saisie/ }).click();
	await page.waitForFunction((p) => document.querySelector(`tr[data-u="${p}"]`)?.classList.contains('ror-dirty'), a);
	ok(await fieldOf(page, a).inputValue() === value, 'entry: what was typed is back after signing in again');
	await fieldOf(page, a).focus();
	await page.keyboard.press('Escape');
}

async function networkLost(page, said, c) {
	const [a] = await places(page);
	const value = await other(page, a);
	const keys = [];
	page.on('request', (r) => {
		if (r.method() === 'POST') keys.push(new URLSearchParams(r.postData()).get('cle'));
	});
	await c.setOffline(true);
	await fieldOf(page, a).focus();
	await page.keyboard.type(value);
	await page.keyboard.press('Enter');
	await page.waitForSelector('.ror-errmsg');
	const row = rowOf(page, a);
	ok(/Non enregistré/.test(await page.locator('.ror-errmsg').textContent()) &&
	    await row.evaluate((r) => r.classList.contains('ror-dirty') && !r.classList.contains('ror-saved')),
	'entry: without network the row says « non enregistré »');
	await c.setOffline(false);
	await settled(page);
	ok(await row.evaluate((r) => r.classList.contains('ror-saved')), 'entry: it is sent when the network is back');
	ok(keys.length >= 2 && new Set(keys).size === 1 && keys[0], 'entry: the same try keeps its key', keys.join(' '));
	await page.reload();
	ok(await fieldOf(page, a).inputValue() === value, 'entry: and the server has it');
}

async function saveAll(page) {
	const [a, b] = await places(page);
	const values = [await other(page, a), await other(page, b)];
	await fieldOf(page, a).fill(values[0]);
	await fieldOf(page, b).fill(values[1]);
	const posts = [];
	page.on('request', (r) => { if (r.method() === 'POST') posts.push(new URL(r.url()).pathname); });
	await page.locator('#toutsave').click();
	await settled(page);
	ok(posts.join() === '/capacitaire', 'entry: all changed rows are one request', posts.join());
	await page.reload();
	ok(await fieldOf(page, a).inputValue() === values[0] && await fieldOf(page, b).inputValue() === values[1],
	    'entry: all changed rows are saved');
}

// The refresh: a clock we hold makes the 45 s pass.
async function refresh(browser, url, state) {
	const c = await context(browser, url, { storageState: state });
	const page = await c.newPage();
	await page.clock.install();
	await page.goto(BOARD);
	const [a, b] = await places(page);
	const row = (place, value) => ({ ...conflictState(place), version: '500',
		values: { inst: 40, ferm_nr: 0, dispo_ind: value, suppl_mob: 0 } });
	const asked = [];
	await page.route('**/*format=json*', (r) => {
		asked.push(r.request().headers());
		return r.fulfill({ status: 200, contentType: 'application/json', headers: { ETag: '"e1"' },
			body: JSON.stringify({ now: new Date().toISOString(), rows: [row(a, 31), row(b, 32)] }) });
	});
	await fieldOf(page, a).focus();
	await page.keyboard.type('7');
	await page.clock.runFor(46000);
	await page.waitForFunction((p) => document.querySelector(`tr[data-u="${p}"] input[data-f="dispo_ind"]`).value === '32', b);
	ok(await fieldOf(page, a).inputValue() === '7', 'entry: a refresh leaves a changed field alone');
	const version = await rowOf(page, a).locator('input[data-version]').inputValue();
	ok(version !== '500', 'entry: a refresh leaves a changed row its version, so that a save shows the conflict');
	ok(asked[0]['x-veille'] === '1', 'entry: a refresh says that it is one (X-Veille)');
	await page.clock.runFor(46000);
	await page.waitForTimeout(200);
	ok(asked[1]?.['if-none-match'] === '"e1"', 'entry: a refresh sends the ETag back', JSON.stringify(asked[1]));
	await page.keyboard.press('Escape');
	await c.close();
}

export async function entryJourneys(browser, url, state) {
	const journeys = { fastPath, confirmAndCancel, refusal, conflict, sessionExpired, networkLost, saveAll };
	for (const [name, fn] of Object.entries(journeys)) {
		await attempt(`entry: ${name}`, () => open(browser, url, state, fn));
	}
	await attempt('entry: refresh', () => refresh(browser, url, state));
}
