/* mail.h - plain mails: written from templates/mail, handed to a program.
 *
 * Text is UTF-8 in quoted-printable; nothing that comes from outside reaches
 * a header but as an encoded word or a checked address, so that no header can
 * be slipped in.  The program (setting sendmail) is run without a shell, with
 * « -t -i » alone, and given MAIL_DEADLINE_S.
 * Clock: reads the monotonic one, for the deadline only.
 * Layer: fcgi.  May include: lib.
 */
#ifndef FCGI_MAIL_H
#define FCGI_MAIL_H

#include "base/conf.h"
#include "base/str.h"

enum { MAIL_DEADLINE_S = 10, MAIL_BYTES_MAX = 64 * 1024 };

struct mail {
	const char	*from, *to;	/* addresses */
	const char	*to_name;	/* or NULL */
	const char	*subject;
	const char	*text;		/* UTF-8, LF */
	const char	*id;		/* left part of the Message-ID */
	int64_t		 at_utc;
};

/* One address, ASCII, without space, control, comma, quote or angle bracket,
 * with one @: what a header may hold as it is. */
bool	 mail_address_valid(const char *);

/* The whole message.  ST_INPUT: an address is not one; ST_LIMIT: too long. */
enum status mail_write(struct str *out, const struct mail *) MUST_CHECK;

/* Run the program with the message on its standard input.
 * ST_IO: not started, too slow (it is ended), or an exit status not 0. */
enum status mail_send(const char *program, const struct str *message,
	    struct fault *) MUST_CHECK;

#endif
