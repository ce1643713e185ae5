/* SPDX-License-Identifier: MIT
 * topsession.c: questions and answers of leaksgc top. */
#include "tool/topsession.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static bool ask(struct lgc_topsession *s, struct lgc_message_request *request)
{
    if (!s->ended && !lgc_client_ask(s->link.fd, request, -1))
        s->ended = true;
    return !s->ended;
}

bool lgc_topsession_ask_heap(struct lgc_topsession *s)
{
    struct lgc_message_request request;
    lgc_message_init(&request, LGC_MESSAGE_heap);
    request.value[LGC_MESSAGE_heap_top] = s->most;
    return ask(s, &request);
}

bool lgc_topsession_ask_check(struct lgc_topsession *s)
{
    struct lgc_message_request request;
    lgc_message_init(&request, LGC_MESSAGE_lost);
    return ask(s, &request);
}

static void take_check(struct lgc_topsession *s, const struct lgc_client_answer *a)
{
    s->check = lgc_link_number(a, "check");
    s->lost_bytes = lgc_link_number(a, "direct_bytes") + lgc_link_number(a, "indirect_bytes");
    s->lost_objects = lgc_link_number(a, "direct_objects") + lgc_link_number(a, "indirect_objects");
}

static void take_heap(struct lgc_topsession *s, const struct lgc_client_answer *a)
{
    if (a->file >= 0 && lgc_toplist_read(&s->list, lgc_link_file(a)) != 0)
        s->ended = true;
    lgc_heapview_read(&s->view, a);
    s->view.sites = &s->list;
    if (!lgc_top_update(&s->top, &s->view))
        s->ended = true;
}

void lgc_topsession_hear(struct lgc_topsession *s)
{
    struct lgc_client_answer answer;
    uint64_t check;
    if (!lgc_client_hear(s->link.fd, &answer)) {
        s->ended = s->ended || errno != EINTR;
        return;
    }
    if (lgc_message_is(answer.text, LGC_MESSAGE_OK)) {
        if (lgc_message_number(answer.text, "check", &check))
            take_check(s, &answer);
        else
            take_heap(s, &answer);
    }
    if (answer.file >= 0)
        close(answer.file);
}

void lgc_topsession_free(struct lgc_topsession *s)
{
    lgc_top_free(&s->top);
    lgc_toplist_free(&s->list);
    lgc_link_close(&s->link);
}
