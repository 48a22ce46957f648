// checks.mjs - what every page must hold in every window: axe, overflow, console.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

// Everything the page said on its console, refused by policy, or failed to load.
// An error page is itself a response of 4xx or 5xx: only that one is expected.
export function listen(page, path) {
	const said = [];
	page.on('console', (m) => {
		if (!['error', 'warning'].includes(m.type())) return;
		const where = m.location().url;
		if (/^Failed to load resource/.test(m.text()) && where && path &&
		    new URL(where).pathname === path.split('?')[0]) return;
		said.push(`${m.type()}: ${m.text()} (${where})`);
	});
	page.on('pageerror', (e) => said.push(`exception: ${e.message}`));
	page.on('requestfailed', (r) => {
		const why = r.failure()?.errorText;
		/* The test itself left the page while a file was on its way. */
		if (why !== 'net::ERR_ABORTED') said.push(`failed: ${r.url()} ${why}`);
	});
	return said;
}

// Violations as text, empty when there are none.  No exception list.
export async function axe(page) {
	await page.evaluate(AXE);
	const found = await page.evaluate((tags) => window.axe.run(document, {
		runOnly: { type: 'tag', values: tags },
		resultTypes: ['violations'],
	}), TAGS);
	return found.violations.map((v) => `${v.id}: ${v.help}\n` +
	    v.nodes.slice(0, 4).map((n) => `  ${n.target.join(' ')}: ${n.failureSummary?.split('\n')[1]?.trim() ?? ''}`)
		.join('\n')).join('\n');
}

// Pixels by which the page is wider than the window, and who sticks out.
export function overflow(page) {
	return page.evaluate(() => {
		const wide = document.documentElement.clientWidth;
		const px = document.documentElement.scrollWidth - wide;
		if (px <= 0) return { px: 0, who: '' };
		const scrolls = (el) => {
			for (let p = el.parentElement; p; p = p.parentElement) {
				if (/auto|scroll|hidden/.test(getComputedStyle(p).overflowX)) return true;
			}
			return false;
		};
		const who = Array.from(document.body.querySelectorAll('*'))
			.filter((el) => el.getBoundingClientRect().right > wide + 0.5 && !scrolls(el))
			.slice(0, 5)
			.map((el) => el.tagName.toLowerCase() + '.' + (el.getAttribute('class') || ''));
		return { px, who: who.join(', ') };
	});
}
