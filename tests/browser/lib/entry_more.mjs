// entry_more.mjs - the entry board beside saving rows: what is asked before it is
// saved, undoing, confirming a site, a server that is down.
import { attempt, ok } from './tap.mjs';
import { FIELD, fieldOf, open, places, rowOf, settled } from './entry.mjs';

// A value that the board asks about: more installed than there were.
async function askAndConfirm(page) {
	const [a] = await places(page);
	const inst = fieldOf(page, a, 'inst');
	const before = await inst.inputValue();
	const after = String(Number(before) + 1);

	await inst.focus();
	await page.keyboard.type(after);
	await page.keyboard.press('Enter');
	const note = page.locator('.ror-asked');
	await note.waitFor();
	ok((await note.textContent()).includes(`${before} → ${after}`), 'entry: a warning shows what would change',
	    await note.textContent());
	ok(await rowOf(page, a).evaluate((r) => !r.classList.contains('ror-saved')), 'entry: and is not saved yet');
	await page.getByRole('button', { name: 'Corriger', exact: true }).click();
	ok(await inst.inputValue() === after, 'entry: to correct keeps what was typed');
	await inst.focus();
	await page.keyboard.press('Enter');
	await note.waitFor();
	ok(await page.evaluate(() => document.activeElement.textContent) === 'Confirmer l’enregistrement',
	    'entry: the focus is on the confirmation');
	await page.keyboard.press('Enter');
	await settled(page);
	await page.reload();
	ok(await fieldOf(page, a, 'inst').inputValue() === after, 'entry: confirmed, it is saved');

	await page.getByRole('button', { name: 'Annuler cet enregistrement' }).click();
	await page.waitForFunction(([p, v]) => document.querySelector(`tr[data-u="${p}"] input[data-f="inst"]`).value === v,
	    [a, before]);
	ok(/annulé/.test(await page.locator('#etat').textContent()), 'entry: a save is undone, and the page says so',
	    await page.locator('#etat').textContent());
	await page.reload();
	ok(await fieldOf(page, a, 'inst').inputValue() === before, 'entry: the value of before is back');
}

async function askForPage(page) {
	const [a, b] = await places(page);
	const before = await fieldOf(page, a, 'inst').inputValue();

	await fieldOf(page, a, 'inst').fill(String(Number(before) + 1));
	await fieldOf(page, b, 'inst').fill(String(Number(await fieldOf(page, b, 'inst').inputValue()) + 1));
	await page.locator('#toutsave').click();
	await page.locator('.ror-asked').nth(1).waitFor();
	ok(true, 'entry: a page with warnings asks at each row');
	await page.getByRole('button', { name: 'Confirmer toute la page' }).first().click();
	await settled(page);
	ok(await page.locator('.ror-saved').count() >= 2, 'entry: and one answer saves them all');
	await page.getByRole('button', { name: 'Annuler cet enregistrement' }).click();
	await page.waitForFunction(([p, v]) => document.querySelector(`tr[data-u="${p}"] input[data-f="inst"]`).value === v,
	    [a, before]);
	ok(true, 'entry: a whole page is undone at once');
}

async function confirmSite(page) {
	const [a] = await places(page);
	const body = page.locator(`tbody:has(tr[data-u="${a}"])`);
	const posts = [];
	page.on('request', (r) => { if (r.method() === 'POST') posts.push(new URLSearchParams(r.postData())); });
	await body.getByRole('button', { name: /Rien n’a changé/ }).click();
	await page.waitForFunction(() => /Valeurs confirmées/.test(document.querySelector('#etat').textContent));
	const saved = await body.locator('.ror-saved').count();
	ok(posts.length === 1 && saved > 1, 'entry: one click confirms all rows of a site', `${saved} rows`);
	ok(/instant|seconde|minute/.test(await rowOf(page, a).locator('.ror-fr time').textContent()),
	    'entry: their age starts again');
	const elsewhere = await page.$$eval('tbody tr[data-u]', (rows) => rows.length);
	ok([...posts[0].keys()].filter((k) => k.startsWith('version.')).length < elsewhere,
	    'entry: rows of other sites are not sent');
}

async function serverDown(page) {
	const [a] = await places(page);
	const shown = Number(await fieldOf(page, a).inputValue() || 0);
	const value = String(shown > 0 ? shown - 1 : 1);
	let down = 0;
	await page.route(`**/capacitaire/${a}`, (r) => (down++ ? r.continue()
	    : r.fulfill({ status: 503, contentType: 'text/html', body: '<h1>En panne</h1>' })));
	await fieldOf(page, a).focus();
	await page.keyboard.type(value);
	await page.keyboard.press('Enter');
	await page.waitForSelector('.ror-errmsg');
	ok(await fieldOf(page, a).inputValue() === value, 'entry: with the server down nothing typed is lost');
	await settled(page);
	ok(await rowOf(page, a).evaluate((r) => r.classList.contains('ror-saved')), 'entry: and it is sent again by itself');
}

async function fullMode(page) {
	await page.getByText('Configurer mon affichage').click();
	await page.getByLabel('Complet').check();
	await page.getByRole('button', { name: 'Enregistrer mon affichage' }).click();
	await page.waitForSelector('.ror-cap--full');
	const [a, b] = await places(page);
	const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
	ok(wide <= 0, 'entry: the full mode scrolls in its own region', `${wide} px`);
	await fieldOf(page, a, 'occ').focus();
	await page.keyboard.type('0');
	await page.keyboard.press('Enter');
	ok(await page.evaluate(() => document.activeElement.dataset.f + ' ' + document.activeElement.closest('tr').dataset.u)
	    === `occ ${b}`, 'entry: Enter goes down in the full mode too');
	await settled(page);
	await page.reload();
	ok(await fieldOf(page, a, 'occ').inputValue() === '0', 'entry: an indicator of the full mode is saved');
	await page.setViewportSize({ width: 390, height: 844 });
	await page.reload();
	const group = rowOf(page, a).locator('summary', { hasText: 'Occupation' });
	await group.click();
	ok(await fieldOf(page, a, 'occ').isVisible(), 'entry: on a phone a group of the card unfolds');
	await page.getByText('Configurer mon affichage').click();
	await page.getByLabel(/Simplifié/).check();
	await page.getByRole('button', { name: 'Enregistrer mon affichage' }).click();
	await page.waitForSelector('.ror-cap:not(.ror-cap--full)');
	ok(await page.locator(FIELD).count() > 0 && await page.locator('[data-f="occ"]').count() === 0,
	    'entry: back in the simple mode');
}

export async function moreJourneys(browser, url, state) {
	for (const [name, fn] of Object.entries({ askAndConfirm, askForPage, confirmSite, serverDown, fullMode })) {
		await attempt(`entry: ${name}`, () => open(browser, url, state, fn));
	}
}
