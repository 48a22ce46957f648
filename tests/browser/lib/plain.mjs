// plain.mjs - the same work with scripts off, and the pages on paper.
import { context, signIn } from './browser.mjs';
import { attempt, ok } from './tap.mjs';

async function plain(browser, url, account, fn) {
	const c = await context(browser, url, { javaScriptEnabled: false });
	const page = await c.newPage();
	try {
		await signIn(page, account);
		await fn(page, account);
	} finally {
		await c.close();
	}
}

async function saveOneRow(page) {
	await page.goto('/capacitaire/lits');
	const row = page.locator('tr[data-u]:has(input[data-f="dispo_ind"]:not([disabled]))').first();
	const place = await row.getAttribute('data-u');
	const field = row.locator('input[data-f="dispo_ind"]');
	const shown = Number(await field.inputValue() || 0);
	const value = String(shown > 0 ? shown - 1 : 1);

	await field.fill(value);
	await field.press('Enter');
	await page.waitForLoadState();
	ok(new URL(page.url()).pathname === '/capacitaire/lits', 'no script: a save comes back to the board', page.url());
	ok(await page.locator(`tr[data-u="${place}"] input[data-f="dispo_ind"]`).inputValue() === value,
	    'no script: the saved value is on the page');
}

const FIELDS = 'tr[data-u] input[data-f="dispo_ind"]:not([disabled])';

// Two rows at once, and a question in between.
async function saveWholePage(page) {
	await page.goto('/capacitaire/lits');
	const [a, b] = await page.$$eval(FIELDS, (f) => f.slice(0, 2).map((x) => x.id));
	const shown = Number(await page.locator(`[id="${a}"]`).inputValue() || 0);
	const inst = page.locator(`[id="${b.replace('dispo_ind', 'inst')}"]`);
	const installed = Number(await inst.inputValue());

	await page.locator(`[id="${a}"]`).fill(String(shown > 0 ? shown - 1 : 1));
	await inst.fill(String(installed + 1));
	await page.locator('#toutsave').click();
	await page.waitForLoadState();
	ok(await page.locator('h1').textContent() === 'Confirmer l’enregistrement', 'no script: a page of its own asks');
	await page.getByRole('button', { name: 'Corriger' }).click();
	await page.waitForLoadState();
	ok(await inst.inputValue() === String(installed + 1), 'no script: to correct, all that was typed is there');
	await page.locator('#toutsave').click();
	await page.waitForLoadState();
	await page.getByRole('button', { name: 'Confirmer' }).click();
	await page.waitForLoadState();
	ok(await inst.inputValue() === String(installed + 1) &&
	    await page.locator(`[id="${a}"]`).inputValue() === String(shown > 0 ? shown - 1 : 1),
	'no script: both rows are saved');
	await page.getByRole('button', { name: 'Annuler cet enregistrement' }).click();
	await page.waitForLoadState();
	ok(await inst.inputValue() === String(installed) && await page.getByText('est annulé').isVisible(),
	    'no script: and undone');
}

// The session ends while somebody types.
async function sessionEnds(page, account) {
	await page.goto('/capacitaire/lits');
	const id = (await page.$$eval(FIELDS, (f) => f.map((x) => x.id)))[0];
	const field = page.locator(`[id="${id}"]`);
	await page.context().clearCookies();
	await field.fill('7');
	await page.locator('#toutsave').click();
	await page.waitForLoadState();
	ok(await page.locator('form[action="/capacitaire/reprise"]').count() === 1, 'no script: what was typed is kept in the page');
	const other = await page.context().newPage();
	await signIn(other, account);
	await other.close();
	await page.getByRole('button', { name: /Reprendre ma saisie/ }).click();
	await page.waitForLoadState();
	ok(await field.inputValue() === '7', 'no script: and comes back after signing in');
}

async function searchAndOpen(page) {
	await page.goto('/accueil');
	await page.fill('#q', 'cardiologie');
	await page.press('#q', 'Enter');
	await page.waitForURL(/\/repertoire\?.*q=cardiologie/);
	ok(true, 'no script: the header’s search leads to the directory');
	const link = page.locator('main a[href^="/fiche/"]').first();
	const name = (await link.textContent()).trim();
	await link.click();
	await page.waitForURL(/\/fiche\//);
	ok(await page.locator('h1').count() === 1, `no script: the sheet of « ${name} » opens`);
}

async function theme(page) {
	await page.goto('/accueil');
	await page.locator('[data-theme-form] button[value="dark"]').click();
	await page.waitForLoadState();
	ok(await page.locator('html').getAttribute('data-theme') === 'dark', 'no script: the theme is kept by the server');
	ok(new URL(page.url()).pathname === '/accueil', 'no script: the theme comes back to the page');
}

async function signOut(page) {
	await page.goto('/accueil');
	await page.locator('form[action="/auth/deconnexion"] button').first().click();
	await page.waitForLoadState();
	await page.goto('/accueil');
	ok(new URL(page.url()).pathname === '/connexion', 'no script: after signing out pages ask to sign in', page.url());
}

export async function plainJourneys(browser, url, account) {
	const journeys = { saveOneRow, saveWholePage, sessionEnds, searchAndOpen, theme, signOut };
	for (const [name, fn] of Object.entries(journeys)) {
		await attempt(`no script: ${name}`, () => plain(browser, url, account, fn));
	}
}

// On paper: light, no menu, no buttons, nothing cut at the right edge.
export async function paper(browser, url, state, paths) {
	for (const path of paths) {
		const c = await context(browser, url, { storageState: state, colorScheme: 'dark',
			viewport: { width: 1032, height: 728 } });
		const page = await c.newPage();
		await attempt(`paper: ${path}`, async () => {
			await page.goto(path);
			await page.emulateMedia({ media: 'print' });
			const seen = await page.evaluate(() => ({
				back: getComputedStyle(document.body).backgroundColor,
				menu: Boolean(document.querySelector('.ror-navwrap')?.checkVisibility()),
				buttons: Array.from(document.querySelectorAll('main .ui-btn')).filter((b) => b.checkVisibility()).length,
				wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
				empty: Array.from(document.querySelectorAll('thead tr')).filter((tr) => {
					const body = tr.closest('table').querySelector('tbody tr:not(.ror-grp)');
					const shown = (r) => Array.from(r.cells).filter((x) => x.checkVisibility()).length;
					return body && shown(tr) !== shown(body);
				}).length,
			}));
			ok(seen.back === 'rgb(255, 255, 255)', `paper: ${path} is white even from the dark theme`, seen.back);
			ok(!seen.menu && seen.buttons === 0, `paper: ${path} has no menu and no button`, JSON.stringify(seen));
			ok(seen.wide <= 0, `paper: ${path} fits the sheet`, `${seen.wide} px too wide`);
			ok(seen.empty === 0, `paper: ${path} prints no empty column`);
		});
		await c.close();
	}
}
