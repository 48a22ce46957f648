/* str.h - growing text, escaping, UTF-8 checks and number parsing.
 *
 * A struct str grows on the heap up to max bytes; past it, or out of memory,
 * it becomes broken: further additions do nothing and str_ok() is false.
 * Check once, at the end.  data is always terminated by NUL.
 * Layer: base.  May include: libc.
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"

struct str {
	char	*data;
	size_t	 len;		/* bytes, without the NUL */
	size_t	 cap;
	size_t	 max;
	bool	 broken;
};

void	 str_init(struct str *, size_t max_bytes);
void	 str_free(struct str *);
void	 str_reset(struct str *);		/* empty, keeps the memory */
bool	 str_ok(const struct str *);

void	 str_add(struct str *, const char *);
void	 str_addn(struct str *, const char *, size_t n);
void	 str_addc(struct str *, char);
void	 str_addf(struct str *, const char *fmt, ...) PRINTF(2, 3);
void	 str_add_int(struct str *, int64_t);

/* Text for HTML content and quoted attributes: & < > " ' are replaced. */
void	 str_add_html(struct str *, const char *);

/* RFC 3986 unreserved bytes as they are, the others as %XX. */
void	 str_add_url(struct str *, const char *);

/* Valid UTF-8 (RFC 3629), without NUL. */
bool	 utf8_valid(const char *, size_t n);

/* Bytes of the character at s, 1 to 4, of valid UTF-8. */
size_t	 utf8_len(const char *s);

/* Decimal digits only, no sign, no space, at most max.
 * ST_INPUT: empty, other characters, or larger than max. */
enum status str_to_int(const char *, int64_t max, int64_t *ret_n) MUST_CHECK;

/* Same answer time whatever the first difference. */
bool	 str_equal_secret(const char *, const char *);

/* A copy without leading and trailing ASCII space. */
char	*str_trim(struct arena *, const char *);

#endif
