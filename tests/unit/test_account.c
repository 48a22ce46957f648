/* Mails that nobody slips a header into, codes of a second factor, sealed
 * secrets that open for their account alone. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "mail.h"
#include "tap.h"
#include "totp.h"

static void
addresses(void)
{
	static const struct { const char *text; bool valid; } cases[] = {
		{ "nom.prenom+x@chu-lyon.fr", true }, { "o'brien@x.fr", true },
		{ "", false }, { "a", false }, { "@b", false }, { "a@", false },
		{ "a@b@c", false }, { "a b@c", false }, { "a@b\nBcc: c@d", false },
		{ "a@b\r", false }, { "<a@b>", false }, { "a,c@b", false },
		{ "\"a\"@b", false }, { "-oQ/tmp@b", false },
		{ "\xc3\xa9@b", false }, { "a@b;c@d", false },
	};
	size_t i;

	for (i = 0; i < N_ELEM(cases); i++)
		OK(mail_address_valid(cases[i].text) == cases[i].valid,
		    cases[i].text);
}

static void
message(void)
{
	struct mail m = { .from = "de@ror.example", .to = "a@ror.example",
	    .to_name = "X\r\nBcc: tous@ror.example", .subject = "Sujet \xc3\xa9",
	    .text = ".point\nfin \n=\xe2\x80\x99\n", .id = "1", .at_utc = 0 };
	struct str s;
	const char *p;

	str_init(&s, 64 * 1024);
	OK(mail_write(&s, &m) == ST_OK, "written");
	OK(strstr(s.data, "\nBcc") == NULL, "a name gives no header");
	OK(strstr(s.data, "Subject: =?UTF-8?Q?Sujet=20=C3=A9?=\n") != NULL,
	    "the subject in encoded words");
	OK(strstr(s.data, "Date: Thu, 1 Jan 1970 00:00:00 +0000\n") != NULL,
	    "the date");
	OK(strstr(s.data, "\n\n=2Epoint\nfin=20\n=3D=E2=80=99\n") != NULL,
	    "the text in quoted-printable");
	for (p = s.data; *p != '\0'; p++)
		if ((unsigned char)*p > 0x7e || (*p < 0x20 && *p != '\n'))
			break;
	OK(*p == '\0', "nothing but ASCII");
	m.to = "a@b\nBcc: c@d";
	OK(mail_write(&s, &m) == ST_INPUT, "an address that is none");
	str_free(&s);
}

static void
sending(void)
{
	struct fault f = { "" };
	struct str s;

	str_init(&s, 1024);
	str_add(&s, "x\n");
	OK(mail_send("/bin/true", &s, &f) == ST_OK, "a program that works");
	OK(mail_send("/bin/false", &s, &f) == ST_IO, "one that does not");
	OK(strstr(f.text, "status 1") != NULL, f.text);
	fault_clear(&f);
	OK(mail_send("/nonexistent", &s, &f) == ST_IO, "one that is not there");
	OK(strstr(f.text, "status 127") != NULL, f.text);
	str_free(&s);
}

/* RFC 6238, appendix B: the last six digits for SHA-1. */
static void
codes(void)
{
	static const struct { int64_t at; const char *code; } rfc[] = {
		{ 59, "287082" }, { 1111111109, "081804" },
		{ 1111111111, "050471" }, { 1234567890, "005924" },
		{ 2000000000, "279037" }, { 20000000000, "353130" },
	};
	struct totp_secret s;
	size_t i;

	memcpy(s.bytes, "12345678901234567890", TOTP_SECRET_BYTES);
	for (i = 0; i < N_ELEM(rfc); i++) {
		int64_t at = rfc[i].at, step = at / TOTP_STEP_S;

		OK(totp_check(&s, rfc[i].code, at, 0) == step, rfc[i].code);
		OK(totp_check(&s, rfc[i].code, at + 30, 0) == step &&
		    totp_check(&s, rfc[i].code, at - 30, 0) == step,
		    "one step early or late");
		OK(totp_check(&s, rfc[i].code, at + 60, 0) == 0,
		    "two steps late");
		OK(totp_check(&s, rfc[i].code, at, step) == 0, "again");
	}
	OK(totp_check(&s, "287 082", 59, 0) == 1, "with a space");
	OK(totp_check(&s, "28708", 59, 0) == 0 && totp_check(&s, "2870820", 59,
	    0) == 0 && totp_check(&s, "", 59, 0) == 0, "too short, too long");
}

static void
sealing(void)
{
	static const char hex[] = "000102030405060708090a0b0c0d0e0f"
	    "101112131415161718191a1b1c1d1e1f";
	struct totp_secret s, t;
	const unsigned char *key, *other;
	const char *box;
	struct arena a;
	char *bent;
	int side = 0;

	arena_init(&a, 4 << 20);
	key = totp_key(&a, hex);
	other = totp_key(&a, "ff0102030405060708090a0b0c0d0e0f"
	    "101112131415161718191a1b1c1d1e1f");
	OK(key != NULL && totp_key(&a, "00") == NULL &&
	    totp_key(&a, "zz") == NULL, "keys");
	totp_new(&s);
	box = totp_seal(&a, key, "12", &s);
	OK(strlen(box) == TOTP_SEALED_HEX, "its length");
	OK(totp_open(key, "12", box, &t) == ST_OK &&
	    memcmp(&s, &t, sizeof(s)) == 0, "opens");
	OK(strcmp(box, totp_seal(&a, key, "12", &s)) != 0, "never the same");
	OK(totp_open(key, "13", box, &t) != ST_OK, "not for another account");
	OK(totp_open(other, "12", box, &t) != ST_OK, "not with another key");
	bent = arena_strdup(&a, box);
	bent[40] = bent[40] == 'a' ? 'b' : 'a';
	OK(totp_open(key, "12", bent, &t) != ST_OK, "not when bent");
	OK(totp_open(key, "12", "00", &t) != ST_OK, "not when cut");
	memcpy(s.bytes, "12345678901234567890", TOTP_SECRET_BYTES);
	IS(totp_text(&a, &s), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ",
	    "for a person");
	IS(totp_uri(&a, &s, "a b@ror.example"), "otpauth://totp/ROR:a%20b%40"
	    "ror.example?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=ROR"
	    "&algorithm=SHA1&digits=6&period=30", "for an application");
	OK(totp_qr(&a, totp_uri(&a, &s, "a"), &side) != NULL && side > 28,
	    "as squares");
	arena_free(&a);
}

int
main(void)
{
	/* As mailer.c: a program that ends before it has read is a failure. */
	(void)signal(SIGPIPE, SIG_IGN);
	addresses();
	message();
	sending();
	codes();
	sealing();
	return tap_done();
}
