#include "mail.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

enum { LINE_MAX_BYTES = 76, WORD_BYTES = 42, ADDRESS_MAX = 254 };

bool
mail_address_valid(const char *s)
{
	const char *at = strchr(s, '@'), *p;

	if (at == NULL || at == s || at[1] == '\0' ||
	    strchr(at + 1, '@') != NULL || strlen(s) > ADDRESS_MAX ||
	    s[0] == '-')
		return false;
	for (p = s; *p != '\0'; p++)
		if (*p <= 0x20 || *p >= 0x7f || strchr(",;:<>()[]\\\"", *p))
			return false;
	return true;
}

/* RFC 2047 words of whole characters, one a line. */
static void
add_words(struct str *out, const char *text)
{
	while (*text != '\0') {
		size_t n = 0;

		str_add(out, "=?UTF-8?Q?");
		while (*text != '\0' && n < WORD_BYTES) {
			size_t len = utf8_len(text), i;

			for (i = 0; i < len; i++, text++) {
				unsigned char c = (unsigned char)*text;

				if ((c >= 'a' && c <= 'z') ||
				    (c >= 'A' && c <= 'Z') ||
				    (c >= '0' && c <= '9')) {
					str_addc(out, (char)c);
					n++;
				} else {
					str_addf(out, "=%02X", c);
					n += 3;
				}
			}
		}
		str_add(out, *text == '\0' ? "?=" : "?=\n ");
	}
}

/* Quoted-printable (RFC 2045): lines of at most 76, spaces at ends kept. */
static void
add_quoted(struct str *out, const char *text)
{
	size_t column = 0;

	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;
		bool plain = (c > 0x20 && c < 0x7f && c != '=' &&
		    !(c == '.' && column == 0)) ||
		    (c == ' ' && text[1] != '\n' && text[1] != '\0');

		if (c == '\n') {
			str_addc(out, '\n');
			column = 0;
			continue;
		}
		if (column + (plain ? 1 : 3) > LINE_MAX_BYTES - 1) {
			str_add(out, "=\n");
			column = 0;
		}
		if (plain)
			str_addc(out, (char)c);
		else
			str_addf(out, "=%02X", c);
		column += plain ? 1 : 3;
	}
}

/* "Fri, 20 Nov 2026 09:02:00 +0000" */
static void
add_date(struct str *out, int64_t at_utc)
{
	static const char *const days[] = { "Mon", "Tue", "Wed", "Thu", "Fri",
		"Sat", "Sun" };
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr",
		"May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	int32_t day = (int32_t)(at_utc / 86400);
	int s = (int)(at_utc % 86400);
	struct date d = date_of_day(day);

	str_addf(out, "Date: %s, %d %s %d %02d:%02d:%02d +0000\n",
	    days[day_weekday(day) - 1], d.mday, months[d.month - 1], d.year,
	    s / 3600, s / 60 % 60, s % 60);
}

enum status
mail_write(struct str *out, const struct mail *m)
{
	if (!mail_address_valid(m->from) || !mail_address_valid(m->to) ||
	    !utf8_valid(m->text, strlen(m->text)) ||
	    !utf8_valid(m->subject, strlen(m->subject)))
		return ST_INPUT;
	str_add(out, "From: ROR <");
	str_add(out, m->from);
	str_add(out, ">\nTo: ");
	if (m->to_name != NULL && m->to_name[0] != '\0' &&
	    utf8_valid(m->to_name, strlen(m->to_name))) {
		add_words(out, m->to_name);
		str_add(out, "\n ");
	}
	str_addf(out, "<%s>\nSubject: ", m->to);
	add_words(out, m->subject);
	str_addc(out, '\n');
	add_date(out, m->at_utc);
	str_addf(out, "Message-ID: <%s@%s>\n", m->id, strchr(m->from, '@') + 1);
	str_add(out, "Auto-Submitted: auto-generated\nMIME-Version: 1.0\n"
	    "Content-Type: text/plain; charset=UTF-8\n"
	    "Content-Transfer-Encoding: quoted-printable\n\n");
	add_quoted(out, m->text);
	return str_ok(out) ? ST_OK : ST_LIMIT;
}

static int64_t
clock_ms(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* In the child: nothing of ours is left open, nothing of our environment. */
static void
child(const char *program, int in)
{
	char *const environment[] = { NULL };
	char name[] = "sendmail", t[] = "-t", i[] = "-i";
	char *const arguments[] = { name, t, i, NULL };
	int null = open("/dev/null", O_WRONLY);
	sigset_t none;

	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	(void)signal(SIGPIPE, SIG_DFL);
	if (null == -1 || dup2(in, 0) == -1 || dup2(null, 1) == -1 ||
	    dup2(null, 2) == -1)
		_exit(126);
	(void)close_range(3, ~0u, 0);
	(void)execve(program, arguments, environment);
	_exit(127);
}

static bool
feed(int fd, const struct str *m, int64_t until_ms)
{
	size_t done = 0;

	while (done < m->len) {
		struct pollfd p = { .fd = fd, .events = POLLOUT };
		int64_t left = until_ms - clock_ms();
		ssize_t n;

		if (left <= 0 || poll(&p, 1, (int)left) != 1)
			return false;
		n = write(fd, m->data + done, m->len - done);
		if (n == -1 && errno != EAGAIN && errno != EINTR)
			return false;
		if (n > 0)
			done += (size_t)n;
	}
	return true;
}

/* Its exit status; -1: too slow, and it was ended. */
static int
wait_for(pid_t pid, int64_t until_ms)
{
	const struct timespec pause = { .tv_nsec = 10 * 1000 * 1000 };
	int status;

	for (;;) {
		pid_t got = waitpid(pid, &status, WNOHANG);

		if (got == pid)
			return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
		if (got == -1 && errno != EINTR)
			return 128;
		if (clock_ms() >= until_ms)
			break;
		(void)nanosleep(&pause, NULL);
	}
	(void)kill(pid, SIGKILL);
	(void)waitpid(pid, &status, 0);
	return -1;
}

enum status
mail_send(const char *program, const struct str *m, struct fault *f)
{
	int64_t until_ms = clock_ms() + MAIL_DEADLINE_S * 1000;
	int fds[2], rc;
	pid_t pid;
	bool fed;

	if (pipe2(fds, O_CLOEXEC) == -1 || (pid = fork()) == -1) {
		fault_set(f, "mail: no process");
		return ST_IO;
	}
	if (pid == 0)
		child(program, fds[0]);
	(void)close(fds[0]);
	(void)fcntl(fds[1], F_SETFL, O_NONBLOCK);
	fed = feed(fds[1], m, until_ms);
	(void)close(fds[1]);
	rc = wait_for(pid, until_ms);
	if (fed && rc == 0)
		return ST_OK;
	fault_set(f, rc == -1 ? "mail: the program was too slow" :
	    "mail: the program ended with status %d", rc);
	return ST_IO;
}
