/* theme.js - change the theme at once; the server remembers it. */
all('[data-theme-form]').forEach((form) => on(form, 'submit', (e) => {
	/* Charts are files drawn for one theme: such a page is loaded again. */
	if (!e.submitter || one('.ror-chart')) return;
	e.preventDefault();
	const theme = e.submitter.value;
	root.dataset.theme = theme;
	const other = one(theme === 'dark' ? '.ror-to-light' : '.ror-to-dark', form);
	if (other) other.focus();
	post(form.action, formBody(form, e.submitter)).catch(() => {
		say('Le thème choisi n’a pas pu être mémorisé.', true);
	});
}));
