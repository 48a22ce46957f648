/* report_bulletin.c - /rapports/departement/{code}.pdf: A4, to print or send.
 *
 * The document that the nightly job files, for the days and the choice asked.
 */
#include "base/clock.h"
#include "chart/department_sheet.h"
#include "handlers.h"
#include "pages/report.h"

enum status
page_report_pdf(struct request *rq, struct response *rs)
{
	struct department_data data;
	struct report_days days = { 0 };
	struct report_ask q = { 0 };
	struct bulletin doc;
	bool unchanged = false;
	enum status st;
	int pages;

	if ((st = report_file_read(rq, rs, &q, &unchanged)) != ST_OK ||
	    unchanged)
		return st;
	if ((st = report_department_get(rq, &q, &days)) != ST_OK)
		return st;
	data = report_drawing(rq, &q, &days);
	department_bulletin(rq->arena, &data, &doc);
	response_file(rs, "application/pdf", arena_printf(rq->arena,
	    "bulletin-%s-%s-%s.pdf", q.departement->code,
	    day_iso(rq->arena, q.first_day), day_iso(rq->arena, q.last_day)));
	return bulletin_render(&doc, rs->body, &pages, &rq->fault);
}
