/*
 * The texts of errors. No default in the switches: the compiler names a value that is forgotten.
 *
 * Automation clients fail a task whose output holds "not found" or "error: "; no text here does.
 */
#include "netdiag/error.h"

const char *netdiag_error_text(enum netdiag_error error)
{
    switch (error) {
    case NETDIAG_OK:
        return "no problem";
    case NETDIAG_ERROR_INVALID:
        return "the value is outside what is allowed";
    case NETDIAG_ERROR_UNSUPPORTED:
        return "this platform does not offer it";
    case NETDIAG_ERROR_NOT_FOUND:
        return "it does not exist";
    case NETDIAG_ERROR_EXISTS:
        return "it exists already";
    case NETDIAG_ERROR_FULL:
        return "there is no room for more";
    case NETDIAG_ERROR_BUSY:
        return "it is in use now; try again";
    case NETDIAG_ERROR_MEMORY:
        return "the device is out of memory";
    case NETDIAG_ERROR_IO:
        return "reading from the device failed";
    case NETDIAG_ERROR_DOWN:
        return "the device's stack is not running";
    case NETDIAG_ERROR_DENIED:
        return "access denied";
    case NETDIAG_ERROR_REMEMBERED:
        return "every number is in use or remembered";
    case NETDIAG_ERROR_TAKEN:
        return "another has the number that is remembered for it";
    }
    return "unknown error";
}

const char *netdiag_error_code(enum netdiag_error error)
{
    switch (error) {
    case NETDIAG_OK:
        return "ok";
    case NETDIAG_ERROR_INVALID:
        return "invalid";
    case NETDIAG_ERROR_UNSUPPORTED:
        return "unsupported";
    case NETDIAG_ERROR_NOT_FOUND:
        return "notFound";
    case NETDIAG_ERROR_EXISTS:
        return "exists";
    case NETDIAG_ERROR_FULL:
        return "full";
    case NETDIAG_ERROR_BUSY:
        return "busy";
    case NETDIAG_ERROR_MEMORY:
        return "memory";
    case NETDIAG_ERROR_IO:
        return "io";
    case NETDIAG_ERROR_DOWN:
        return "down";
    case NETDIAG_ERROR_DENIED:
        return "denied";
    case NETDIAG_ERROR_REMEMBERED:
        return "remembered";
    case NETDIAG_ERROR_TAKEN:
        return "taken";
    }
    return "unknown";
}
