/*
 * In place of the catalogue in Chinese, in a build without CONFIG_NETDIAG_LANGUAGE_ZH.
 */
#include "cli/catalogue.h"

const struct netdiag_catalogue *const netdiag_catalogue_chinese = NULL;
const struct netdiag_finding_catalogue *const netdiag_finding_catalogue_chinese = NULL;
