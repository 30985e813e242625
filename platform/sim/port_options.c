/*
 * What --port says.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ports.h"

#define TAP    "tap:"
#define ACCESS "access="
#define TRUNK  "trunk"

static bool refuse(const char *text, char *error, size_t error_size)
{
    snprintf(error, error_size,
             "--port: \"%.100s\" is no port; legal are tap:NAME,access=VLAN and tap:NAME,trunk, "
             "where NAME is an interface's name of 1 to %zu characters and VLAN is 1 to 4094: "
             "tap:sw0,access=10 for example",
             text, sizeof(((struct sim_tap_port *)0)->name) - 1);
    return false;
}

/* What the kernel takes for the name of an interface, and does not fill in itself. */
static bool parse_name(const char *text, size_t length, char name[SIM_TAP_NAME + 1])
{
    if (length == 0 || length > SIM_TAP_NAME)
        return false;
    for (size_t i = 0; i < length; i++) {
        if (!isalnum((unsigned char)text[i]) && !strchr("-_.", text[i]))
            return false;
    }
    memcpy(name, text, length);
    name[length] = '\0';
    return strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

static bool parse_vlan(const char *text, uint16_t *vlan)
{
    unsigned long number = 0;
    size_t digits = strspn(text, "0123456789");

    if (digits == 0 || digits > 4 || text[digits] != '\0')
        return false;
    number = strtoul(text, NULL, 10);
    *vlan = (uint16_t)number;
    return number >= NETDIAG_VLAN_MIN && number <= NETDIAG_VLAN_MAX;
}

bool sim_ports_parse(const char *text, struct sim_tap_port *port, char *error, size_t error_size)
{
    const char *name = text + strlen(TAP), *comma;

    memset(port, 0, sizeof(*port));
    if (strncmp(text, TAP, strlen(TAP)) != 0)
        return refuse(text, error, error_size);
    comma = strchr(name, ',');
    if (!comma || !parse_name(name, (size_t)(comma - name), port->name))
        return refuse(text, error, error_size);
    comma++;
    if (strcmp(comma, TRUNK) == 0) {
        port->is_trunk = true;
        port->vlan = NETDIAG_VLAN_MIN;
        return true;
    }
    if (strncmp(comma, ACCESS, strlen(ACCESS)) == 0 &&
        parse_vlan(comma + strlen(ACCESS), &port->vlan))
        return true;
    return refuse(text, error, error_size);
}

static bool has_vlan(const struct sim_options *options, uint16_t id)
{
    for (size_t i = 0; i < options->vlan_count; i++) {
        if (options->vlans[i].id == id)
            return true;
    }
    return false;
}

static bool is_twice(const struct sim_options *options, size_t at)
{
    for (size_t i = 0; i < at; i++) {
        if (strcmp(options->ports[i].name, options->ports[at].name) == 0)
            return true;
    }
    return false;
}

bool sim_ports_check(const struct sim_options *options, char *error, size_t error_size)
{
    for (size_t i = 0; i < options->port_count; i++) {
        const struct sim_tap_port *port = &options->ports[i];
        const char *why = NULL;

        if (options->clock != SIM_CLOCK_REAL)
            why = "on a virtual clock the kernel is no neighbour; --clock real is needed";
        else if (is_twice(options, i))
            why = "it is given twice; each port needs a name of its own";
        if (why) {
            snprintf(error, error_size, "--port tap:%s: %s", port->name, why);
            return false;
        }
        if (!has_vlan(options, port->vlan)) {
            snprintf(error, error_size,
                     "--port tap:%s: the switch has no VLAN %u; --vlan %u makes it", port->name,
                     port->vlan, port->vlan);
            return false;
        }
    }
    return true;
}
