/*
 * Works on the users file alone, so that it needs no switch to run; one that runs reads the file at
 * the next login.
 */
#include "user_command.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <termios.h>
#include <unistd.h>

#include "cli/access/users.h"
#include "netdiag/platform.h"
#include "state_dir.h"

#define STATUS_FAILED 1
#define STATUS_USAGE  2

#define FIRST_USER "admin"

struct request {
    const char *state_dir; /* NULL: the switch's own */
    const char *host;
    const char *key; /* a file; NULL: none */
    int privilege;
    const char *verb;
    const char *name; /* NULL: none was given */
    char path[PATH_MAX + sizeof("/" SIM_USERS_NAME)];
    int lock_fd;
    struct netdiag_users users;
};

static int complain(const char *what, int status)
{
    fprintf(stderr, "netdiag-sim user: %s\n", what);
    return status;
}

/* What was given, and why it is wrong. */
static int complain_of(const char *given, const char *what)
{
    fprintf(stderr, "netdiag-sim user: \"%.40s\" %s\n", given, what);
    return STATUS_USAGE;
}

static void print_help(void)
{
    printf("Usage: netdiag-sim user add NAME [--privilege 1|15] [--key FILE]\n"
           "       netdiag-sim user password NAME\n"
           "       netdiag-sim user enable\n"
           "       netdiag-sim user delete NAME\n"
           "       netdiag-sim user list\n"
           "\n"
           "Who may come in over telnet and SSH. A password is asked for on a terminal, and\n"
           "otherwise it is the first line of the standard input.\n"
           "\n"
           "  --privilege 1|15   what the user begins with (1)\n"
           "  --key FILE         a public key as OpenSSH writes it; with it a password may be\n"
           "                     empty, and then there is none\n"
           "  --state-dir DIR    of the switch; without it that of --hostname NAME (sw1)\n"
           "\n"
           "`enable` sets the secret that raises a user's privilege to 15.\n");
}

/* ---- the password ---- */

/* A line without its end; false when there is none, or it is too long. */
static bool read_line(char *line, size_t size)
{
    size_t length;

    if (!fgets(line, (int)size, stdin))
        return false;
    length = strcspn(line, "\r\n");
    if (line[length] == '\0' && !feof(stdin))
        return false;
    line[length] = '\0';
    return true;
}

static bool ask(const char *prompt, char *password, size_t size)
{
    struct termios seen, unseen;
    bool is_read;

    if (tcgetattr(STDIN_FILENO, &seen) != 0)
        return false;
    unseen = seen;
    /* No key raises a signal: it would leave the terminal without its echo. ^D gives up */
    unseen.c_lflag &= (tcflag_t) ~(ECHO | ISIG);
    fputs(prompt, stderr);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &unseen);
    is_read = read_line(password, size);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &seen);
    fputs("\n", stderr);
    return is_read;
}

/* False: `error` says why. */
static bool get_password(char *password, size_t size, char *error, size_t error_size)
{
    char again[NETDIAG_PASSWORD_LENGTH + 2];
    bool is_same;

    if (!isatty(STDIN_FILENO)) {
        if (read_line(password, size))
            return true;
        password[0] = '\0';
        if (feof(stdin))
            return true;
        if (ferror(stdin)) {
            snprintf(error, error_size, "the password cannot be read: %s", strerror(errno));
            return false;
        }
        snprintf(error, error_size, "the password is too long; legal are up to %d bytes",
                 NETDIAG_PASSWORD_LENGTH);
        return false;
    }
    if (!ask("Password: ", password, size) || !ask("Again: ", again, sizeof(again))) {
        snprintf(error, error_size, "no password was typed, or one that is too long");
        return false;
    }
    is_same = strcmp(password, again) == 0;
    explicit_bzero(again, sizeof(again));
    if (!is_same)
        snprintf(error, error_size, "the two passwords differ");
    return is_same;
}

/* ---- what it does ---- */

static bool add_key(struct netdiag_user *user, const char *path, char *error, size_t size)
{
    char line[NETDIAG_USER_TYPE_LENGTH + NETDIAG_USER_KEY_LENGTH + 512] = "";
    FILE *file = fopen(path, "r");
    const char *why = NULL;

    if (!file) {
        snprintf(error, size, "key file %.200s: %s", path, strerror(errno));
        return false;
    }
    if (!fgets(line, sizeof(line), file))
        why = ferror(file) ? strerror(errno) : "nothing is in it";
    fclose(file);
    if (why) {
        snprintf(error, size, "key file %.200s: %s", path, why);
        return false;
    }
    return netdiag_user_add_key(user, line, error, size);
}

static bool set_password(struct netdiag_user *user, bool may_be_empty, char *error, size_t size)
{
    char password[NETDIAG_PASSWORD_LENGTH + 2];
    bool done = get_password(password, sizeof(password), error, size);

    if (done && !(may_be_empty && password[0] == '\0'))
        done = netdiag_user_set_password(user, password, error, size);
    explicit_bzero(password, sizeof(password));
    return done;
}

static bool do_add(struct request *request, char *error, size_t size)
{
    struct netdiag_user *user;

    if (!netdiag_users_add(&request->users, request->name, request->privilege, error, size))
        return false;
    user = netdiag_users_find(&request->users, request->name);
    return (!request->key || add_key(user, request->key, error, size)) &&
           set_password(user, request->key != NULL, error, size);
}

static bool do_password(struct request *request, char *error, size_t size)
{
    struct netdiag_user *user = netdiag_users_find(&request->users, request->name);

    if (user)
        return set_password(user, false, error, size);
    snprintf(error, size, "there is no user \"%.40s\"", request->name);
    return false;
}

static bool do_enable(struct request *request, char *error, size_t size)
{
    char password[NETDIAG_PASSWORD_LENGTH + 2];
    bool done = get_password(password, sizeof(password), error, size) &&
                netdiag_password_hash(password, request->users.enable, error, size);

    explicit_bzero(password, sizeof(password));
    return done;
}

static bool do_delete(struct request *request, char *error, size_t size)
{
    return netdiag_users_delete(&request->users, request->name, error, size);
}

static bool do_list(struct request *request, char *error, size_t size)
{
    (void)error, (void)size;
    printf("%-32s %-10s %-9s %s\n", "Name", "Privilege", "Password", "Keys");
    for (size_t i = 0; i < request->users.count; i++) {
        const struct netdiag_user *user = &request->users.rows[i];

        printf("%-32s %-10d %-9s %zu\n", user->name, user->privilege,
               strcmp(user->hash, "*") == 0 ? "no" : "yes", user->key_count);
    }
    printf("%zu users, enable secret: %s\n", request->users.count,
           request->users.enable[0] ? "yes" : "no");
    return true;
}

static const struct verb {
    const char *word;
    bool has_name, changes;
    bool (*run)(struct request *request, char *error, size_t size);
} verbs[] = {
    {"add", true, true, do_add},        {"password", true, true, do_password},
    {"enable", false, true, do_enable}, {"delete", true, true, do_delete},
    {"list", false, false, do_list},
};

/* ---- its words ---- */

static const struct verb *find_verb(const char *word)
{
    for (size_t i = 0; word && i < sizeof(verbs) / sizeof(verbs[0]); i++) {
        if (strcmp(verbs[i].word, word) == 0)
            return &verbs[i];
    }
    return NULL;
}

/* -1, or the status to end with at once. */
static int parse_options(struct request *request, int argc, char **argv)
{
    static const struct option long_options[] = {
        {"privilege", required_argument, NULL, 'p'},
        {"key", required_argument, NULL, 'k'},
        {"state-dir", required_argument, NULL, 's'},
        {"hostname", required_argument, NULL, 'n'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    int option;

    opterr = 0;
    while ((option = getopt_long(argc, argv, ":", long_options, NULL)) != -1) {
        if (option == 'p' && strcmp(optarg, "1") != 0 && strcmp(optarg, "15") != 0)
            return complain_of(optarg, "is no privilege; legal are 1 and 15");
        if (option == 'p')
            request->privilege = strcmp(optarg, "15") == 0 ? 15 : 1;
        else if (option == 'k')
            request->key = optarg;
        else if (option == 's')
            request->state_dir = optarg;
        else if (option == 'n')
            request->host = optarg;
        else if (option == 'h')
            print_help();
        else
            return complain_of(argv[optind - 1], option == ':'
                                                     ? "needs a value; --help lists the options"
                                                     : "is no option; --help lists them");
        if (option == 'h')
            return 0;
    }
    return -1;
}

static const struct verb *parse_words(struct request *request, int count, char **words)
{
    const struct verb *verb = count > 1 ? find_verb(words[1]) : NULL;
    int wanted = verb && verb->has_name ? 3 : 2;

    if (!verb || count != wanted)
        return NULL;
    request->name = verb->has_name ? words[2] : NULL;
    return verb;
}

/* So that two of us change the file one after the other. -1: `error` says why. */
static int lock_users(const char *users_path, char *error, size_t size)
{
    char path[PATH_MAX + sizeof("/" SIM_USERS_NAME ".lock")];
    int fd;

    snprintf(path, sizeof(path), "%s.lock", users_path);
    fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd >= 0 && flock(fd, LOCK_EX) == 0)
        return fd;
    snprintf(error, size, "%.200s: %s", path, strerror(errno));
    if (fd >= 0)
        close(fd);
    return -1;
}

static bool open_users(struct request *request, char *error, size_t size)
{
    char directory[PATH_MAX];

    if (request->state_dir)
        snprintf(directory, sizeof(directory), "%s", request->state_dir);
    else if (!sim_state_dir_default(request->host, directory, sizeof(directory))) {
        snprintf(error, size, "no home directory; give --state-dir");
        return false;
    }
    if (!sim_state_dir_make(directory)) {
        snprintf(error, size, "state directory %.200s: %s", directory, strerror(errno));
        return false;
    }
    snprintf(request->path, sizeof(request->path), "%s/" SIM_USERS_NAME, directory);
    request->lock_fd = lock_users(request->path, error, size);
    return request->lock_fd >= 0 &&
           netdiag_users_load(request->path, &request->users, NULL, error, size);
}

int sim_user_command(int argc, char **argv)
{
    static struct request request = {.host = "sw1", .privilege = 1, .lock_fd = -1};
    const struct verb *verb;
    char error[512];
    int status = parse_options(&request, argc, argv);
    bool done;

    if (status >= 0)
        return status;
    verb = parse_words(&request, argc - optind, argv + optind);
    if (optind + 1 < argc && !find_verb(argv[optind + 1]))
        return complain_of(argv[optind + 1], "is none of add NAME, password NAME, enable, "
                                             "delete NAME, list; --help explains them");
    if (!verb)
        return complain("legal are: add NAME, password NAME, enable, delete NAME, list; --help "
                        "explains them",
                        STATUS_USAGE);
    done =
        open_users(&request, error, sizeof(error)) && verb->run(&request, error, sizeof(error)) &&
        (!verb->changes || netdiag_users_store(request.path, &request.users, error, sizeof(error)));
    if (request.lock_fd >= 0)
        close(request.lock_fd);
    return done ? 0 : complain(error, STATUS_FAILED);
}

static bool make_first(const char *users_path, const char *password, char *error, size_t size)
{
    static struct netdiag_users users;

    memset(&users, 0, sizeof(users));
    return netdiag_users_add(&users, FIRST_USER, 15, error, size) &&
           netdiag_user_set_password(&users.rows[0], password, error, size) &&
           netdiag_users_store(users_path, &users, error, size);
}

bool sim_user_first(const char *users_path,
                    bool (*tell)(void *ctx, const char *password, char *error, size_t size),
                    void *ctx, char *error, size_t size)
{
    static struct netdiag_users users;
    int lock_fd = lock_users(users_path, error, size);
    char password[17];
    bool exists, done;

    if (lock_fd < 0)
        return false;
    done = netdiag_users_load(users_path, &users, &exists, error, size);
    if (done && !exists) {
        done = netdiag_password_make(password);
        if (!done)
            snprintf(error, size, "no random numbers for a password: %s", strerror(errno));
        done = done && tell(ctx, password, error, size) &&
               make_first(users_path, password, error, size);
        explicit_bzero(password, sizeof(password));
    }
    close(lock_fd);
    return done;
}
