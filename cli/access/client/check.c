/*
 * netdiag --check: a monitoring plugin (Monitoring Plugins Development Guidelines): one line, and
 * the status 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.
 *
 * The verdict is the switch's, of `show tcp check`. Whatever else comes, a refusal, nothing, or the
 * words of a switch that does not know the command, is UNKNOWN and why.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "fields.h"

/* What a line of the switch's begins with, in the order of the statuses. */
static const char *const verdicts[] = {"TCP OK - ", "TCP WARNING - ", "TCP CRITICAL - ",
                                       "TCP UNKNOWN - "};

#define UNKNOWN 3

/* Monitoring systems give a plugin ten seconds as a rule; connecting may take half of them. */
#define TIMEOUT_MS 4000

/* The status of a line; -1: it is no verdict. */
static int status_of(const char *line)
{
    for (int status = 0; status <= UNKNOWN; status++) {
        if (strncmp(line, verdicts[status], strlen(verdicts[status])) == 0)
            return status;
    }
    return -1;
}

/* Digits alone, one to three: nothing else gets into the command. */
static bool is_percent(const char *given)
{
    size_t digits = strspn(given, "0123456789");
    long percent = digits > 0 && digits <= 3 ? strtol(given, NULL, 10) : 0;

    return given[digits] == '\0' && percent >= 1 && percent <= 100;
}

static int say_unknown(const char *why)
{
    printf("%s%.*s\n", verdicts[UNKNOWN], (int)strcspn(why, "\r\n"), why);
    return UNKNOWN;
}

/* The last line says most: those before it point at a wrong word. */
static const char *last_line(char *text)
{
    size_t size = strlen(text);
    const char *end;

    while (size > 0 && (text[size - 1] == '\n' || text[size - 1] == '\r'))
        text[--size] = '\0';
    end = strrchr(text, '\n');
    return end != NULL ? end + 1 : text;
}

/* As much of what was given as a line has room for. */
static int say_bad_percent(const char *option, const char *given)
{
    char quoted[24], why[120];

    client_problem_quote(quoted, sizeof quoted, given);
    snprintf(why, sizeof why, "%s \"%s\": legal are 1 to 100, per cent of the pool", option,
             quoted);
    return say_unknown(why);
}

int client_check(const char *path, const char *warning, const char *critical)
{
    static struct client_capture capture = {.timeout_ms = TIMEOUT_MS};
    char command[80];
    int status;

    if (warning != NULL && !is_percent(warning))
        return say_bad_percent("--warning", warning);
    if (critical != NULL && !is_percent(critical))
        return say_bad_percent("--critical", critical);
    snprintf(command, sizeof command, "show tcp check%s%s%s%s", warning != NULL ? " warning " : "",
             warning != NULL ? warning : "", critical != NULL ? " critical " : "",
             critical != NULL ? critical : "");
    (void)client_run_captured(path, command, &capture);
    status = status_of(capture.out);
    if (status < 0)
        return say_unknown(capture.error_size > 0 ? last_line(capture.error)
                                                  : "the switch gave no verdict");
    printf("%.*s\n", (int)strcspn(capture.out, "\r\n"), capture.out);
    return status;
}
