/*
 * netdiag: the shell of a switch that runs on this machine, by its control socket.
 */
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/access/control_protocol.h"
#include "client.h"
#include "fields.h"
#include "netdiag/netdiag.h"
#include "stats/text.h"

/* In the state directory of the switch that has the default name. */
#define DEFAULT_NAME "sw1/" NETDIAG_CONTROL_NAME

#define STATUS_USAGE   2
#define STATUS_UNKNOWN 3 /* of --check */

#define DIAGNOSE "diagnose"

#define ENGLISH NETDIAG_LANGUAGE_ENGLISH_WORD
#define CHINESE NETDIAG_LANGUAGE_CHINESE_WORD

static const char usage[] =
    "netdiag: the shell of a switch that runs on this machine\n"
    "\n"
    "Usage: netdiag [-s SOCKET] [-c COMMAND]...\n"
    "       netdiag [-s SOCKET] --check [--warning PERCENT] [--critical PERCENT]\n"
    "       netdiag diagnose FILE [json] [--language en|zh]\n"
    "\n"
    "On a terminal, and without a command, it is a shell. Otherwise it runs the commands, or\n"
    "those of its standard input, one a line, prints what they print, says on the standard error\n"
    "what is wrong, and ends with\n"
    "  0  all went well          2  no such command, or wrong words\n"
    "  1  a command failed       3  no switch answers\n"
    "\n"
    "  -s SOCKET   the switch's control socket, or its state directory. Default: $NETDIAG_SOCKET,\n"
    "              or that of the switch sw1, netdiag/sw1/control in $XDG_STATE_HOME or\n"
    "              ~/.local/state\n"
    "  -c COMMAND  runs that. Repeatable\n"
    "  -V, -h      says its version, or this\n"
    "  --check     prints one line on the state of TCP and ends as monitoring plugins do: 0 OK,\n"
    "              1 WARNING, 2 CRITICAL, 3 UNKNOWN; the thresholds are per cent of the pool of\n"
    "              connections that are held, 1 to 100\n"
    "\n"
    "diagnose says what is wrong with the device whose `show tech-support tcp` is in FILE (-: the\n"
    "standard input), as `show tcp diagnosis` says it there, and asks no switch. It ends with 0,\n"
    "whatever it finds, and with 1 when FILE cannot be diagnosed.\n"
    "  --language  what it explains in: en, English, or zh, Simplified Chinese in UTF-8; JSON is\n"
    "              English in both. Default: " NETDIAG_LANGUAGE_DEFAULT_WORD "\n"
    "\n"
    "As OpenSSH's ForceCommand it runs what the client asked for (SSH_ORIGINAL_COMMAND). It can "
    "be\n"
    "a user's login shell.\n";

/* The socket where none was named. False: there is no home directory. */
static bool default_socket(char *path, size_t size)
{
    const char *named = getenv("NETDIAG_SOCKET");
    const char *state = getenv("XDG_STATE_HOME");
    const char *home = getenv("HOME");
    int length = -1;

    if (named != NULL && named[0] != '\0')
        length = snprintf(path, size, "%s", named);
    else if (state != NULL && state[0] == '/')
        length = snprintf(path, size, "%s/netdiag/" DEFAULT_NAME, state);
    else if (home != NULL && home[0] == '/')
        length = snprintf(path, size, "%s/.local/state/netdiag/" DEFAULT_NAME, home);
    return length > 0 && (size_t)length < size;
}

/* Of a directory the socket in it. */
static void enter_directory(char *path, size_t size)
{
    size_t length = strlen(path);
    struct stat status;

    if (stat(path, &status) == 0 && S_ISDIR(status.st_mode))
        snprintf(path + length, size - length, "/" NETDIAG_CONTROL_NAME);
}

struct request {
    char path[PATH_MAX];
    const char **commands; /* room for as many as there are arguments */
    size_t count;
    bool check;
    const char *warning, *critical; /* NULL: not given */
    const char *diagnose;           /* a file; NULL: not given */
    const char *language;           /* NULL: not given */
    bool json;
};

static int misuse(const char *what)
{
    fprintf(stderr, "netdiag: %s; netdiag -h says how it is used\n", what);
    return STATUS_USAGE;
}

/* The same of a word that was given. */
static int misuse_of(const char *given, const char *what)
{
    char words[48], text[160];

    client_problem_quote(words, sizeof words, given);
    snprintf(text, sizeof text, "\"%s\" %s", words, what);
    return misuse(text);
}

enum { OPTION_CHECK = 256, OPTION_WARNING, OPTION_CRITICAL, OPTION_LANGUAGE };

#define SHORT_OPTIONS ":s:c:hV"

static const struct option options[] = {
    {"check", no_argument, NULL, OPTION_CHECK},
    {"warning", required_argument, NULL, OPTION_WARNING},
    {"critical", required_argument, NULL, OPTION_CRITICAL},
    {"language", required_argument, NULL, OPTION_LANGUAGE},
    {"version", no_argument, NULL, 'V'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static int check_together(const struct request *request)
{
    if (!request->check && (request->warning != NULL || request->critical != NULL))
        return misuse("--warning and --critical go with --check");
    if (request->check && request->count > 0)
        return misuse("--check and -c do not go together");
    if (request->language != NULL)
        return misuse("--language goes with " DIAGNOSE
                      "; in a shell the command is terminal language");
    return -1;
}

/* -1: it is known, and this build has it; otherwise the exit status. */
static int check_language(const char *given)
{
    char words[48];

    if (given == NULL || strcmp(given, ENGLISH) == 0)
        return -1;
    if (strcmp(given, CHINESE) == 0) {
        if (netdiag_catalogue_has(NETDIAG_LANGUAGE_CHINESE))
            return -1;
        return misuse("--language " CHINESE " is not in this build: CONFIG_NETDIAG_LANGUAGE_ZH is "
                      "not set");
    }
    client_problem_quote(words, sizeof words, given);
    fprintf(stderr,
            "netdiag: --language is \"%s\"; legal are " ENGLISH " and " CHINESE
            "; netdiag -h says how it is used\n",
            words);
    return STATUS_USAGE;
}

static enum netdiag_language language_of(const struct request *request)
{
    if (request->language == NULL)
        return NETDIAG_LANGUAGE_DEFAULT;
    return strcmp(request->language, CHINESE) == 0 ? NETDIAG_LANGUAGE_CHINESE
                                                   : NETDIAG_LANGUAGE_ENGLISH;
}

/* diagnose FILE [json], and perhaps --language. -1: go on; otherwise the exit status. */
static int parse_words(struct request *request, int count, char **words)
{
    if (count == 0)
        return check_together(request);
    if (strcmp(words[0], DIAGNOSE) != 0)
        return misuse_of(words[0],
                         "is neither an option nor " DIAGNOSE "; a command is given by -c");
    if (request->path[0] != '\0' || request->count > 0 || request->check ||
        request->warning != NULL || request->critical != NULL)
        return misuse(DIAGNOSE " asks no switch: no option but --language goes with it");
    if (count < 2)
        return misuse(DIAGNOSE " lacks its file; - is the standard input");
    request->json = count > 2 && strcmp(words[2], "json") == 0;
    if (count > 2 + request->json)
        return misuse_of(words[2 + request->json],
                         "is one word too many; after " DIAGNOSE " FILE only json is legal");
    request->diagnose = words[1];
    return check_language(request->language);
}

/* `word` is where getopt_long() stands, which is another one while letters follow the wrong one. */
static int misuse_option(const char *word)
{
    char letter[] = {'-', (char)optopt, '\0'};

    if (optopt > 0 && optopt <= CHAR_MAX && !strchr(SHORT_OPTIONS, optopt))
        word = letter;
    return misuse_of(word, "is no option");
}

/* -1: go on; otherwise the exit status. */
static int parse(struct request *request, int argc, char **argv)
{
    int option;

    opterr = 0;
    while ((option = getopt_long(argc, argv, SHORT_OPTIONS, options, NULL)) != -1) {
        switch (option) {
        case 's':
            if (!netdiag_text_copy(request->path, sizeof request->path, optarg))
                return misuse("the path after -s is too long");
            break;
        case 'c':
            request->commands[request->count++] = optarg;
            break;
        case OPTION_CHECK:
            request->check = true;
            break;
        case OPTION_WARNING:
            request->warning = optarg;
            break;
        case OPTION_CRITICAL:
            request->critical = optarg;
            break;
        case OPTION_LANGUAGE:
            request->language = optarg;
            break;
        case 'h':
            fputs(usage, stdout);
            return 0;
        case 'V':
            puts("netdiag " NETDIAG_VERSION);
            return 0;
        case ':':
            return misuse_of(argv[optind - 1], "lacks its value");
        default:
            return misuse_option(argv[optind - 1]);
        }
    }
    return parse_words(request, argc - optind, argv + optind);
}

static int run(struct request *request)
{
    const char *original = getenv("SSH_ORIGINAL_COMMAND");

    if (request->diagnose != NULL)
        return client_diagnose(request->diagnose, language_of(request), request->json);
    if (request->path[0] == '\0' && !default_socket(request->path, sizeof request->path))
        return misuse("there is no home directory; name a socket by -s");
    enter_directory(request->path, sizeof request->path);
    if (request->check)
        return client_check(request->path, request->warning, request->critical);
    if (request->count == 0 && original != NULL && original[0] != '\0')
        request->commands[request->count++] = original;
    if (request->count == 0 && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO))
        return client_interactive(request->path);
    return client_run(request->path, request->commands, request->count);
}

/* What was printed, and not sent through from a switch, leaves only now. */
static int finish_output(const struct request *request, int status)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return status;
    fprintf(stderr, "netdiag: the output cannot be written: %s\n", strerror(errno));
    return request->check ? STATUS_UNKNOWN : STATUS_FAILED;
}

int main(int argc, char **argv)
{
    static struct request request;
    int status;

    request.commands = calloc((size_t)argc + 1, sizeof *request.commands);
    if (request.commands == NULL) {
        fputs("netdiag: no memory left\n", stderr);
        return STATUS_FAILED;
    }
    status = parse(&request, argc, argv);
    if (status < 0)
        status = run(&request);
    free(request.commands);
    return finish_output(&request, status);
}
