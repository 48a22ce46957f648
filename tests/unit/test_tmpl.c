/* Templates: every tag, scopes, escaping, and what must not parse. */
#include <ftw.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tap.h"
#include "tmpl/tmpl.h"

#define KEYS(X) X(name) X(rows) X(cells) X(n) X(flag) X(none)
TMPL_KEYS(keys, KEYS);

static char dir[] = "/tmp/rortmplXXXXXX";

static void
put(const char *name, const char *text)
{
	char path[128];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	if ((f = fopen(path, "w")) == NULL)
		return;
	(void)fputs(text, f);
	(void)fclose(f);
}

static void
cell_row(struct view *v, size_t i, const void *data)
{
	const int *base = data;

	view_int(v, K_n, *base + (int)i);
}

static void
outer_row(struct view *v, size_t i, const void *data)
{
	static const int base[2] = { 10, 20 };
	const char *const *names = data;

	view_text(v, K_name, names[i]);
	view_list(v, K_cells, 2, cell_row, &base[i]);
}

static const struct { const char *what, *text, *want; } renders[] = {
	{ "text alone", "plain", "plain" },
	{ "escaped", "{{name}}", "&lt;b&gt;&quot;&#39;&amp;" },
	{ "spaces in a tag", "{{ name }}", "&lt;b&gt;&quot;&#39;&amp;" },
	{ "never set", "[{{none}}]", "[]" },
	{ "true section", "{{#flag}}yes{{/flag}}", "yes" },
	{ "false section", "{{#none}}yes{{/none}}{{^none}}no{{/none}}", "no" },
	{ "comment", "a{{! b }}c", "ac" },
	{ "a line of its own goes", "a\n  {{#flag}}  \nb\n{{/flag}}\nc",
	  "a\nb\nc" },
	{ "rows, nested, and the scope ends with the row",
	  "{{#rows}}{{name}}:{{#cells}}{{n}},{{/cells}};{{/rows}}{{n}}",
	  "A:10,11,;B:20,21,;7" },
	{ "outer name is back after the rows", "{{#rows}}{{/rows}}{{name}}",
	  "&lt;b&gt;&quot;&#39;&amp;" },
	{ "a section reads outer keys", "{{#rows}}{{#flag}}{{name}}{{/flag}}{{/rows}}",
	  "AB" },
	{ "partial", "x{{> part}}y", "x(&lt;b&gt;&quot;&#39;&amp;)y" },
	{ "inverted list", "{{^rows}}none{{/rows}}", "" },
};

static const struct { const char *what, *text, *why; } refused[] = {
	{ "raw tag", "{{{name}}}", "no raw tag" },
	{ "raw tag by ampersand", "{{&name}}", "no raw tag" },
	{ "unknown key", "a\n{{nmae}}", "bad.html:2: unknown key nmae" },
	{ "unknown key in a partial", "{{> bad_part}}", "unknown key other" },
	{ "never closed", "{{#rows}}x", "never closed: rows" },
	{ "closed too often", "x{{/rows}}", "without its opening" },
	{ "crossed", "{{#rows}}{{#flag}}{{/rows}}{{/flag}}",
	  "without its opening" },
	{ "no end", "{{name", "tag without end" },
	{ "bad name", "{{na me}}", "bad name" },
	{ "path", "{{> ../etc/passwd}}", "bad name" },
	{ "recursive partial", "{{> loop}}", "includes itself" },
	{ "missing partial", "{{> absent}}", "can't be read" },
};

static void
test_render(struct arena *a)
{
	static const char *const names[] = { "A", "B" };
	size_t i;

	for (i = 0; i < N_ELEM(renders); i++) {
		struct view *v = view_new(a);
		const struct tmpl *t;
		struct fault f = { "" };
		struct str out;

		put("t.html", renders[i].text);
		if (tmpl_load(a, dir, "t.html", keys, K__MAX, &f, &t) != ST_OK) {
			OK(0, f.text);
			continue;
		}
		view_text(v, K_name, "<b>\"'&");
		view_int(v, K_n, 7);
		view_flag(v, K_flag, true);
		view_list(v, K_rows, 2, outer_row, names);
		str_init(&out, 1 << 16);
		tmpl_render(t, v, &out);
		IS(out.data == NULL ? "" : out.data, renders[i].want,
		    renders[i].what);
		str_free(&out);
	}
}

static void
test_refused(struct arena *a)
{
	size_t i;

	for (i = 0; i < N_ELEM(refused); i++) {
		const struct tmpl *t;
		struct fault f = { "" };

		put("bad.html", refused[i].text);
		OK(tmpl_load(a, dir, "bad.html", keys, K__MAX, &f, &t) != ST_OK &&
		    strstr(f.text, refused[i].why) != NULL, refused[i].what);
	}
}

static int
gone(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st;
	(void)kind;
	(void)at;
	return remove(path);
}

int
main(void)
{
	char path[64], part[] = "partials/part.html";
	struct arena a;

	if (mkdtemp(dir) == NULL)
		return 1;
	(void)snprintf(path, sizeof(path), "%s/partials", dir);
	(void)mkdir(path, 0755);
	put(part, "({{name}})");
	put("partials/bad_part.html", "{{other}}");
	put("partials/loop.html", "{{> loop}}");
	arena_init(&a, 16 << 20);
	test_render(&a);
	test_refused(&a);
	arena_free(&a);
	OK(nftw(dir, gone, 4, FTW_DEPTH | FTW_PHYS) == 0, "nothing is left");
	return tap_done();
}
