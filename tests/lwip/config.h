/* lwIP's own unit tests include a <config.h>; they need nothing of it. */
