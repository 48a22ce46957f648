#include "mailer.h"

#include <openssl/evp.h>
#include <signal.h>
#include <string.h>
#include <time.h>

#include "base/french.h"
#include "base/log.h"
#include "db/db.h"
#include "ldap/directory.h"
#include "mail.h"
#include "session.h"
#include "tmpl/tmpl.h"

enum { LOOK_EVERY_MS = 500, EXIT_START = 3,
	PART_BYTES = 16 * 1024 * 1024, TOKEN_BYTES = 32 };

#define KEYS(X) X(name) X(link) X(minutes) X(public_url) X(login) X(writable) \
	X(support_phone) X(support_hours) X(support_mail) X(demo) X(answer)
TMPL_KEYS(mail_keys, KEYS);

/* Kinds of auth.mail_order. */
static const struct kind {
	const char	*name, *file, *subject;
} kinds[] = {
	{ "reset", "mail/reset.txt", "Votre mot de passe du ROR" },
	{ "invitation", "mail/invitation.txt", "Votre accès au ROR" },
	{ "changed", "mail/changed.txt", "Votre mot de passe du ROR a changé" },
	{ "refused", "mail/refused.txt", "Votre demande d’accès au ROR" },
};

enum { N_KINDS = N_ELEM(kinds) };

struct mailer {
	const struct conf	*conf;
	struct db		 db;
	struct directory	 directory;
	const struct tmpl	*tmpl[N_KINDS];
};

static volatile sig_atomic_t stopping;

static void
on_signal(int sig)
{
	if (sig != SIGHUP)
		stopping = 1;
}

static void
catch_signals(void)
{
	static const int sigs[] = { SIGTERM, SIGINT, SIGHUP };
	struct sigaction sa = { .sa_handler = on_signal };
	size_t i;

	for (i = 0; i < N_ELEM(sigs); i++)
		(void)sigaction(sigs[i], &sa, NULL);
	(void)signal(SIGPIPE, SIG_IGN);
}

static void
log_failure(const char *what, const struct fault *f)
{
	char why[600];

	log_line(LVL_WARN, "event=%s why=%s", what,
	    log_quote(why, sizeof(why), f->text));
}

static const char *
sha256_hex(struct arena *a, const char *token_hex)
{
	unsigned char raw[TOKEN_BYTES], digest[EVP_MAX_MD_SIZE];
	static const char digits[] = "0123456789abcdef";
	char *out = arena_alloc(a, 2 * sizeof(digest) + 1);
	unsigned n = 0, i;

	for (i = 0; i < TOKEN_BYTES; i++)
		raw[i] = (unsigned char)(
		    (strchr(digits, token_hex[2 * i]) - digits) << 4 |
		    (strchr(digits, token_hex[2 * i + 1]) - digits));
	if (EVP_Digest(raw, sizeof(raw), digest, &n, EVP_sha256(), NULL) != 1)
		n = 0;
	for (i = 0; i < n; i++) {
		out[2 * i] = digits[digest[i] >> 4];
		out[2 * i + 1] = digits[digest[i] & 15];
	}
	return out;
}

/* The text of one mail; token: of its link. */
static void
text_write(struct mailer *m, size_t kind, const struct rows *r,
    const char *token, struct str *out)
{
	const struct conf *c = m->conf;
	struct view *v = view_new(m->db.arena);
	const char *url = conf_text(c, CONF_PUBLIC_URL);

	view_text(v, K_name, row_text(r, 0, COL_mail_take_mail_name));
	view_text(v, K_login, row_text(r, 0, COL_mail_take_mail_login));
	view_text(v, K_link, arena_printf(m->db.arena,
	    "%s/auth/nouveau-mot-de-passe?lien=%s", url, token));
	view_text(v, K_answer, row_text(r, 0, COL_mail_take_mail_text));
	view_text(v, K_minutes, "30");
	view_text(v, K_public_url, url);
	view_flag(v, K_writable, directory_writable(&m->directory,
	    row_text(r, 0, COL_mail_take_mail_home)));
	view_text(v, K_support_phone, conf_text(c, CONF_SUPPORT_PHONE));
	view_text(v, K_support_hours, conf_text(c, CONF_SUPPORT_HOURS));
	view_text(v, K_support_mail, conf_text(c, CONF_SUPPORT_MAIL));
	view_flag(v, K_demo, conf_bool(c, CONF_DEMO));
	tmpl_render(m->tmpl[kind], v, out);
}

static enum status
compose(struct mailer *m, const struct rows *r, const char *token, int64_t now,
    struct str *text, struct str *out)
{
	const char *kind = row_text(r, 0, COL_mail_take_mail_kind);
	char id[2 * 12 + 1];
	size_t i = 0;

	while (i < N_KINDS - 1 && strcmp(kinds[i].name, kind) != 0)
		i++;
	text_write(m, i, r, token, text);
	random_hex(id, 12);
	return !str_ok(text) ? ST_LIMIT : mail_write(out, &(struct mail){
	    .from = conf_text(m->conf, CONF_MAIL_FROM),
	    .to = row_text(r, 0, COL_mail_take_mail_login),
	    .to_name = row_text(r, 0, COL_mail_take_mail_name),
	    .subject = kinds[i].subject, .text = text->data, .id = id,
	    .at_utc = now });
}

/* Send it.  A failure is tried again later: its order is still due. */
static void
deliver(struct mailer *m, const struct rows *r, const char *token, int64_t now)
{
	struct str text, message;
	struct fault f = { "" };
	const char *outcome = "sent";
	enum status st;
	struct rows done;

	str_init(&text, MAIL_BYTES_MAX);
	str_init(&message, 2 * MAIL_BYTES_MAX);
	st = compose(m, r, token, now, &text, &message);
	if (st == ST_OK)
		st = mail_send(conf_text(m->conf, CONF_SENDMAIL), &message, &f);
	else
		outcome = "bad_address";
	str_free(&text);
	str_free(&message);
	if (st == ST_IO) {
		log_failure("mail_failed", &f);
		return;
	}
	if (db_write(&m->db, Q_mail_end, DB_ARGS(row_text(r, 0,
	    COL_mail_take_mail_id), instant_sql(m->db.arena, now), outcome),
	    &done) != ST_OK)
		log_failure("mail_database", &m->db.fault);
	else
		log_line(LVL_INFO, "event=mail kind=%s outcome=%s", row_text(r,
		    0, COL_mail_take_mail_kind), outcome);
}

/* False: nothing was due, or the database is away. */
static bool
next(struct mailer *m, int64_t now)
{
	char token[2 * TOKEN_BYTES + 1];
	struct rows r;
	bool some = false;

	random_hex(token, TOKEN_BYTES);
	db_stats_reset(&m->db);
	if (db_write(&m->db, Q_mail_take, DB_ARGS(sha256_hex(m->db.arena,
	    token), instant_sql(m->db.arena, now)), &r) != ST_OK) {
		log_failure("mail_database", &m->db.fault);
	} else if (r.n == 1 && !row_null(&r, 0, COL_mail_take_mail_id)) {
		some = true;
		if (row_null(&r, 0, COL_mail_take_why_not))
			deliver(m, &r, token, now);
	}
	explicit_bzero(token, sizeof(token));
	arena_reset(m->db.arena);
	return some;
}

static enum status
start(struct mailer *m, struct arena *life, struct arena *part,
    struct fault *f)
{
	enum status st;
	size_t i;

	for (i = 0; i < N_KINDS; i++)
		if ((st = tmpl_load(life, conf_text(m->conf, CONF_TEMPLATES),
		    kinds[i].file, mail_keys, K__MAX, f, &m->tmpl[i])) !=
		    ST_OK)
			return st;
	if ((st = directory_init(&m->directory, m->conf, life, f)) != ST_OK)
		return st;
	st = db_open(&m->db, arena_printf(life, "%s user=ror_auth "
	    "application_name=ror-mailer connect_timeout=3",
	    conf_text(m->conf, CONF_DATABASE)), "auth", part);
	if (st != ST_OK)
		*f = m->db.fault;
	return st;
}

int
mailer_run(const struct conf *conf)
{
	const struct timespec pause = { .tv_nsec = LOOK_EVERY_MS * 1000000L };
	struct mailer m = { .conf = conf };
	struct fault f = { "" };
	struct arena life, part;
	struct timespec ts;

	catch_signals();
	arena_init(&life, PART_BYTES);
	arena_init(&part, PART_BYTES);
	part.wipe = true;			/* links */
	if (start(&m, &life, &part, &f) != ST_OK) {
		log_failure("mailer_start_failed", &f);
		return EXIT_START;
	}
	while (!stopping) {
		(void)clock_gettime(CLOCK_REALTIME, &ts);
		if (!next(&m, ts.tv_sec))
			(void)nanosleep(&pause, NULL);
	}
	db_close(&m.db);
	arena_free(&part);
	arena_free(&life);
	return 0;
}
