/* Filters that nobody can break out of, policy answers that nobody trusts,
 * settings that would open a door. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "ldap/directory.h"
#include "ldap/filter.h"
#include "ldap/policy.h"
#include "tap.h"

static void
values(void)
{
	static const struct { const char *typed, *want; } cases[] = {
		{ "", "" },
		{ "nom.prenom+x@chu-lyon.fr", "nom.prenom+x@chu-lyon.fr" },
		{ "*", "\\2a" },
		{ "(", "\\28" },
		{ ")", "\\29" },
		{ "\\", "\\5c" },
		{ "a)(uid=*", "a\\29\\28uid\\3d\\2a" },
		{ "a&b|c!d", "a\\26b\\7cc\\21d" },
		{ "\xc3\xa9", "\\c3\\a9" },
		{ "\x01\x7f\xff", "\\01\\7f\\ff" },
		{ "a b", "a\\20b" },
	};
	struct str s;
	size_t i;

	str_init(&s, 1024);
	for (i = 0; i < N_ELEM(cases); i++) {
		str_reset(&s);
		filter_add_value(&s, cases[i].typed);
		IS(s.data == NULL ? "" : s.data, cases[i].want,
		    cases[i].want);
	}
	str_free(&s);
}

static void
filters(void)
{
	static const struct { const char *pattern; enum status want; } cases[] = {
		{ "(mail=%s)", ST_OK },
		{ "%s", ST_OK },
		{ "(mail=x)", ST_INPUT },
		{ "(|(mail=%s)(uid=%s))", ST_INPUT },
		{ "", ST_INPUT },
	};
	struct str s;
	size_t i;

	for (i = 0; i < N_ELEM(cases); i++) {
		str_init(&s, 1024);
		OK(filter_make(&s, cases[i].pattern, "a") == cases[i].want,
		    cases[i].pattern);
		str_free(&s);
	}
	str_init(&s, 1024);
	OK(filter_make(&s, "(&(o=%d)(mail=%s))", "(%s)") == ST_OK, "made");
	IS(s.data, "(&(o=%d)(mail=\\28\\25s\\29))", "the value is no pattern");
	str_free(&s);
	str_init(&s, 16);
	OK(filter_make(&s, "(mail=%s)", "********") == ST_LIMIT, "bounded");
	str_free(&s);
}

static void
policies(void)
{
	static const struct {
		const char *name, *bytes;
		size_t n;
		enum status want;
		int error, expires_s, grace;
	} cases[] = {
#define V(x) x, sizeof(x) - 1
		{ "nothing to say", V("\x30\x00"), ST_OK, -1, -1, -1 },
		{ "expired", V("\x30\x03\x81\x01\x00"), ST_OK, POLICY_EXPIRED,
		    -1, -1 },
		{ "locked", V("\x30\x03\x81\x01\x01"), ST_OK, POLICY_LOCKED,
		    -1, -1 },
		{ "must change", V("\x30\x03\x81\x01\x02"), ST_OK,
		    POLICY_MUST_CHANGE, -1, -1 },
		{ "in history", V("\x30\x03\x81\x01\x08"), ST_OK,
		    POLICY_IN_HISTORY, -1, -1 },
		{ "expires in 1,000 s", V("\x30\x06\xa0\x04\x80\x02\x03\xe8"),
		    ST_OK, -1, 1000, -1 },
		{ "3 sign-ins left", V("\x30\x05\xa0\x03\x81\x01\x03"), ST_OK,
		    -1, -1, 3 },
		{ "a warning and an error",
		    V("\x30\x08\xa0\x03\x81\x01\x03\x81\x01\x02"), ST_OK,
		    POLICY_MUST_CHANGE, -1, 3 },
		{ "32 bits", V("\x30\x08\xa0\x06\x80\x04\x7f\xff\xff\xff"),
		    ST_OK, -1, 2147483647, -1 },
		{ "more than 32 bits",
		    V("\x30\x09\xa0\x07\x80\x05\x00\x80\x00\x00\x00"),
		    ST_INPUT, 0, 0, 0 },
		{ "empty", V(""), ST_INPUT, 0, 0, 0 },
		{ "cut", V("\x30\x03\x81\x01"), ST_INPUT, 0, 0, 0 },
		{ "longer than it says", V("\x30\x00\x00"), ST_INPUT, 0, 0, 0 },
		{ "unknown error", V("\x30\x03\x81\x01\x09"), ST_INPUT,
		    0, 0, 0 },
		{ "negative", V("\x30\x03\x81\x01\xff"), ST_INPUT, 0, 0, 0 },
		{ "no number", V("\x30\x02\x81\x00"), ST_INPUT, 0, 0, 0 },
		{ "not a sequence", V("\x04\x00"), ST_INPUT, 0, 0, 0 },
		{ "unknown element", V("\x30\x03\x82\x01\x00"), ST_INPUT,
		    0, 0, 0 },
		{ "error twice", V("\x30\x06\x81\x01\x01\x81\x01\x02"),
		    ST_INPUT, 0, 0, 0 },
		{ "the wrong way round",
		    V("\x30\x08\x81\x01\x02\xa0\x03\x81\x01\x03"), ST_INPUT,
		    0, 0, 0 },
		{ "an endless length", V("\x30\x80\x81\x01\x00\x00\x00"),
		    ST_INPUT, 0, 0, 0 },
	};
	size_t i;

	for (i = 0; i < N_ELEM(cases); i++) {
		struct policy p = { POLICY_NONE, -1, -1 };
		/* Its own allocation, so that ASan sees a byte too far. */
		char *copy = malloc(cases[i].n);
		enum status st;

		memcpy(copy, cases[i].bytes, cases[i].n);
		st = policy_decode(copy, cases[i].n, &p);
		free(copy);
		OK(st == cases[i].want && (st != ST_OK ||
		    ((int)p.error == cases[i].error &&
		    p.expires_s == cases[i].expires_s &&
		    p.grace == cases[i].grace)), cases[i].name);
	}
}

static void
settings(void)
{
	static const struct { enum conf_key key; const char *value; } bad[] = {
		{ CONF_LDAP_CA, "" },
		{ CONF_LDAP_USER, "" },
		{ CONF_LDAP_DECOY, "" },
		{ CONF_LDAP_PASSWORD, "" },
		{ CONF_LDAP_PASSWORD, "/nowhere" },
		{ CONF_LDAP_URI, "ldaps://127.0.0.1" },
		{ CONF_LDAP_FILTER, "(mail=*)" },
	};
	char secret[] = "/tmp/ror-test-XXXXXX";
	struct directory d = { .n = 0 };
	struct arena a;
	struct conf good, c;
	struct fault f = { "" };
	size_t i;
	int fd = mkstemp(secret);

	OK(fd != -1 && write(fd, "s3cret\n", 7) == 7, "a secret file");
	arena_init(&a, 1 << 20);
	OK(conf_load(&good, NULL, &a, &f) == ST_OK, "the defaults");
	good.value[CONF_LDAP_CA] = "/tmp/ca.pem";
	good.value[CONF_LDAP_PASSWORD] = secret;
	OK(directory_init(&d, &good, &a, &f) == ST_OK, "enough is said");
	IS(d.v[0].password, "s3cret", "the password is the file's first line");
	for (i = 0; i < N_ELEM(bad); i++) {
		c = good;
		c.value[bad[i].key] = bad[i].value;
		fault_clear(&f);
		OK(directory_init(&d, &c, &a, &f) != ST_OK &&
		    f.text[0] != '\0' && strstr(f.text, "s3cret") == NULL,
		    f.text);
	}
	(void)close(fd);
	(void)unlink(secret);
	arena_free(&a);
}

/* Refused before anything is sent: nobody listens at this address. */
static void
before_ldap(void)
{
	struct directory d = { .v = { { .uri = "ldap://127.0.0.1:1" } },
	    .n = 1 };
	struct person p = { .answer = ANSWER_OK };
	struct fault f = { "" };
	struct arena a;

	arena_init(&a, 1 << 20);
	OK(directory_sign_in(&d, &a, &f, "a@ror.example", "", NULL, &p) == ST_OK &&
	    p.answer == ANSWER_BAD, "an empty password is a wrong one");
	p.answer = ANSWER_OK;
	OK(directory_sign_in(&d, &a, &f, "", "x", NULL, &p) == ST_OK &&
	    p.answer == ANSWER_BAD, "and so is an empty login");
	arena_free(&a);
}

int
main(void)
{
	values();
	filters();
	policies();
	settings();
	before_ldap();
	return tap_done();
}
