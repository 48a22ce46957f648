/* arena, str, UTF-8, numbers, French formats, CSV, settings. */
#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/conf.h"
#include "base/csv.h"
#include "base/french.h"
#include "base/log.h"
#include "base/str.h"
#include "tap.h"

static int order[3], n_order;

static void
note(void *p)
{
	order[n_order++] = *(int *)p;
}

static void
test_arena(void)
{
	static int one = 1, two = 2;
	struct arena a;
	char *p, *q;

	arena_init(&a, 4 << 20);
	p = arena_alloc(&a, 1);
	q = arena_alloc(&a, 200 * 1024);
	OK(p != q && p[0] == 0 && q[200 * 1024 - 1] == 0, "zeroed, apart");
	OK(((uintptr_t)q & 15) == 0, "aligned");
	arena_defer(&a, note, &one);
	arena_defer(&a, note, &two);
	arena_reset(&a);
	OK(n_order == 2 && order[0] == 2 && order[1] == 1,
	    "defers run newest first");
	OK(a.used == 0, "a reset arena is empty");
	IS(arena_printf(&a, "%s-%d", "x", 7), "x-7", "printf");
	IS(arena_strndup(&a, "abcdef", 3), "abc", "strndup cuts");
	arena_free(&a);
	arena_free(&(struct arena){ 0 });

	arena_init(&a, 4 << 20);
	a.wipe = true;
	p = arena_strdup(&a, "un secret");
	arena_reset(&a);
	/* The chunk is still the arena's. */
	OK(p[0] == '\0' && memcmp(p, p + 1, 8) == 0, "a wiped arena keeps "
	    "nothing of what was in it");
	arena_free(&a);
}

static void
test_str(void)
{
	struct str s;

	str_init(&s, 32);
	str_add_html(&s, "<a href=\"x\" title='y'>&</a>");
	OK(!str_ok(&s), "past its limit a string is broken");
	str_free(&s);
	str_init(&s, 1024);
	str_add_html(&s, "<b a=\"x'\">&é");
	IS(s.data, "&lt;b a=&quot;x&#39;&quot;&gt;&amp;é", "HTML escaped");
	str_reset(&s);
	str_add_url(&s, "/a b?é&=");
	IS(s.data, "%2Fa%20b%3F%C3%A9%26%3D", "URL escaped");
	str_reset(&s);
	str_add_int(&s, INT64_MIN);
	IS(s.data, "-9223372036854775808", "the smallest number");
	str_free(&s);
	OK(str_equal_secret("abc", "abc") && !str_equal_secret("abc", "abd") &&
	    !str_equal_secret("abc", "ab") && !str_equal_secret("", "a") &&
	    !str_equal_secret("a", ""), "secrets compared whole");
}

static void
test_utf8(void)
{
	static const struct { const char *text; size_t n; int valid; } cases[] = {
		{ "é€𝄞", 9, 1 }, { "", 0, 1 }, { "a\0b", 3, 0 },
		{ "\xc0\xaf", 2, 0 }, { "\xed\xa0\x80", 3, 0 },
		{ "\xf4\x90\x80\x80", 4, 0 }, { "\xc3", 1, 0 },
		{ "\xe2\x82", 2, 0 }, { "\x80", 1, 0 }, { "\xf0\x8f\xbf\xbf", 4, 0 },
	};
	size_t i;

	for (i = 0; i < N_ELEM(cases); i++)
		OK(utf8_valid(cases[i].text, cases[i].n) == cases[i].valid,
		    "UTF-8 case");
}

static void
test_int(void)
{
	static const struct { const char *text; int64_t want; } cases[] = {
		{ "0", 0 }, { "9999", 9999 }, { "10000", -1 }, { "", -1 },
		{ "-1", -1 }, { "1.5", -1 }, { " 1", -1 }, { "1000000000000", -1 },
		{ "99999999999999999999999", -1 }, { "\xd9\xa3", -1 }, { "+1", -1 },
	};
	size_t i;

	for (i = 0; i < N_ELEM(cases); i++) {
		int64_t n = -1;
		enum status st = str_to_int(cases[i].text, 9999, &n);

		OK(n == cases[i].want && (st == ST_OK) == (n >= 0),
		    cases[i].text);
	}
}

#define NN "\xe2\x80\xaf"

static void
test_french(void)
{
	static const struct { int64_t age; const char *text; int level; }
	    ages[] = {
		{ 0, "à l’instant", 0 }, { 59, "à l’instant", 0 },
		{ 60, "il y a 1 minute", 0 }, { 3599, "il y a 59 minutes", 0 },
		{ 3600, "il y a 1 heure", 1 }, { 10800, "il y a 3 heures", 2 },
		{ 86399, "il y a 23 heures", 4 }, { 86400, "il y a 24 heures", 5 },
		{ 172799, "il y a 47 heures", 5 }, { 172800, "il y a 2 jours", 5 },
	};
	struct arena a;
	size_t i;

	arena_init(&a, 1 << 20);
	for (i = 0; i < N_ELEM(ages); i++) {
		IS(fr_age(&a, ages[i].age), ages[i].text, ages[i].text);
		OK(fr_age_level(ages[i].age) == ages[i].level, "and its colour");
	}
	IS(fr_int(&a, 1234567), "1" NN "234" NN "567", "thousands");
	IS(fr_int(&a, -999), "-999", "no group below a thousand");
	IS(fr_int(&a, 100), "100", "three digits");
	IS(fr_decimal(&a, 17.8261, 1), "17,8", "decimal comma");
	IS(fr_pct(&a, 1.034, 1), "103,4" NN "%", "more than 100 % is true");
	IS(fr_count(&a, 1, "lit", "lits"), "1 lit", "one");
	IS(fr_count(&a, 0, "lit", "lits"), "0 lit", "zero is singular");
	IS(fr_count(&a, 2, "lit", "lits"), "2 lits", "two");
	arena_free(&a);
}

static void
test_csv_read(void)
{
	static const char good[] = "\xef\xbb\xbf" "a;b\r\n\"x;\"\"y\nz\";2\n\n3;4";
	static const struct { const char *text; enum status want; } bad[] = {
		{ "\"open", ST_INPUT }, { "\"a\"b;c", ST_INPUT },
	};
	struct csv_reader r;
	struct csv_record c;
	struct arena a;
	size_t i;

	arena_init(&a, 4 << 20);
	OK(csv_open(&r, good, sizeof(good) - 1) == ST_OK &&
	    csv_next(&r, &a, &c) == ST_OK && c.n == 2 && r.line == 1,
	    "BOM skipped, separator found");
	OK(csv_next(&r, &a, &c) == ST_OK && r.line == 2, "second record");
	IS(c.field[0], "x;\"y\nz", "quotes hold separators and lines");
	OK(csv_next(&r, &a, &c) == ST_OK && r.line == 5 && c.n == 2,
	    "lines inside quotes and empty lines are counted");
	OK(csv_next(&r, &a, &c) == ST_OK && c.n == 0, "the end");
	for (i = 0; i < N_ELEM(bad); i++)
		OK(csv_open(&r, bad[i].text, strlen(bad[i].text)) == ST_OK &&
		    csv_next(&r, &a, &c) == bad[i].want && r.why != NULL,
		    bad[i].text);
	OK(csv_open(&r, "\xe9", 1) == ST_INPUT, "Latin-1 is refused");
	arena_free(&a);
}

static void
test_csv_utf8(void)
{
	static const struct { const char *text, *want; } cases[] = {
		{ "lits;d\xc3\xa9j\xc3\xa0", "lits;d\xc3\xa9j\xc3\xa0" },
		{ "d\xe9j\xe0", "d\xc3\xa9j\xc3\xa0" },
		{ "l\x92" "H\xf4tel \x80", "l\xe2\x80\x99H\xc3\xb4tel \xe2\x82\xac" },
		{ "", "" },
		{ "a\xe9\x81", NULL }, { "a\x01", NULL }, { "PK\x03\x04", NULL },
	};
	const char *out = NULL;
	struct arena a;
	size_t n = 0, i;

	arena_init(&a, 1 << 20);
	for (i = 0; i < N_ELEM(cases); i++) {
		enum status st = csv_utf8(&a, cases[i].text,
		    strlen(cases[i].text), &out, &n);

		if (cases[i].want == NULL)
			OK(st == ST_INPUT, "no text");
		else
			OK(st == ST_OK && n == strlen(cases[i].want) &&
			    memcmp(out, cases[i].want, n) == 0,
			    cases[i].want);
	}
	OK(csv_utf8(&a, "a\0b", 3, &out, &n) == ST_INPUT, "NUL is binary");
	arena_free(&a);
}

static void
test_csv_write(void)
{
	struct str s;

	str_init(&s, 1024);
	csv_start(&s);
	csv_text(&s, "=1+1");
	csv_text(&s, "a\"b");
	csv_num(&s, "3,5");
	csv_text(&s, NULL);
	csv_end(&s);
	csv_text(&s, "x");
	csv_end(&s);
	IS(s.data, "\xef\xbb\xbf\"'=1+1\";\"a\"\"b\";3,5;\"\"\r\n\"x\"\r\n",
	    "no formula, quotes doubled, CRLF");
	str_free(&s);
}

static const char *
conf_try(const char *text, struct arena *a, struct conf *c)
{
	static struct fault f;
	char path[] = "/tmp/rorconfXXXXXX";
	int fd = mkstemp(path);

	fault_clear(&f);
	if (fd == -1 || write(fd, text, strlen(text)) < 0)
		return "no temporary file";
	(void)close(fd);
	if (conf_load(c, path, a, &f) == ST_OK)
		f.text[0] = '\0';
	(void)unlink(path);
	return f.text;
}

static void
test_conf(void)
{
	static const char *const no_block[] = { "directory.1.ldap_base = x",
		"directory.2.demo = yes", "directory..ldap_base = x",
		"other.2.ldap_base = x", "directory.2 = x",
		"public.A.login_title = x", "public.a.ldap_base = x" };
	size_t i;
	struct arena a;
	struct conf c;

	arena_init(&a, 1 << 20);
	IS(conf_try("# note\n\n app_workers = 3 \ndemo = yes\n", &a, &c), "",
	    "a good file");
	OK(conf_int(&c, CONF_APP_WORKERS) == 3 && conf_bool(&c, CONF_DEMO),
	    "its values");
	OK(conf_int(&c, CONF_AUTH_WORKERS) == 4, "the others keep defaults");
	OK(strstr(conf_try("app_workers = 0", &a, &c), ":1: setting app_workers"),
	    "too small");
	OK(strstr(conf_try("\nworker = 1", &a, &c), ":2: unknown setting worker"),
	    "unknown name");
	OK(strstr(conf_try("demo = maybe", &a, &c), "yes or no"), "not a yes");
	OK(strstr(conf_try("demo", &a, &c), "is wanted"), "no equal sign");
	IS(conf_try("directory.2.ldap_base = dc=x\nldap_base = dc=y\n"
	    "public.handicap.login_title = T\ndirectory.2.ldap_name = b\n",
	    &a, &c), "", "blocks");
	IS(conf_text(conf_block(&c, "directory", "2"), CONF_LDAP_BASE), "dc=x",
	    "a block's value");
	IS(conf_text(conf_block(&c, "directory", "2"), CONF_LDAP_NAME), "b",
	    "of several lines");
	IS(conf_text(&c, CONF_LDAP_BASE), "dc=y", "and the one outside");
	IS(conf_text(conf_block(&c, "public", "handicap"), CONF_LOGIN_TITLE),
	    "T", "of another group");
	OK(conf_block(&c, "directory", "3") == NULL, "no such block");
	for (i = 0; i < N_ELEM(no_block); i++)
		OK(strstr(conf_try(no_block[i], &a, &c), "unknown setting"),
		    no_block[i]);
	arena_free(&a);
}

static void
test_log(void)
{
	char buf[16];

	IS(log_quote(buf, sizeof(buf), "a\"b\nc"), "\"a\\\"b c\"", "quoted");
	OK(strlen(log_quote(buf, sizeof(buf), "0123456789012345")) < 16,
	    "cut to fit");
}

int
main(void)
{
	test_arena();
	test_str();
	test_utf8();
	test_int();
	test_french();
	test_csv_read();
	test_csv_utf8();
	test_csv_write();
	test_conf();
	test_log();
	return tap_done();
}
