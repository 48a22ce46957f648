/* multipart/form-data: what browsers send, and everything else. */
#include <string.h>

#include "fields.h"
#include "multipart.h"
#include "tap.h"

#define PART(headers, data) "--b\r\n" headers "\r\n\r\n" data "\r\n"
#define FIELD(name, data) PART("Content-Disposition: form-data; name=\"" \
	name "\"", data)
#define FILE_PART PART("Content-Disposition: form-data; name=\"fichier\"; " \
	"filename=\"lits.csv\"\r\nContent-Type: text/csv", "a;b\r\n--c\r\n1;2")

static const struct {
	const char	*what, *text;
	enum status	 want;
	size_t		 n_fields;
	const char	*file;		/* its data, NULL: none */
} cases[] = {
	{ "a field and a file", FIELD("jeton", "x") FILE_PART "--b--\r\n",
	    ST_OK, 1, "a;b\r\n--c\r\n1;2" },
	{ "without the last line end", FIELD("jeton", "x") "--b--", ST_OK, 1,
	    NULL },
	{ "no part", "--b--\r\n", ST_OK, 0, NULL },
	{ "an empty file", PART("content-disposition: form-data; name=\"f\"; "
	    "filename=\"\"", "") "--b--", ST_OK, 0, "" },
	{ "a field twice", FIELD("a", "1") FIELD("a", "2") "--b--", ST_INPUT,
	    0, NULL },
	{ "two files", FILE_PART FILE_PART "--b--", ST_INPUT, 0, NULL },
	{ "no boundary at the end", FIELD("a", "1"), ST_INPUT, 0, NULL },
	{ "a part that does not end", "--b\r\nContent-Disposition: form-data; "
	    "name=\"a\"\r\n\r\nx", ST_INPUT, 0, NULL },
	{ "text first", "x--b--", ST_INPUT, 0, NULL },
	{ "text after a boundary", "--bx\r\n", ST_INPUT, 0, NULL },
	{ "no name", PART("Content-Disposition: form-data", "x") "--b--",
	    ST_INPUT, 0, NULL },
	{ "an empty name", FIELD("", "x") "--b--", ST_INPUT, 0, NULL },
	{ "no header", PART("X: y", "x") "--b--", ST_INPUT, 0, NULL },
	{ "two names", PART("Content-Disposition: form-data; name=\"a\"\r\n"
	    "Content-Disposition: form-data; name=\"b\"", "x") "--b--",
	    ST_INPUT, 0, NULL },
	{ "not UTF-8", FIELD("a", "\xe9") "--b--", ST_INPUT, 0, NULL },
	{ "nothing", "", ST_INPUT, 0, NULL },
};

static void
test_parse(struct arena *a)
{
	size_t i;

	for (i = 0; i < N_ELEM(cases); i++) {
		struct form_file file = { .data = NULL };
		struct fields f = { NULL, 0 };
		struct fault fault = { "" };
		enum status st = multipart_parse(a, "b", cases[i].text,
		    strlen(cases[i].text), &fault, &f, &file);

		OK(st == cases[i].want && f.n == cases[i].n_fields,
		    cases[i].what);
		if (st != ST_OK) {
			OK(fault.text[0] != '\0', "the log will say why");
			continue;
		}
		OK((file.data != NULL) == (cases[i].file != NULL) &&
		    (file.data == NULL || (file.n == strlen(cases[i].file) &&
		    memcmp(file.data, cases[i].file, file.n) == 0)),
		    "its file, byte for byte");
	}
}

static void
test_limits(struct arena *a)
{
	struct form_file file;
	struct fault fault = { "" };
	struct fields f;
	struct str s;
	int i;

	str_init(&s, 1 << 20);
	for (i = 0; i < 33; i++)
		str_addf(&s, "--b\r\nContent-Disposition: form-data; "
		    "name=\"a%d\"\r\n\r\nx\r\n", i);
	str_add(&s, "--b--");
	OK(multipart_parse(a, "b", s.data, s.len, &fault, &f, &file) ==
	    ST_LIMIT, "33 parts");
	str_reset(&s);
	str_add(&s, "--b\r\nContent-Disposition: form-data; name=\"a\""
	    "\r\n\r\n");
	for (i = 0; i < 4097; i++)
		str_addc(&s, 'x');
	str_add(&s, "\r\n--b--");
	OK(multipart_parse(a, "b", s.data, s.len, &fault, &f, &file) ==
	    ST_LIMIT, "a field of 4,097 bytes");
	str_free(&s);
}

static void
test_boundary(struct arena *a)
{
	static const struct { const char *type, *want; } types[] = {
		{ "multipart/form-data; boundary=----x1", "----x1" },
		{ "multipart/form-data; boundary=\"a b\"", NULL },
		{ "multipart/form-data; boundary=\"ab\"; x", "ab" },
		{ "multipart/form-data; boundary=ab; charset=utf-8", "ab" },
		{ "multipart/form-data; boundary=", NULL },
		{ "multipart/form-data; boundary=a\r\nb", NULL },
		{ "multipart/form-data", NULL },
		{ "multipart/form-data; boundary=1234567890123456789012345678"
		    "9012345678901234567890123456789012345678901", NULL },
	};
	size_t i;

	for (i = 0; i < N_ELEM(types); i++) {
		const char *got = multipart_boundary(a, types[i].type);

		if (types[i].want == NULL)
			OK(got == NULL, types[i].type);
		else
			IS(got, types[i].want, types[i].type);
	}
	OK(multipart_boundary(a, NULL) == NULL, "no type");
}

int
main(void)
{
	struct arena a;

	arena_init(&a, 8 << 20);
	test_parse(&a);
	test_limits(&a);
	test_boundary(&a);
	arena_free(&a);
	return tap_done();
}
