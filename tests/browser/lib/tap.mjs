// tap.mjs - the few lines of TAP that the browser tests print.
let count = 0;
let failed = 0;

export function ok(good, name, detail) {
	count++;
	if (!good) failed++;
	console.log(`${good ? 'ok' : 'not ok'} ${count} - ${name}`);
	if (!good && detail) {
		const lines = String(detail).split('\n').slice(0, 40);
		for (const line of lines) console.log('# ' + line.slice(0, 400));
	}
	return good;
}

export function note(text) {
	for (const line of String(text).split('\n')) console.log('# ' + line);
}

export function skip(name, why) {
	count++;
	console.log(`ok ${count} - ${name} # SKIP ${why}`);
}

// Print the plan; the exit code of the run.
export function done() {
	console.log(`1..${count}`);
	if (failed) console.log(`# ${failed} of ${count} failed`);
	return failed || !count ? 1 : 0;
}

// A journey that throws (an element is missing, a wait ran out) is one red line
// with its reason, and the rest goes on.
export async function attempt(name, fn) {
	try {
		await fn();
	} catch (e) {
		ok(false, name, e.message);
	}
}
