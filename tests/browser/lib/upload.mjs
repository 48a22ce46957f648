// upload.mjs - a file of capacity, sent as a person does: its lines before they are saved.
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { context } from './browser.mjs';
import { axe, listen, overflow } from './checks.mjs';
import { attempt, ok } from './tap.mjs';

const WINDOWS = [
	{ name: '1366 light', size: { width: 1366, height: 768 }, colorScheme: 'light', script: true },
	{ name: '390 dark', size: { width: 390, height: 844 }, colorScheme: 'dark', script: true },
	{ name: '320 without script', size: { width: 320, height: 256 }, colorScheme: 'light', script: false },
];

// The model with one figure more, and with one line that can't be.
async function files(page) {
	const answer = await page.request.get('/capacitaire/import/modele.csv');
	const lines = (await answer.text()).trimEnd().split('\r\n').slice(0, 6);
	const cells = lines[1].split(';');
	const good = [...cells];
	good[4] = String(Number(cells[4]) + 1);
	const bad = [...cells];
	bad[4] = 'trois';
	const csv = (row) => Buffer.from([lines[0], row.join(';'), ...lines.slice(2)].join('\r\n') + '\r\n');
	return { good: csv(good), bad: csv(bad) };
}

async function send(page, name, buffer) {
	await page.goto('/capacitaire/import');
	await page.setInputFiles('#fichier', { name, mimeType: 'text/csv', buffer });
	await page.getByRole('button', { name: 'Lire le fichier' }).click();
	await page.waitForURL(/\/capacitaire\/import\/[0-9a-f-]{36}$/);
}

// 200 MB (sparse): nginx refuses before it is sent, with a page that says so.
async function tooLarge(browser, url, state) {
	const dir = mkdtempSync(join(tmpdir(), 'ror-'));
	const file = join(dir, 'gros.csv');
	const c = await context(browser, url, { storageState: state });
	try {
		writeFileSync(file, '');
		truncateSync(file, 200 << 20);
		const page = await c.newPage();
		await page.goto('/capacitaire/import');
		await page.setInputFiles('#fichier', file);
		await page.getByRole('button', { name: 'Lire le fichier' }).click();
		await page.waitForLoadState();
		const title = await page.locator('h1').textContent();
		ok(title === 'Fichier trop volumineux', 'a file of 200 MB: a page says that it is too large', title);
	} finally {
		await c.close();
		rmSync(dir, { recursive: true });
	}
}

// Adds what the server sent to html, for the Nu checker.
export async function uploadLooks(browser, url, state, html) {
	for (const w of WINDOWS) {
		await attempt(`a file, ${w.name}`, async () => {
			const c = await context(browser, url, { storageState: state, viewport: w.size,
				colorScheme: w.colorScheme, javaScriptEnabled: w.script });
			const page = await c.newPage();
			const said = listen(page);
			const { good, bad } = await files(page);
			for (const [kind, buffer] of [['good', good], ['bad', bad]]) {
				await send(page, `${kind}.csv`, buffer);
				const save = page.getByRole('button', { name: 'Enregistrer ce fichier' });
				ok(await save.count() === (kind === 'good' ? 1 : 0), `a ${kind} file, ${w.name}: can be saved or not`);
				if (w.script) {
					const wide = await overflow(page);
					ok(wide.px <= 0, `a ${kind} file, ${w.name}: no overflow`, `${wide.px} px: ${wide.who}`);
					const faults = await axe(page);
					ok(faults === '', `a ${kind} file, ${w.name}: axe`, faults);
				}
				html.set(`/capacitaire/import/… ${kind}`, await (await page.reload()).text());
			}
			ok(said.length === 0, `a file, ${w.name}: silent console`, said.join('\n'));
			await c.close();
		});
	}
	await attempt('a file of 200 MB', () => tooLarge(browser, url, state));
}
