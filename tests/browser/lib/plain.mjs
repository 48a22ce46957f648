// plain.mjs - the same work with scripts off, and the pages on paper.
import { context, signIn } from './browser.mjs';
import { attempt, ok } from './tap.mjs';

async function plain(browser, url, account, fn) {
	const c = await context(browser, url, { javaScriptEnabled: false });
	const page = await c.newPage();
	try {
		await signIn(page, account);
		await fn(page);
	} finally {
		await c.close();
	}
}

async function saveOneRow(page) {
	await page.goto('/capacitaire/lits');
	const row = page.locator('tr[data-u]:has(input[name="dispo_ind"]:not([disabled]))').first();
	const place = await row.getAttribute('data-u');
	const field = row.locator('input[name="dispo_ind"]');
	const value = await field.inputValue() === '1' ? '2' : '1';

	await field.fill(value);
	await field.press('Enter');
	await page.waitForLoadState();
	ok(new URL(page.url()).pathname === '/capacitaire/lits', 'no script: a save comes back to the board', page.url());
	ok(await page.locator(`tr[data-u="${place}"] input[name="dispo_ind"]`).inputValue() === value,
	    'no script: the saved value is on the page');
	ok(!await page.locator('#toutsave').isVisible(), 'no script: save-all is not offered');
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

export async function plainJourneys(browser, url, account, product) {
	const journeys = { saveOneRow, ...(product ? { searchAndOpen, theme } : {}), signOut };
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
