/*
 * What libraries do for the simulator, and can fail to.
 */
#include "tests/faults/faults.h"

#include <crypt.h>
#include <libcli.h>
#include <libssh/callbacks.h>
#include <libssh/libssh.h>
#include <libssh/server.h>
#include <libtelnet.h>
#include <stddef.h>
#include <sys/capability.h>

#include "lwip/mem.h"
#include "lwip/memp.h"

/* NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) names of the linker's */
/* lwIP's own: from its pools, and from its heap. */
WRAP(memp_malloc, void *, NULL, (memp_t pool), (pool))
WRAP(mem_malloc, void *, NULL, (mem_size_t size), (size))

/* Libraries that allocate for us. */
WRAP(crypt_r, char *, NULL, (const char *phrase, const char *salt, struct crypt_data *data),
     (phrase, salt, data))
WRAP(crypt_gensalt_rn, char *, NULL,
     (const char *prefix, unsigned long count, const char *bytes, int size, char *output,
      int output_size),
     (prefix, count, bytes, size, output, output_size))
WRAP(cap_init, cap_t, NULL, (void), ())
WRAP(cap_set_proc, int, -1, (cap_t capabilities), (capabilities))
WRAP(cli_init, struct cli_def *, NULL, (void), ())
WRAP(cli_register_command, struct cli_command *, NULL,
     (struct cli_def * cli, struct cli_command *parent, const char *word,
      int (*callback)(struct cli_def *, const char *, char **, int), int privilege, int mode,
      const char *help),
     (cli, parent, word, callback, privilege, mode, help))
WRAP(ssh_new, ssh_session, NULL, (void), ())
WRAP(ssh_bind_new, ssh_bind, NULL, (void), ())
WRAP(ssh_options_set, int, SSH_ERROR,
     (ssh_session session, enum ssh_options_e option, const void *value), (session, option, value))
WRAP(ssh_bind_options_set, int, SSH_ERROR,
     (ssh_bind bind, enum ssh_bind_options_e option, const void *value), (bind, option, value))
WRAP(ssh_set_server_callbacks, int, SSH_ERROR,
     (ssh_session session, ssh_server_callbacks callbacks), (session, callbacks))
WRAP(ssh_set_channel_callbacks, int, SSH_ERROR,
     (ssh_channel channel, ssh_channel_callbacks callbacks), (channel, callbacks))
WRAP(ssh_handle_key_exchange, int, SSH_ERROR, (ssh_session session), (session))
WRAP(ssh_event_dopoll, int, SSH_ERROR, (ssh_event event, int timeout), (event, timeout))
WRAP(ssh_channel_read_nonblocking, int, SSH_ERROR,
     (ssh_channel channel, void *bytes, uint32_t size, int is_stderr),
     (channel, bytes, size, is_stderr))
WRAP(ssh_channel_write, int, SSH_ERROR, (ssh_channel channel, const void *bytes, uint32_t size),
     (channel, bytes, size))
WRAP(ssh_channel_write_stderr, int, SSH_ERROR,
     (ssh_channel channel, const void *bytes, uint32_t size), (channel, bytes, size))
WRAP(ssh_channel_request_send_exit_status, int, SSH_ERROR, (ssh_channel channel, int status),
     (channel, status))
WRAP(ssh_channel_close, int, SSH_ERROR, (ssh_channel channel), (channel))
WRAP(ssh_send_keepalive, int, SSH_ERROR, (ssh_session session), (session))
WRAP(ssh_pki_import_privkey_base64, int, SSH_ERROR,
     (const char *text, const char *passphrase, ssh_auth_callback ask, void *data, ssh_key *key),
     (text, passphrase, ask, data, key))
WRAP(ssh_pki_export_privkey_base64, int, SSH_ERROR,
     (ssh_key key, const char *passphrase, ssh_auth_callback ask, void *data, char **text),
     (key, passphrase, ask, data, text))
WRAP(ssh_pki_export_pubkey_base64, int, SSH_ERROR, (ssh_key key, char **text), (key, text))
WRAP(ssh_event_new, ssh_event, NULL, (void), ())
WRAP(ssh_channel_new, ssh_channel, NULL, (ssh_session session), (session))
WRAP(ssh_bind_accept_fd, int, SSH_ERROR, (ssh_bind bind, ssh_session session, socket_t fd),
     (bind, session, fd))
WRAP(ssh_pki_generate, int, SSH_ERROR, (enum ssh_keytypes_e type, int parameter, ssh_key *key),
     (type, parameter, key))
WRAP(ssh_event_add_session, int, SSH_ERROR, (ssh_event event, ssh_session session),
     (event, session))
WRAP(telnet_init, telnet_t *, NULL,
     (const telnet_telopt_t *options, telnet_event_handler_t handler, unsigned char flags,
      void *data),
     (options, handler, flags, data))
/* NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
