/*
 * The part of the catalogue that is about findings.
 */
#include "cli/catalogue.h"

static const char *const nothing[] = {NULL};

const struct netdiag_finding_catalogue *netdiag_finding_catalogue(enum netdiag_language language)
{
    if (language == NETDIAG_LANGUAGE_CHINESE && netdiag_finding_catalogue_chinese != NULL)
        return netdiag_finding_catalogue_chinese;
    return &netdiag_finding_catalogue_english;
}

const struct netdiag_finding_texts *netdiag_catalogue_finding(enum netdiag_language language,
                                                              enum netdiag_tcp_code code,
                                                              unsigned variant)
{
    static const struct netdiag_finding_texts none = {"", nothing};
    const struct netdiag_finding_texts *texts;

    if ((unsigned)code >= NETDIAG_TCP_FINDINGS)
        return &none;
    texts = netdiag_finding_catalogue(language)->findings[code];
    return variant < NETDIAG_VARIANTS && texts[variant].sentence != NULL ? &texts[variant] : texts;
}

bool netdiag_catalogue_put(struct netdiag_text *text, enum netdiag_language language,
                           const char *pattern, const struct netdiag_tcp_finding *finding)
{
    const struct netdiag_facts facts = {.rows = finding->evidence,
                                        .count = finding->count,
                                        .texts = &netdiag_finding_catalogue(language)->facts};

    return netdiag_template_put(text, pattern, &facts);
}

void netdiag_catalogue_sentence(struct netdiag_text *text, enum netdiag_language language,
                                const struct netdiag_tcp_finding *finding)
{
    const struct netdiag_finding_texts *texts =
        netdiag_catalogue_finding(language, finding->code, finding->variant);

    (void)netdiag_catalogue_put(text, language, texts->sentence, finding);
}
