/* SPDX-License-Identifier: MIT
 * html.c: the report as one HTML page: the JSON report inside a page that
 * draws it (page.html, page.css, page.js).  Nothing is loaded from elsewhere,
 * and the page's own policy forbids it. */
#include "report/format.h"
#include "report/page.h"

void lgc_html_report(const struct lgc_format_job *job)
{
    const struct lgc_finding *f = job->finding;
    lgc_out_str(job->out, page_head);
    lgc_out_str(job->out, "leaks of ");
    lgc_out_xml(job->out, f->exe != NULL ? lgc_format_base_name(f->exe) : "a process");
    lgc_out_str(job->out, page_body);
    job->out->in_html = true;
    lgc_json_report(job);
    job->out->in_html = false;
    lgc_out_str(job->out, page_end);
}
