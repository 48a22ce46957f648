/* department_sheet.h - the bulletin of a département, from plain day points.
 *
 * Owns: everything made lives in the arena given.
 * Layer: chart.  May include: base, chart.
 */
#ifndef CHART_DEPARTMENT_SHEET_H
#define CHART_DEPARTMENT_SHEET_H

#include "chart/bulletin.h"
#include "chart/department.h"

/* Describe an A4 document: the four charts, then a table by day. */
void	 department_bulletin(struct arena *, const struct department_data *,
	    struct bulletin *ret);

#endif
