// nu.mjs - the Nu HTML checker over the bytes that the server sent, one run for all.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

const require = createRequire(import.meta.url);
const JAR = require.resolve('vnu-jar/build/dist/vnu.jar');

// pages: Map of name -> html.  Returns Map of name -> messages (empty: clean).
export function nu(pages) {
	const dir = mkdtempSync(join(tmpdir(), 'nu-'));
	const files = new Map();
	const result = new Map();
	let n = 0;

	for (const [name, html] of pages) {
		const file = join(dir, `p${n++}.html`);
		writeFileSync(file, html);
		files.set(basename(file), name);
		result.set(name, []);
	}
	return new Promise((resolve, reject) => {
		execFile('java', ['-Xmx256m', '-Xss1m', '-jar', JAR, '--Werror', '--format', 'json',
			...Array.from(files.keys(), (f) => join(dir, f))],
		{ maxBuffer: 64 << 20 }, (error, out, err) => {
			rmSync(dir, { recursive: true });
			let report;
			try {
				report = JSON.parse(err);
			} catch {
				reject(new Error(`the Nu checker did not answer: ${err || error?.message}`));
				return;
			}
			for (const m of report.messages) {
				const name = files.get(basename(m.url || ''));
				const text = `${m.type} line ${m.lastLine}: ${m.message} ${m.extract ?? ''}`;
				if (name) result.get(name).push(text);
				else reject(new Error(text));
			}
			resolve(result);
		});
	});
}
