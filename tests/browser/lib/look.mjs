// look.mjs - open each page of the table in its windows and hold it to the checks.
import { SIZES, THEMES, context } from './browser.mjs';
import { axe, listen, overflow } from './checks.mjs';
import { note, ok, skip } from './tap.mjs';

// One page in one window.  Returns the bytes the server sent for it.
async function view(browser, url, what, size, theme) {
	const c = await context(browser, url, {
		storageState: what.state, viewport: size, colorScheme: theme });
	const page = await c.newPage();
	const said = listen(page, what.path);
	const name = `${what.path} ${what.role ?? 'visiteur'} ${size.width}x${size.height} ${theme}`;
	let html = null;

	try {
		const answer = await page.goto(what.path, { waitUntil: 'load' });
		html = await answer.text();
		ok(answer.status() === what.status, `${name}: status ${what.status}`, `got ${answer.status()}`);
		const wide = await overflow(page);
		ok(wide.px <= 0, `${name}: no overflow`, `${wide.px} px: ${wide.who}`);
		const faults = await axe(page);
		ok(faults === '', `${name}: axe`, faults);
		/* ages and folds of the script have run by now */
		ok(said.length === 0, `${name}: silent console`, said.join('\n'));
	} catch (e) {
		ok(false, `${name}: opens`, e.message);
	}
	await c.close();
	return html;
}

// The address behind a link of another page.
async function findPath(browser, url, entry, state) {
	const c = await context(browser, url, { storageState: state });
	const page = await c.newPage();
	try {
		await page.goto(entry.find.from);
		return await page.locator(entry.find.link).first().getAttribute('href', { timeout: 3000 });
	} finally {
		await c.close();
	}
}

// sessions: role -> storage state.  Returns Map name -> html for the Nu checker.
export async function lookAtPages(browser, url, table, sessions) {
	const html = new Map();

	for (const entry of table) {
		let windows = SIZES.flatMap((s) => THEMES.map((t) => [s, t]));
		for (const role of entry.roles) {
			const state = role ? sessions.get(role) : undefined;
			if (role && !state) {
				skip(`${entry.path ?? entry.find.link} ${role}`, 'no account of this role');
				continue;
			}
			let path = entry.path;
			if (entry.find) {
				try {
					path = await findPath(browser, url, entry, state);
				} catch (e) {
					ok(false, `${entry.find.from} leads to ${entry.find.link}`, e.message);
					continue;
				}
			}
			const what = { path, role, state, status: entry.status ?? 200 };
			for (const [size, theme] of windows) {
				const text = await view(browser, url, what, size, theme);
				if (text) html.set(`${path} ${role ?? 'visiteur'}`, text);
			}
			windows = windows.slice(0, 1);
		}
	}
	note(`${html.size} pages looked at`);
	return html;
}
