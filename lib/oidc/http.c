#include "oidc/http.h"

#include <curl/curl.h>
#include <stdbool.h>
#include <string.h>

#include "base/str.h"

static size_t
receive(char *part, size_t size, size_t n, void *body)
{
	str_addn(body, part, size * n);
	/* Less than was given ends the transfer. */
	return str_ok(body) ? size * n : 0;
}

enum status
http_start(struct fault *f)
{
	if (curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK)
		return ST_OK;
	fault_set(f, "libcurl does not start");
	return ST_IO;
}

static bool
given(const char *s)
{
	return s != NULL && s[0] != '\0';
}

static void
set_limits(CURL *c)
{
	(void)curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	(void)curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
	(void)curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS,
	    (long)HTTP_CONNECT_MS);
	(void)curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)HTTP_TOTAL_MS);
}

/* What must hold for anything to be sent; false: this libcurl can't. */
static bool
set_security(CURL *c, const struct http_client *client)
{
	bool ok = curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "https") ==
	    CURLE_OK && curl_easy_setopt(c, CURLOPT_SSLVERSION,
	    (long)CURL_SSLVERSION_TLSv1_2) == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK &&
	    /* Not what the environment says. */
	    curl_easy_setopt(c, CURLOPT_PROXY, given(client->proxy) ?
	    client->proxy : "") == CURLE_OK;

	if (ok && given(client->ca))
		ok = curl_easy_setopt(c, CURLOPT_CAINFO, client->ca) ==
		    CURLE_OK && curl_easy_setopt(c, CURLOPT_CAPATH, NULL) ==
		    CURLE_OK;
	if (ok && given(client->cert))
		ok = curl_easy_setopt(c, CURLOPT_SSLCERT, client->cert) ==
		    CURLE_OK && curl_easy_setopt(c, CURLOPT_SSLKEY,
		    client->key) == CURLE_OK;
	return ok;
}

static enum oidc_reason
outcome(CURLcode rc, const struct http_call *call, struct fault *f)
{
	if (rc == CURLE_OK)
		return OIDC_OK;
	fault_set(f, "psc: %s: %s", call->what, rc == CURLE_WRITE_ERROR ?
	    "the answer is too large" : curl_easy_strerror(rc));
	return rc == CURLE_WRITE_ERROR ? OIDC_TOO_LARGE :
	    rc == CURLE_OPERATION_TIMEDOUT ? OIDC_SLOW : OIDC_DOWN;
}

static CURLcode
perform(CURL *c, const struct http_call *call, struct str *body)
{
	struct curl_slist *headers = curl_slist_append(NULL,
	    "Accept: application/json"), *more = headers;
	CURLcode rc = CURLE_OUT_OF_MEMORY;

	if (headers != NULL && call->authorization != NULL)
		more = curl_slist_append(headers, call->authorization);
	(void)curl_easy_setopt(c, CURLOPT_URL, call->url);
	(void)curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
	(void)curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, receive);
	(void)curl_easy_setopt(c, CURLOPT_WRITEDATA, body);
	if (call->form != NULL)
		(void)curl_easy_setopt(c, CURLOPT_POSTFIELDS, call->form);
	if (more != NULL)
		rc = curl_easy_perform(c);
	curl_slist_free_all(headers);
	return rc;
}

enum oidc_reason
http_ask(const struct http_client *client, const struct http_call *call,
    struct arena *a, struct fault *f, struct http_answer *ret)
{
	CURL *c = curl_easy_init();
	enum oidc_reason why = OIDC_DOWN;
	struct str body;
	long status = 0;

	str_init(&body, HTTP_BYTES_MAX);
	if (c == NULL || !set_security(c, client)) {
		fault_set(f, "psc: libcurl can't do what is needed");
	} else {
		set_limits(c);
		why = outcome(perform(c, call, &body), call, f);
	}
	if (why == OIDC_OK) {
		(void)curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
		*ret = (struct http_answer){ .status = (int)status,
		    .body = arena_strndup(a, body.len == 0 ? "" : body.data,
		    body.len), .n = body.len };
	}
	curl_easy_cleanup(c);
	str_free(&body);
	return why;
}
