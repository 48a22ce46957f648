/* tables.js - sort a table in place; the link ?tri= does it without script.
 *
 * A cell's data-k is its key as a number; without it the text is compared the
 * French way.  Groups (one tbody each) keep their order and their heading.
 */
function sortRows(body, column, up) {
	const key = (tr) => tr.cells[column].dataset.k;
	const text = (tr) => tr.cells[column].textContent.trim();
	const rows = all('tr:not(.ror-grp)', body);

	rows.sort((a, b) => {
		const r = key(a) !== undefined
		    ? Number(key(a)) - Number(key(b))
		    : text(a).localeCompare(text(b), 'fr', { numeric: true });
		return up ? r : -r;
	});
	body.append(...rows);
}

/* What the reader chose, by the table's id: a refresh brings the server's order. */
const sortChosen = new Map();

function sortTable(table, column, up) {
	const th = table.tHead.rows[0].cells[column];

	all('th[aria-sort]', table).forEach((x) => x.removeAttribute('aria-sort'));
	th.setAttribute('aria-sort', up ? 'ascending' : 'descending');
	Array.from(table.tBodies).forEach((b) => sortRows(b, column, up));
}

function sortAgain() {
	sortChosen.forEach(({ column, up }, id) => {
		const table = document.getElementById(id);
		if (table) sortTable(table, column, up);
	});
}

on(document, 'click', (e) => {
	const link = e.target.closest('table[data-tri] thead .ror-sort');
	if (!link || e.ctrlKey || e.metaKey || e.shiftKey) return;
	e.preventDefault();
	const table = link.closest('table');
	const th = link.closest('th');
	const up = th.getAttribute('aria-sort') !== 'ascending';
	sortTable(table, th.cellIndex, up);
	if (table.id) sortChosen.set(table.id, { column: th.cellIndex, up });
	say('Tableau trié par ' + link.textContent.trim() +
	    (up ? ', ordre croissant.' : ', ordre décroissant.'));
});
