/* favourites.js - the star of a structure, without leaving the page. */
all('button[data-fav]').forEach((star) => on(star.form, 'submit', async (e) => {
	e.preventDefault();
	const name = star.dataset.fav;
	const add = star.getAttribute('aria-pressed') !== 'true';
	let ok = false;
	try {
		const answer = await post(star.form.action, formBody(star.form, star));
		/* A redirect to the page is how the form says "done" to a browser. */
		ok = answer.ok || answer.type === 'opaqueredirect';
	} catch {
		ok = false;
	}
	if (!ok) {
		say(name + '\u202f: le favori n’a pas été enregistré.', true);
		return;
	}
	star.setAttribute('aria-pressed', String(add));
	star.value = add ? '0' : '1';
	star.classList.toggle('ui-icon-star-fill', add);
	star.classList.toggle('ui-icon-star-line', !add);
	say(name + (add ? ' ajouté aux favoris.' : ' retiré des favoris.'));
}));
