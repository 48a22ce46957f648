#include "request.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "fields.h"
#include "multipart.h"

enum { QUERY_FIELDS_MAX = 64, FORM_FIELDS_MAX = 4096, PATH_MAX_BYTES = 512 };

static const struct { const char *name; enum method m; } methods[] = {
	{ "GET", M_GET }, { "HEAD", M_GET }, { "POST", M_POST },
	{ "PATCH", M_PATCH },
};

static void
read_line(struct request *rq, const struct io *io)
{
	const char *m = io_param(io, "REQUEST_METHOD");
	const char *path = io_param(io, "DOCUMENT_URI");
	const char *q = io_param(io, "QUERY_STRING");
	const char *addr = io_param(io, "REMOTE_ADDR");
	size_t i;

	rq->method = M_OTHER;
	for (i = 0; m != NULL && i < N_ELEM(methods); i++)
		if (strcmp(methods[i].name, m) == 0)
			rq->method = methods[i].m;
	rq->head = m != NULL && strcmp(m, "HEAD") == 0;
	rq->path = path == NULL ? "" : path;
	rq->query_string = q == NULL ? "" : q;
	rq->address = addr == NULL ? "" : addr;
}

/* Parameters that nginx alone can set: no header becomes ROR_*. */
static void
read_certificate(struct request *rq, const struct io *io)
{
	const char *verify = io_param(io, "ROR_CLIENT_VERIFY");
	const char *subject = io_param(io, "ROR_CLIENT_SUBJECT");
	const char *pem = io_param(io, "ROR_CLIENT_CERT");

	rq->certificate.verified = verify != NULL && subject != NULL &&
	    pem != NULL && strcmp(verify, "SUCCESS") == 0 &&
	    utf8_valid(subject, strlen(subject));
	rq->certificate.subject = subject;
	rq->certificate.pem = pem;
}

static void
read_headers(struct request *rq, const struct io *io)
{
	const char *accept = io_param(io, "HTTP_ACCEPT");
	const char *theme;

	rq->if_none_match = io_param(io, "HTTP_IF_NONE_MATCH");
	rq->if_match = io_param(io, "HTTP_IF_MATCH");
	rq->authorization = io_param(io, "HTTP_AUTHORIZATION");
	rq->content_type = io_param(io, "CONTENT_TYPE");
	if (rq->content_type == NULL)
		rq->content_type = "";
	read_certificate(rq, io);
	rq->wants_json = accept != NULL &&
	    strncmp(accept, "application/json", 16) == 0;
	rq->background = io_param(io, "HTTP_X_VEILLE") != NULL;
	theme = request_cookie(rq, "theme");
	if (theme != NULL && (strcmp(theme, "light") == 0 ||
	    strcmp(theme, "dark") == 0))
		rq->theme = theme;
}

/* The declared length; ST_LIMIT before a byte is read. */
static enum status
body_length(struct request *rq, const struct io *io, size_t *ret)
{
	const char *text = io_param(io, "CONTENT_LENGTH");
	int64_t max = conf_int(rq->app->conf, rq->app->pool == POOL_API ?
	    CONF_BATCH_KB : rq->multipart ? CONF_UPLOAD_KB :
	    CONF_BODY_KB) * 1024;
	int64_t n = 0;

	if (text != NULL && text[0] != '\0' &&
	    str_to_int(text, max, &n) != ST_OK) {
		fault_set(&rq->fault, "body: length over the limit");
		return ST_LIMIT;
	}
	*ret = (size_t)n;
	return ST_OK;
}

static enum status
body_read(struct request *rq, struct io *io)
{
	char *buf;
	enum status st;
	size_t n, got = 0, part;

	rq->multipart = rq->app->pool == POOL_APP &&
	    strncmp(rq->content_type, "multipart/form-data", 19) == 0;
	if ((st = body_length(rq, io, &n)) != ST_OK || n == 0)
		return st;
	buf = arena_alloc(rq->arena, n + 1);
	while (got < n && (part = io_read(io, buf + got, n - got)) > 0)
		got += part;
	if (got < n) {
		fault_set(&rq->fault, "body: shorter than announced");
		return ST_INPUT;
	}
	rq->body = buf;
	rq->body_n = n;
	if (rq->multipart) {
		const char *b = multipart_boundary(rq->arena,
		    rq->content_type);

		if (b != NULL)
			return multipart_parse(rq->arena, b, buf, n,
			    &rq->fault, &rq->form, &rq->file);
		fault_set(&rq->fault, "multipart: no boundary");
		return ST_INPUT;
	}
	if (strncmp(rq->content_type,
	    "application/x-www-form-urlencoded", 33) != 0)
		return ST_OK;
	return fields_parse(rq->arena, buf, n, FORM_FIELDS_MAX, &rq->fault,
	    &rq->form);
}

enum status
request_read(struct request *rq, struct app *app, struct io *io, int64_t now)
{
	const char *cookie = io_param(io, "HTTP_COOKIE");
	enum status st;

	*rq = (struct request){ .app = app, .arena = app->arena,
	    .db = &app->db, .now = now };
	random_hex(rq->id, 8);
	read_line(rq, io);
	if (strlen(rq->path) > PATH_MAX_BYTES ||
	    !utf8_valid(rq->path, strlen(rq->path))) {
		fault_set(&rq->fault, "path: too long or not UTF-8");
		rq->path = "";
		return ST_INPUT;
	}
	if (strstr(rq->query_string, "%00") != NULL) {
		fault_set(&rq->fault, "query: %%00");
		return ST_INPUT;
	}
	if (cookie != NULL && (st = fields_cookies(rq->arena, cookie,
	    &rq->fault, &rq->cookies)) != ST_OK)
		return st;
	read_headers(rq, io);
	if ((st = fields_parse(rq->arena, rq->query_string,
	    strlen(rq->query_string), QUERY_FIELDS_MAX, &rq->fault,
	    &rq->query)) != ST_OK)
		return st;
	return body_read(rq, io);
}

const char *
request_query(const struct request *rq, const char *name)
{
	return fields_get(&rq->query, name);
}

const char *
request_form(const struct request *rq, const char *name)
{
	return fields_get(&rq->form, name);
}

const char *
request_cookie(const struct request *rq, const char *name)
{
	return fields_get(&rq->cookies, name);
}

const char *
request_inet(const struct request *rq)
{
	unsigned char buf[sizeof(struct in6_addr)];

	return inet_pton(AF_INET, rq->address, buf) == 1 ||
	    inet_pton(AF_INET6, rq->address, buf) == 1 ? rq->address : NULL;
}

const char *
request_arg(const struct request *rq, int i)
{
	return rq->args[i];
}
