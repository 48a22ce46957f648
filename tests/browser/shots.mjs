// shots.mjs URL OUT PATH... - pictures of pages at 1366 and 390, light and dark.
//
// ROLE=login:password signs in first; PRINT=1 adds the page as paper sees it (PDF's first
// look, landscape A4 width); FULL=0 keeps to the window.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { context, launch, session } from './lib/browser.mjs';

const [url, out, ...paths] = process.argv.slice(2);
if (!paths.length) {
	console.error('usage: shots.mjs URL OUT PATH...   (ROLE=login:password, PRINT=1, FULL=0)');
	process.exit(2);
}
mkdirSync(out, { recursive: true });
const browser = await launch();
const [login, password] = (process.env.ROLE || '').split(':');
const storageState = login ? await session(browser, url, { login, password }) : undefined;
const fullPage = process.env.FULL !== '0';

async function shoot(path, viewport, colorScheme, media) {
	const c = await context(browser, url, { storageState, viewport, colorScheme });
	const page = await c.newPage();
	await page.goto(path, { waitUntil: 'load' });
	if (media) await page.emulateMedia({ media });
	const name = path.replace(/[^a-z0-9]+/gi, '-').replace(/^-|-$/g, '') || 'racine';
	const file = join(out, `${name}-${media || viewport.width}-${colorScheme}.png`);
	await page.screenshot({ path: file, fullPage });
	console.log(file);
	await c.close();
}

for (const path of paths) {
	for (const colorScheme of ['light', 'dark']) {
		await shoot(path, { width: 1366, height: 768 }, colorScheme);
		await shoot(path, { width: 390, height: 844 }, colorScheme);
	}
	if (process.env.PRINT) await shoot(path, { width: 1032, height: 728 }, 'dark', 'print');
}
await browser.close();
