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

all('table[data-tri]').forEach((table) => all('thead .ror-sort', table).forEach((link) => {
	on(link, 'click', (e) => {
		e.preventDefault();
		const th = link.closest('th');
		const up = th.getAttribute('aria-sort') !== 'ascending';
		all('th[aria-sort]', table).forEach((x) => x.removeAttribute('aria-sort'));
		th.setAttribute('aria-sort', up ? 'ascending' : 'descending');
		Array.from(table.tBodies).forEach((b) => sortRows(b, th.cellIndex, up));
		say('Tableau trié par ' + link.textContent.trim() +
		    (up ? ', ordre croissant.' : ', ordre décroissant.'));
	});
}));
