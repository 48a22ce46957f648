// run.mjs READY.json - every browser test, as TAP.
//
// READY.json is what `make run` writes: {"url", "accounts": [{login, password, role, scope}]}.
// ONLY=pages,nu,entry,plain,paper,card,accounts runs a part; PAGES=regex looks at some pages only.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { accountJourneys } from './lib/accounts.mjs';
import { launch, session } from './lib/browser.mjs';
import { cardJourneys } from './lib/card.mjs';
import { entryJourneys } from './lib/entry.mjs';
import { moreJourneys } from './lib/entry_more.mjs';
import { lookAtPages } from './lib/look.mjs';
import { nu } from './lib/nu.mjs';
import { PRODUCT } from './lib/pages.mjs';
import { paper, plainJourneys } from './lib/plain.mjs';
import { uploadLooks } from './lib/upload.mjs';
import { attempt, done, note, ok } from './lib/tap.mjs';

const arg = process.argv[2];
if (!arg) {
	console.error('usage: run.mjs READY.json');
	process.exit(2);
}
const parts = (process.env.ONLY || 'pages,nu,entry,plain,paper,card,accounts').split(',');
const { url, accounts, pids } = JSON.parse(readFileSync(arg, 'utf8'));

// The first account of each role; one whose password must change can't work yet.
const byRole = new Map();
for (const a of accounts) if (!a.must_change && !byRole.has(a.role)) byRole.set(a.role, a);

const browser = await launch();
const sessions = new Map();
for (const [role, account] of byRole) {
	await attempt(`sign in as ${role}`, async () => {
		sessions.set(role, await session(browser, url, account));
		ok(true, `sign in as ${role}`);
	});
}

if (parts.includes('pages') || parts.includes('nu')) {
	const wanted = new RegExp(process.env.PAGES || '');
	const table = PRODUCT.filter((p) => wanted.test(p.path ?? p.find.from));
	const pages = await lookAtPages(browser, url, table, sessions);
	if (byRole.has('bed_manager')) await uploadLooks(browser, url, sessions.get('bed_manager'), pages);
	if (parts.includes('nu')) {
		await attempt('the Nu checker', async () => {
			for (const [name, messages] of await nu(pages)) {
				ok(messages.length === 0, `${name}: Nu`, messages.join('\n'));
			}
		});
	}
}
if (pids?.provider && parts.includes('card')) {
	const pages = await cardJourneys(browser, url, byRole.get('clinician'), byRole.get('bed_manager'));
	await attempt('the Nu checker, card', async () => {
		for (const [name, messages] of await nu(pages)) {
			ok(messages.length === 0, `${name}: Nu`, messages.join('\n'));
		}
	});
}
const manager = byRole.get('bed_manager');
if (manager && parts.includes('entry')) {
	await entryJourneys(browser, url, sessions.get('bed_manager'));
	await moreJourneys(browser, url, sessions.get('bed_manager'));
}
if (manager && parts.includes('plain')) await plainJourneys(browser, url, manager);
if (manager && parts.includes('paper')) {
	await paper(browser, url, sessions.get('bed_manager'), [
	    '/accueil', '/capacitaire/lits', '/disponibilites?region=11', '/repertoire?q=cardiologie']);
}
if (byRole.get('clinician') && parts.includes('accounts')) {
	await accountJourneys(browser, url, join(dirname(arg), 'mail'), accounts.find((a) => a.must_change),
	    sessions.get('clinician'), sessions.get('bed_manager'), byRole.get('admin'));
}
if (!manager) note('no bed_manager account: entry, no-script and paper not run');

await browser.close();
process.exit(done());
