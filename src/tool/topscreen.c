/* SPDX-License-Identifier: MIT
 * topscreen.c: leaksgc top in the terminal: draws the lines of toplines.c, and
 * follows the keys. */
#include "tool/topsession.h"

#include <ctype.h>
#include <curses.h>
#include <errno.h>
#include <langinfo.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { LINE = 2048, LEAST_NS = 100000000, ESCAPE = 27, ERASE = 127 };
static const uint64_t most_ns = 3600 * 1000000000ull;

enum mode { LIST, STACK, HELP, FILTER };

struct screen {
    struct lgc_topsession *s;
    enum mode mode;
    bool paused, waiting, checking;  /* for an answer                        */
    uint64_t asked_ns;               /* when last                            */
    uint64_t answers;
    int scroll;                      /* of the stack or the help             */
    char typed[LGC_TOP_FILTER];
};

static volatile sig_atomic_t interrupted;
static void on_signal(int sig) { interrupted = sig; }

static uint64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* ---- drawing ---------------------------------------------------------- */

/* The last column of the last line stays free: some terminals would scroll. */
static unsigned width(void) { return COLS > 1 ? (unsigned)COLS - 1 : 1; }

static void put(int y, attr_t how, const char *line)
{
    char text[LINE];
    if (y < 0 || y >= LINES)
        return;
    lgc_top_text(text, sizeof text, line, width());
    attrset(how);
    mvaddstr(y, 0, text);
    if (how & (A_REVERSE | A_STANDOUT)) /* to the edge */
        for (int x = getcurx(stdscr); x < (int)width(); x++)
            addch(' ');
    attrset(A_NORMAL);
}

static void put_title(const struct screen *c)
{
    char line[256], every[32];
    const struct lgc_topsession *s = c->s;
    lgc_number_time(every, sizeof every, s->series.interval_ns);
    snprintf(line, sizeof line, "%s%s (%d)   every %s   by %s%s", s->ended ? "ENDED: " : c->paused ? "PAUSED: " : "",
             s->link.process.name, (int)s->link.process.pid, every, lgc_top_order_name(s->top.order),
             s->top.backwards ? ", backwards" : "");
    put(0, s->ended ? A_BOLD | A_STANDOUT : A_BOLD, line);
}

static void put_lost(const struct screen *c, int y)
{
    char line[128], size[32];
    lgc_number_size(size, sizeof size, c->s->lost_bytes);
    if (c->checking)
        put(y, A_NORMAL, "lost: checking ...");
    else if (c->s->check == 0)
        put(y, A_NORMAL, "lost: press c for a check");
    else {
        snprintf(line, sizeof line, "lost: %s in %llu object(s), check %llu", size,
                 (unsigned long long)c->s->lost_objects, (unsigned long long)c->s->check);
        put(y, c->s->lost_objects > 0 ? A_BOLD : A_NORMAL, line);
    }
}

/* How many lines there are above the table; few on a small terminal. */
static int head_lines(void) { return LINES >= 14 ? 6 : LINES >= 8 ? 3 : 2; }
static int table_rows(void) { return LINES - head_lines() - 1 > 0 ? LINES - head_lines() - 1 : 0; }

static void draw_head(const struct screen *c)
{
    const struct lgc_top *t = &c->s->top;
    int lines = head_lines(), y = 1;
    char line[LINE];
    put_title(c);
    if (lines >= 3) {
        lgc_top_memory_line(t, line, sizeof line, width());
        put(y++, A_NORMAL, line);
    }
    if (lines >= 6) {
        lgc_top_rate_line(t, line, sizeof line, width());
        put(y++, A_NORMAL, line);
        put_lost(c, y++);
        lgc_top_history_line(t, strcmp(nl_langinfo(CODESET), "UTF-8") == 0, line, sizeof line, width());
        put(y++, A_NORMAL, line);
    }
    lgc_top_heading(line, sizeof line, width());
    put(y, A_REVERSE, line);
}

static void draw_list(const struct screen *c)
{
    struct lgc_top *t = &c->s->top;
    int rows = table_rows();
    char line[LINE];
    draw_head(c);
    lgc_top_move(t, 0, (size_t)rows);
    for (int i = 0; i < rows && t->first + (size_t)i < t->nshown; i++) {
        size_t at = t->first + (size_t)i;
        lgc_top_row(t, at, line, sizeof line, width());
        put(head_lines() + i, at == t->selected ? A_STANDOUT : A_NORMAL, line);
    }
    if (t->nshown == 0 && t->times > 0)
        put(head_lines(), A_DIM, t->n == 0 ? "nothing is live" : "no site has such a name");
    if (c->mode == FILTER)
        snprintf(line, sizeof line, "filter: %s_", c->typed);
    else if (c->waiting && t->times == 0)
        snprintf(line, sizeof line, "looking up names ...");
    else if (t->filter[0] != '\0')
        snprintf(line, sizeof line, "filter: %s   (%zu of %zu sites)   / changes it", t->filter, t->nshown, t->n);
    else
        snprintf(line, sizeof line, "h help   Enter stack   s sort   / filter   c check   space pause   q quit");
    put(LINES - 1, A_DIM, line);
}

/* Lines of a text from `scroll` on; returns how many there are. */
static int draw_text(const char *text, int y, int scroll)
{
    int n = 0;
    for (const char *at = text; *at != '\0'; n++) {
        const char *end = strchr(at, '\n');
        if (n >= scroll && y + n - scroll < LINES - 1)
            put(y + n - scroll, A_NORMAL, at);
        at = end != NULL ? end + 1 : at + strlen(at);
    }
    return n;
}

static void clamp(struct screen *c, int lines, int above)
{
    int most = lines - (LINES - 1 - above);
    c->scroll = c->scroll > most ? most : c->scroll;
    c->scroll = c->scroll < 0 ? 0 : c->scroll;
}

static void draw_stack(struct screen *c)
{
    const struct lgc_top_site *site = lgc_top_marked(&c->s->top);
    char line[128];
    if (site == NULL) {
        c->mode = LIST;
        draw_list(c);
        return;
    }
    snprintf(line, sizeof line, "%llu byte(s) live in %llu object(s) allocated from:", (unsigned long long)site->bytes,
             (unsigned long long)site->objects);
    put(0, A_BOLD, line);
    const char *frames = site->frames != NULL ? site->frames : site->label;
    clamp(c, draw_text(frames, 1, LINES), 1);
    draw_text(frames, 1, c->scroll);
    put(LINES - 1, A_DIM, "arrows scroll   Enter back");
}

static void draw_help(struct screen *c)
{
    static const char help[] =
        "Up Down k j, Page Up, Page Down, Home End   move the mark\n"
        "Enter        the whole stack of the marked site\n"
        "s            sort by the next column: bytes, objects, growth, site\n"
        "r            the other way round\n"
        "/            only sites whose stack holds a text (letters of any case)\n"
        "c            a check now: how much is lost\n"
        "space        pause, and go on\n"
        "+ -          twice, half the interval\n"
        "Ctrl-L       draw again\n"
        "q            end\n"
        "\n"
        "GROWTH/S is since the last time, SINCE is since the site was first listed.\n"
        "SHARE is of all live bytes.\n";
    put(0, A_BOLD, "leaksgc top: keys");
    clamp(c, draw_text(help, 2, LINES), 2);
    draw_text(help, 2, c->scroll);
    put(LINES - 1, A_DIM, "any key: back");
}

static void draw(struct screen *c)
{
    erase();
    if (c->mode == STACK)
        draw_stack(c);
    else if (c->mode == HELP)
        draw_help(c);
    else
        draw_list(c);
    refresh();
}

/* ---- keys ------------------------------------------------------------- */

static void key_filter(struct screen *c, int key)
{
    size_t n = strlen(c->typed);
    if (key == '\n' || key == KEY_ENTER || key == ESCAPE) {
        if (key != ESCAPE)
            memcpy(c->s->top.filter, c->typed, sizeof c->typed);
        c->mode = LIST;
    } else if ((key == KEY_BACKSPACE || key == ERASE || key == '\b') && n > 0) {
        c->typed[n - 1] = '\0';
    } else if (key < 256 && isprint(key) && n + 1 < sizeof c->typed) {
        c->typed[n] = (char)key;
        c->typed[n + 1] = '\0';
    }
    lgc_top_arrange(&c->s->top);
}

static void change_interval(struct lgc_series *series, bool longer)
{
    uint64_t ns = longer ? series->interval_ns * 2 : series->interval_ns / 2;
    series->interval_ns = ns < LEAST_NS ? LEAST_NS : ns > most_ns ? most_ns : ns;
}

static void move_by(struct screen *c, long by)
{
    if (c->mode == LIST)
        lgc_top_move(&c->s->top, by, (size_t)table_rows());
    else
        c->scroll += by > 1000 ? 1000 : by < -1000 ? -1000 : (int)by;
}

/* Keys that move, in every mode.  False: it is none. */
static bool key_moves(struct screen *c, int key)
{
    switch (key) {
    case KEY_UP: case 'k': move_by(c, -1); return true;
    case KEY_DOWN: case 'j': move_by(c, 1); return true;
    case KEY_PPAGE: move_by(c, -(table_rows() > 1 ? table_rows() : 1)); return true;
    case KEY_NPAGE: move_by(c, table_rows() > 1 ? table_rows() : 1); return true;
    case KEY_HOME: case 'g': move_by(c, -1000000); return true;
    case KEY_END: case 'G': move_by(c, 1000000); return true;
    default: return false;
    }
}

static void key_list(struct screen *c, int key)
{
    struct lgc_top *t = &c->s->top;
    switch (key) {
    case '\n': case KEY_ENTER: c->mode = lgc_top_marked(t) != NULL ? STACK : LIST; c->scroll = 0; break;
    case 's': t->order = (enum lgc_top_order)((t->order + 1) % LGC_TOP_ORDERS); break;
    case 'r': t->backwards = !t->backwards; break;
    case '/': c->mode = FILTER; memcpy(c->typed, t->filter, sizeof c->typed); break;
    case 'h': case '?': c->mode = HELP; c->scroll = 0; break;
    case 'c': c->checking = lgc_topsession_ask_check(c->s); break;
    case ' ': c->paused = !c->paused; break;
    case '+': change_interval(&c->s->series, true); break;
    case '-': change_interval(&c->s->series, false); break;
    default: break;
    }
    lgc_top_arrange(t);
}

/* False: the user wants to end. */
static bool handle(struct screen *c, int key)
{
    if (key == '\f' || key == KEY_RESIZE) {
        clearok(stdscr, TRUE);
        return true;
    }
    if (c->mode == FILTER) {
        key_filter(c, key);
    } else if (key_moves(c, key)) {
        return true;
    } else if (c->mode != LIST) {
        c->mode = LIST;
    } else if (key == 'q') {
        return false;
    } else if (!(key == 'c' && c->checking)) {
        key_list(c, key);
    }
    return true;
}

/* ---- the loop --------------------------------------------------------- */

static int time_left(const struct screen *c)
{
    uint64_t due = c->asked_ns + c->s->series.interval_ns, now = now_ns();
    if (c->waiting || c->checking || c->paused || c->s->ended)
        return -1;
    return due <= now ? 0 : (int)((due - now + 999999) / 1000000);
}

static void hear(struct screen *c)
{
    unsigned times = c->s->top.times;
    uint64_t check = c->s->check;
    lgc_topsession_hear(c->s);
    if (c->s->top.times != times) {
        c->waiting = false;
        c->answers++;
    } else if (c->s->check != check) {
        c->checking = false;
    } else {
        c->waiting = c->checking = false; /* an error: asked again when it is due */
    }
}

/* False: the terminal is gone. */
static bool wait_for_something(struct screen *c)
{
    struct pollfd fds[2] = { { .fd = STDIN_FILENO, .events = POLLIN },
                             { .fd = c->s->ended ? -1 : c->s->link.fd, .events = POLLIN } };
    if (poll(fds, 2, time_left(c)) < 0)
        return errno == EINTR;
    if (fds[1].revents != 0)
        hear(c);
    return (fds[0].revents & (POLLERR | POLLNVAL)) == 0 && !((fds[0].revents & POLLHUP) && !(fds[0].revents & POLLIN));
}

/* One question at a time. */
static void ask(struct screen *c)
{
    if (time_left(c) != 0)
        return;
    c->waiting = lgc_topsession_ask_heap(c->s);
    c->asked_ns = now_ns();
}

static void loop(struct screen *c)
{
    const struct lgc_series *series = &c->s->series;
    c->asked_ns = now_ns() - series->interval_ns;
    while (!interrupted && (series->count == 0 || c->answers < series->count)) {
        int key;
        ask(c);
        draw(c);
        if (!wait_for_something(c))
            return;
        while ((key = getch()) != ERR)
            if (!handle(c, key))
                return;
    }
}

static void watch_signals(void)
{
    struct sigaction sa;
    memset(&sa, 0, sizeof sa);
    sa.sa_handler = on_signal;
    sigaction(SIGINT, &sa, NULL);
    sigaction(SIGTERM, &sa, NULL);
    sigaction(SIGHUP, &sa, NULL);
}

int lgc_topscreen_run(struct lgc_topsession *s)
{
    struct screen c = { .s = s };
    const char *term = getenv("TERM");
    SCREEN *terminal = NULL;
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
        lgc_cli_say("top needs a terminal; 'leaksgc top --batch' and 'leaksgc heap -i 1s' write lines");
        return LGC_EXIT_FAILED;
    }
    watch_signals(); /* before curses, which leaves handlers alone that are there */
    set_escdelay(50);
    if (term != NULL && term[0] != '\0')
        terminal = newterm(NULL, stdout, stdin);
    if (terminal == NULL) {
        lgc_cli_say("the terminal '%s' (TERM) is not known; 'leaksgc top --batch' writes lines", term != NULL ? term : "");
        return LGC_EXIT_FAILED;
    }
    cbreak();
    noecho();
    nodelay(stdscr, TRUE);
    keypad(stdscr, TRUE);
    curs_set(0);
    loop(&c);
    endwin();
    delscreen(terminal);
    if (s->ended)
        lgc_cli_say("process %d (%s) has ended", (int)s->link.process.pid, s->link.process.name);
    return 0;
}
