#include "outcome.h"

static const struct { int http; const char *code; } codes[] = {
	{ 200, "informational" },
	{ 400, "invalid" },
	{ 401, "login" },
	{ 403, "forbidden" },
	{ 404, "not-found" },
	{ 405, "not-supported" },
	{ 409, "conflict" },
	{ 412, "conflict" },
	{ 413, "too-long" },
	{ 415, "not-supported" },
	{ 422, "not-supported" },
	{ 429, "throttled" },
	{ 503, "transient" },
};

const char *
outcome_code(int http)
{
	size_t i;

	for (i = 0; i < N_ELEM(codes); i++)
		if (codes[i].http == http)
			return codes[i].code;
	return "processing";
}

static void
add_string(struct str *s, const char *text)
{
	str_addc(s, '"');
	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '"' || c == '\\')
			str_addc(s, '\\');
		if (c < 0x20)
			str_addf(s, "\\u%04x", c);
		else
			str_addc(s, *text);
	}
	str_addc(s, '"');
}

void
outcome_add(struct str *s, int http, const struct outcome_issue *v, size_t n)
{
	size_t i;

	str_add(s, "{\"resourceType\":\"OperationOutcome\",\"issue\":[");
	for (i = 0; i < n; i++) {
		str_addf(s, "%s{\"severity\":\"%s\",\"code\":\"%s\","
		    "\"diagnostics\":", i == 0 ? "" : ",",
		    http < 400 ? "information" : "error", v[i].code);
		add_string(s, v[i].diagnostics);
		if (v[i].expression != NULL) {
			str_add(s, ",\"expression\":[");
			add_string(s, v[i].expression);
			str_addc(s, ']');
		}
		str_addc(s, '}');
	}
	str_add(s, "]}");
}

void
outcome_write(struct response *rs, int http, const struct outcome_issue *v,
    size_t n)
{
	rs->http = http;
	rs->type = FHIR_JSON;
	outcome_add(rs->body, http, v, n);
	str_addc(rs->body, '\n');
}
