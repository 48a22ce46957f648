/* public.c - what anybody may read: who publishes this site, what it asks of
 * its users, who helps, and how accessible it is.  The words are in the
 * templates, the operator's particulars in the settings. */
#include "base/french.h"
#include "handlers.h"
#include "page.h"

#define KEYS(X) LAYOUT_KEYS(X) X(operator) X(operator_address)		\
	X(operator_phone) X(operator_phone_href) X(director) X(host)	\
	X(host_address) X(host_phone) X(host_phone_href) X(public_url)	\
	X(conditions_version) X(request_id)
PAGE_SPEC(legal, "legal.html", KEYS);
#define SPEC(name, file_) const struct page_spec page_spec_##name = {	\
	.file = file_, .keys = legal_keys, .n_keys = K__MAX }
SPEC(accessibility, "accessibility.html");
SPEC(terms, "terms.html");
SPEC(assistance, "assistance.html");

static enum status
show(struct request *rq, struct response *rs, const char *title,
    enum page_id page)
{
	const struct conf *c = rq->app->conf;
	struct view *v = page_begin(rq, title, NAV_NONE);
	const char *phone = conf_text(c, CONF_OPERATOR_PHONE);
	const char *host = conf_text(c, CONF_HOST_PHONE);

	view_text(v, K_operator, conf_text(c, CONF_OPERATOR));
	view_text(v, K_operator_address, conf_text(c, CONF_OPERATOR_ADDRESS));
	if (phone[0] != '\0') {
		view_text(v, K_operator_phone, phone);
		view_text(v, K_operator_phone_href, fr_phone_href(rq->arena,
		    phone));
	}
	view_text(v, K_director, conf_text(c, CONF_DIRECTOR));
	view_text(v, K_host, conf_text(c, CONF_HOST));
	view_text(v, K_host_address, conf_text(c, CONF_HOST_ADDRESS));
	if (host[0] != '\0') {
		view_text(v, K_host_phone, host);
		view_text(v, K_host_phone_href, fr_phone_href(rq->arena,
		    host));
	}
	view_text(v, K_public_url, conf_text(c, CONF_PUBLIC_URL));
	view_text(v, K_conditions_version, conf_text(c, CONF_CONDITIONS));
	view_text(v, K_request_id, rq->id);
	return page_end(rq, rs, page, v);
}

enum status
page_legal(struct request *rq, struct response *rs)
{
	return show(rq, rs, "Mentions légales", PAGE_legal);
}

enum status
page_accessibility(struct request *rq, struct response *rs)
{
	return show(rq, rs, "Accessibilité", PAGE_accessibility);
}

enum status
page_terms(struct request *rq, struct response *rs)
{
	return show(rq, rs, "Conditions d’utilisation", PAGE_terms);
}

enum status
page_assistance(struct request *rq, struct response *rs)
{
	return show(rq, rs, "Assistance", PAGE_assistance);
}
