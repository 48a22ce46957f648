#include "ldap/policy.h"

#include <limits.h>

enum { TAG_SEQUENCE = 0x30, TAG_WARNING = 0xa0, TAG_EXPIRES = 0x80,
	TAG_GRACE = 0x81, TAG_ERROR = 0x81 };

struct bytes {
	const unsigned char	*p;
	size_t			 n;
};

/* Take one element off the front.  Only lengths under 128 occur here. */
static enum status
element(struct bytes *b, unsigned char *ret_tag, struct bytes *ret)
{
	if (b->n < 2 || b->p[1] > 127 || b->p[1] > b->n - 2)
		return ST_INPUT;
	*ret_tag = b->p[0];
	*ret = (struct bytes){ b->p + 2, b->p[1] };
	b->p += 2 + ret->n;
	b->n -= 2 + ret->n;
	return ST_OK;
}

/* A number of 1 to 5 bytes that is not negative and fits an int. */
static enum status
number(struct bytes b, int *ret)
{
	long long v = 0;
	size_t i;

	if (b.n < 1 || b.n > 5 || (b.p[0] & 0x80) != 0)
		return ST_INPUT;
	for (i = 0; i < b.n; i++)
		v = v << 8 | b.p[i];
	if (v > INT_MAX)
		return ST_INPUT;
	*ret = (int)v;
	return ST_OK;
}

static enum status
warning(struct bytes b, struct policy *p)
{
	unsigned char tag;
	struct bytes v;

	if (element(&b, &tag, &v) != ST_OK || b.n != 0)
		return ST_INPUT;
	if (tag == TAG_EXPIRES)
		return number(v, &p->expires_s);
	if (tag == TAG_GRACE)
		return number(v, &p->grace);
	return ST_INPUT;
}

static enum status
error(struct bytes b, struct policy *p)
{
	int code;

	if (number(b, &code) != ST_OK || code >= POLICY__MAX)
		return ST_INPUT;
	p->error = (enum policy_error)code;
	return ST_OK;
}

enum status
policy_decode(const void *value, size_t n, struct policy *ret)
{
	struct policy p = { POLICY_NONE, -1, -1 };
	struct bytes all = { value, n }, seq, v;
	unsigned char tag, last = 0;
	enum status st;

	if (element(&all, &tag, &seq) != ST_OK || tag != TAG_SEQUENCE ||
	    all.n != 0)
		return ST_INPUT;
	while (seq.n > 0) {
		if (element(&seq, &tag, &v) != ST_OK || tag == last ||
		    (last == TAG_ERROR && tag == TAG_WARNING))
			return ST_INPUT;
		st = tag == TAG_WARNING ? warning(v, &p) :
		    tag == TAG_ERROR ? error(v, &p) : ST_INPUT;
		if (st != ST_OK)
			return st;
		last = tag;
	}
	*ret = p;
	return ST_OK;
}
